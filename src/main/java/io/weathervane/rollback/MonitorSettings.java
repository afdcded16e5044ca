package io.weathervane.rollback;

import io.weathervane.observation.SignalSource;
import io.weathervane.policy.MonitorConfig;
import io.weathervane.policy.PolicyResolver;
import io.weathervane.policy.WatchSettings;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerManager;

/**
 * The monitor's settings, and the change to those that a reload has brought. All that a decision rests on changes together and
 * between two watches: thresholds and mode, how tool errors count, signals from outside.
 */
final class MonitorSettings {
    private final WatchSettings settings;
    private final WorkerManager workers;
    private final SignalSource signals;
    private volatile ToolErrorPolicy toolErrors;

    MonitorSettings(WatchSettings settings, WorkerManager workers, SignalSource signals) {
        this.settings = settings;
        this.workers = workers;
        this.signals = signals;
        this.toolErrors = workers.toolErrors();
    }

    /** One snapshot, for one decision. */
    PolicyResolver inForce() {
        return settings.inForce();
    }

    /** The settings that the next watch goes by. */
    PolicyResolver newest() {
        return settings.newest();
    }

    boolean areWaiting() {
        return settings.areWaiting() || !toolErrors.equals(workers.toolErrors()) || signals.isReplaced();
    }

    /**
     * Checks newer settings; what is returned makes them the newest, and cannot fail.
     *
     * @throws io.weathervane.policy.InvalidThresholdException when something is out of range
     */
    Runnable prepare(MonitorConfig config, ToolErrorPolicy newToolErrors) {
        PolicyResolver prepared = settings.prepare(config);
        return () -> {
            settings.replace(prepared);
            toolErrors = newToolErrors;
        };
    }

    /** Called between two watches, with the turn to act held. */
    void adopt(PolicyResolver next) {
        settings.adopt(next);
        workers.countToolErrors(toolErrors);
        signals.renew();
    }
}

package io.weathervane.probe;

import io.weathervane.monitor.CallCounts;
import io.weathervane.util.Ticker;
import io.weathervane.watch.WatchRecord;
import io.weathervane.worker.ProbeCall;
import io.weathervane.worker.WorkerManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Sends the configured probes to the worker that a watch looks at, for as long as it looks, and hands what came of them to
 * its checks. Does nothing when none are configured.
 */
public final class WatchProber implements AutoCloseable {
    private final WorkerManager workers;
    private final Supplier<WatchProbeConfig> configs;
    private final Ticker ticker;
    private Optional<WatchProbeRounds> rounds = Optional.empty();
    private Optional<WatchProbeRounds> earlier = Optional.empty();
    private boolean closed;

    /**
     * The worker that is looked at.
     *
     * @param restored whether an action has brought it back, so that there is no previous worker to compare it with
     */
    record Subject(String promotionId, String worker, boolean restored) {
        static Optional<Subject> of(WatchRecord on) {
            return on.due().map(state -> new Subject(on.promotionId(), state.worker(), !on.watching()));
        }
    }

    /** @param configs what is sent; the same from the beginning of a watch to its end */
    public WatchProber(WorkerManager workers, Supplier<WatchProbeConfig> configs, Ticker ticker) {
        this.workers = workers;
        this.configs = configs;
        this.ticker = ticker;
    }

    /** Sends to the worker of this watch from now on, and to no other; to none when it is over. */
    public synchronized void watch(Optional<WatchRecord> on) {
        WatchProbeConfig config = configs.get();
        Optional<Subject> wanted = closed || !config.isOn() ? Optional.empty() : on.flatMap(Subject::of);
        if (rounds.map(WatchProbeRounds::subject).equals(wanted)) {
            return;
        }
        rounds.ifPresent(WatchProbeRounds::end);
        earlier = rounds.or(() -> earlier);
        if (rounds.filter(WatchProbeRounds::isStuck).isEmpty()) {
            rounds = wanted.map(subject -> WatchProbeRounds.begin(subject, config, workers, ticker, known(subject)));
        }
    }

    /**
     * Probes that went well in the watch before; they go on to count after an action, when there is nothing to compare
     * with any longer.
     */
    private Set<ProbeCall> known(Subject subject) {
        return earlier.filter(sent -> sent.subject().promotionId().equals(subject.promotionId()))
                .map(WatchProbeRounds::known)
                .orElse(Set.of());
    }

    /** Results of this watch's probes since they were taken last. */
    public synchronized Map<String, CallCounts> take(WatchRecord on) {
        return rounds.filter(sent -> Optional.of(sent.subject()).equals(Subject.of(on)))
                .map(WatchProbeRounds::take)
                .orElse(Map.of());
    }

    /** The newest probes, to be made again on the previous worker. */
    synchronized List<PreviousWorkerReplayRun.Question> samples() {
        return rounds.map(WatchProbeRounds::samples).orElse(List.of());
    }

    /** Problems for an operator: probes that fail, and those that are not counted. */
    public synchronized List<String> notes() {
        return rounds.map(WatchProbeRounds::notes).orElse(List.of());
    }

    /** Words about the probes that a watch lacked which ended without knowing enough; empty when it lacked none. */
    public synchronized String missing(String promotionId, CallCounts callers, CallCounts probes) {
        List<String> unsent = rounds.or(() -> earlier)
                .filter(sent -> sent.subject().promotionId().equals(promotionId))
                .map(WatchProbeRounds::unsent)
                .orElse(List.of());
        return InsufficientWatchProbesText.of(configs.get(), callers, probes, unsent);
    }

    /** Ends what is under way and waits for nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        watch(Optional.empty());
    }
}

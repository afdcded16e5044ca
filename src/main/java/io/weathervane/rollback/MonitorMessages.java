package io.weathervane.rollback;

import io.weathervane.baseline.ReleaseRecorder;
import io.weathervane.flags.LiveFlags;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.PolicyKey;
import io.weathervane.observation.ExternalSources;
import io.weathervane.policy.MisspelledSettingDetector;
import io.weathervane.probe.WatchProber;
import io.weathervane.rollback.MonitorStatus.LastDecision;
import io.weathervane.watch.WatchRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Sentences of the monitor for people: notes of what has no effect, problems with the calls. */
final class MonitorMessages {
    private final LiveFlags flags;
    private final MonitorSettings settings;
    private final ExternalSources sources;
    private final WatchProber prober;
    private final ReleaseRecorder releases;
    private final WatchController watchController;

    MonitorMessages(
            LiveFlags flags,
            MonitorSettings settings,
            ExternalSources sources,
            WatchProber prober,
            ReleaseRecorder releases,
            WatchController watchController) {
        this.flags = flags;
        this.settings = settings;
        this.sources = sources;
        this.prober = prober;
        this.releases = releases;
        this.watchController = watchController;
    }

    /** Notes for an operator that are no trouble of this server: rows of others that have no effect. */
    List<String> notes() {
        List<String> notes = new ArrayList<>(sources.rows().notes());
        notes.addAll(settings.inForce().warnings());
        notes.addAll(sources.signals().notes());
        notes.addAll(prober.notes());
        notes.addAll(releases.notes());
        notes.addAll(misnamedRows());
        return notes;
    }

    private List<String> misnamedRows() {
        Set<String> known = new HashSet<>(flags.snapshot().effective().keySet());
        Set<String> rows = new HashSet<>(flags.settingKeys());
        for (PolicyKey key : PolicyKey.values()) {
            known.add(key.rowKey());
            rows.remove(key.rowKey());
        }
        return MisspelledSettingDetector.notes(rows, known);
    }

    /** Problems with the calls. */
    List<String> problems() {
        return Stream.concat(
                        watchController.watch().flatMap(RestoredWorkerVerifier::problem).stream(),
                        vetoedRollback().stream())
                .toList();
    }

    /** Problem of an active worker whose calls fail while a rollback would not help. */
    private Optional<String> vetoedRollback() {
        boolean watching = watchController.watch().filter(WatchRecord::watching).isPresent();
        return watchController
                .lastDecision()
                .map(LastDecision::decision)
                .filter(decision -> watching && decision.vetoesRollback())
                .map(Decision::reason);
    }
}

package io.weathervane.upgrade;

import io.weathervane.probe.WatchProbeConfig;
import io.weathervane.rollback.MonitorStatus;
import io.weathervane.rollback.WatchEndText;

/** What a watch that ended inconclusive could not know, and what would have told. */
final class InconclusiveWatchText {
    private InconclusiveWatchText() {}

    static String of(Upgrade upgrade, MonitorStatus status, WatchProbeConfig probes) {
        return upgrade.to() + " was watched to the end and stays, unverified: "
                + WatchEndText.unknown(status.callersCalls(), status.probes())
                + upgrade.from().map(from -> " than " + from).orElse("")
                + (probes.isOn()
                        ? ""
                        : "; to have it judged without callers, set upgrade.probes and upgrade.probeInterval");
    }
}

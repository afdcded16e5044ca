package io.weathervane.upgrade;

import io.weathervane.rollback.MonitorStatus;
import io.weathervane.rollback.WatchEndText;

/** Explains for an inconclusive watch what it could not know, and what would have told. */
final class InconclusiveWatchText {
    private InconclusiveWatchText() {}

    static String of(Upgrade upgrade, MonitorStatus status, String missingProbes) {
        return upgrade.to() + " was watched to the end and stays, unverified: "
                + WatchEndText.unknown(status.callersCalls(), status.probes())
                + upgrade.from().map(from -> " than " + from).orElse("")
                + missingProbes;
    }
}

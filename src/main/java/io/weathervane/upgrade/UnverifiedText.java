package io.weathervane.upgrade;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.rollback.MonitorStatus;
import io.weathervane.rollback.WatchProbeConfig;

/** What a watch that ended inconclusive could not know, and what would have told. */
final class UnverifiedText {
    private UnverifiedText() {}

    static String of(Upgrade upgrade, MonitorStatus status, WatchProbeConfig probes) {
        return upgrade.to() + " was watched to the end and stays, unverified: "
                + calls(upgrade, status)
                + (probes.isOn()
                        ? ""
                        : "; to have it judged without callers, set upgrade.probes and upgrade.probeInterval");
    }

    private static String calls(Upgrade upgrade, MonitorStatus status) {
        CallCounts all = status.callersCalls().plus(status.probes());
        String than = upgrade.from().map(from -> " than " + from).orElse("");
        String seen = all.calls() + " calls ended in the watch ("
                + status.callersCalls().calls() + " of callers, "
                + status.probes().calls() + " probes; " + all.failed() + " failed)";
        return all.calls() < MonitorPolicy.HEALTHY_CALLS
                ? "too little traffic: " + seen + ", and " + MonitorPolicy.HEALTHY_CALLS
                        + " are needed to say whether it fails more or is slower" + than
                : seen + ", which do not tell whether it fails more or is slower" + than;
    }
}

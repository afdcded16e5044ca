package io.weathervane.monitor;

/**
 * The limits of a watch: those of the policy, raised where the previous worker itself was above them.
 *
 * @param errorRate a check above it fails
 * @param backToBack calls failed back to back that make a hard failure
 */
record WatchLimits(double errorRate, long backToBack) {
    private static final double SPREAD_FACTOR_MAX = 3;

    static WatchLimits of(MonitorPolicy policy, BaselineRecord record) {
        double allowed = Math.min(1, record.rate() + record.margin());
        boolean badBefore = record.known() && record.rate() > policy.errorRateThreshold() - record.margin();
        return new WatchLimits(
                badBefore ? Math.max(policy.errorRateThreshold(), allowed) : policy.errorRateThreshold(),
                Math.round(MonitorPolicy.BACK_TO_BACK_FAILURES * Math.min(record.spread(), SPREAD_FACTOR_MAX)));
    }

    /** While the previous worker fails the same calls, a run of them says nothing of the new one. */
    WatchLimits withoutBackToBack() {
        return new WatchLimits(errorRate, Long.MAX_VALUE);
    }
}

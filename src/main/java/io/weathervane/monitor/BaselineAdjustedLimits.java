package io.weathervane.monitor;

/**
 * The limits of a watch: those of the policy, raised where the previous worker itself was above them.
 *
 * @param errorRate a check above it fails
 * @param backToBack calls failed back to back that make a hard failure
 */
record BaselineAdjustedLimits(double errorRate, long backToBack) {
    /** A run of failures that a worker like the previous one has at one check of a watch in so many watches. */
    private static final double RUN_IN_WATCHES = 1_000;

    /** Checks of a watch, most of them at the degraded interval. */
    private static final double CHECKS = 120;

    private static final long BACK_TO_BACK_MAX = 100;

    static BaselineAdjustedLimits of(MonitorPolicy policy, BaselineRecord record) {
        return new BaselineAdjustedLimits(
                Math.max(policy.errorRateThreshold(), allowedOfBad(record, policy.errorRateThreshold())),
                backToBack(record));
    }

    /** What a previous worker that was bad itself allows for; fewer calls say less of it, so that they allow for more. */
    private static double allowedOfBad(BaselineRecord record, double threshold) {
        if (record.known()) {
            return record.rate() > threshold - record.margin() ? Math.min(1, record.rate() + record.margin()) : 0;
        }
        CallCounts calls = record.calls();
        boolean surelyBad = calls.calls() >= MonitorPolicy.HEALTHY_CALLS
                && WilsonInterval.lowerBound(calls.failed(), calls.calls()) > threshold;
        return surelyBad ? Math.min(1, record.upper() + record.margin()) : 0;
    }

    /**
     * Longer than the previous worker's failures run by themselves. Its spread tells how they hang together: for a chain in
     * which a failure follows a failure with probability f, spread = (1 + r) / (1 - r) with r = (f - rate) / (1 - rate).
     */
    private static long backToBack(BaselineRecord record) {
        double rate = record.rate();
        if (rate <= 0 || rate >= 1) {
            return MonitorPolicy.BACK_TO_BACK_FAILURES;
        }
        double correlation = (record.spread() - 1) / (record.spread() + 1);
        double follows = rate + (1 - rate) * correlation;
        double run = 1 + Math.log(RUN_IN_WATCHES * CHECKS * rate) / -Math.log(follows);
        return Math.max(MonitorPolicy.BACK_TO_BACK_FAILURES, Math.min(BACK_TO_BACK_MAX, (long) Math.ceil(run)));
    }

    /** While the previous worker fails the same calls, a run of them says nothing of the new one. */
    BaselineAdjustedLimits withoutBackToBack() {
        return new BaselineAdjustedLimits(errorRate, Long.MAX_VALUE);
    }
}

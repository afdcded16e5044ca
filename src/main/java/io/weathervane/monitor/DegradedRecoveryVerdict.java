package io.weathervane.monitor;

/** Verdict of one check on leaving the degraded interval. */
enum DegradedRecoveryVerdict {
    CLEAN,
    /** Calls failed, but too few were made to say what share. */
    UNDECIDED,
    TROUBLED;

    static DegradedRecoveryVerdict of(CheckRecord check) {
        Observation seen = check.observation();
        boolean troubled = check.failed()
                || seen.probe().outcome() == HealthProbeVerdict.UNKNOWN
                || check.errorRate().orElse(0) > MonitorPolicy.DEGRADED_RATE
                || seen.usage().memoryMb().orElse(0) >= MonitorPolicy.MEMORY_DEGRADED_MB
                || seen.signals().stream().anyMatch(SignalReading::isBad);
        if (troubled) {
            return TROUBLED;
        }
        return check.conclusive() || seen.errors() == 0 ? CLEAN : UNDECIDED;
    }

    int run(int before) {
        return switch (this) {
            case CLEAN -> before + 1;
            case UNDECIDED -> before;
            case TROUBLED -> 0;
        };
    }
}

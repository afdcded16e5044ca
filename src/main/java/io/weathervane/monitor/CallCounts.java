package io.weathervane.monitor;

import java.util.OptionalDouble;

/** Calls that ended, and those of them that failed (or were slow, where slowness is counted). */
public record CallCounts(long calls, long failed) {
    public static final CallCounts NONE = new CallCounts(0, 0);

    public CallCounts {
        if (calls < 0 || failed < 0 || failed > calls) {
            throw new IllegalArgumentException("failed must be between 0 and calls, were " + failed + " of " + calls);
        }
    }

    public CallCounts plus(CallCounts more) {
        return new CallCounts(calls + more.calls, failed + more.failed);
    }

    CallCounts minus(CallCounts part) {
        long rest = Math.max(0, calls - part.calls);
        return new CallCounts(rest, Math.min(rest, Math.max(0, failed - part.failed)));
    }

    /** Empty without a call. */
    public OptionalDouble rate() {
        return calls == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) failed / calls);
    }

    /** For people: {@code 17 of 40 calls (42.5%)}. */
    public String text() {
        return failed + " of " + calls + " calls"
                + (calls == 0
                        ? ""
                        : " (" + RuleCondition.format((double) failed / calls, RuleCondition.Unit.RATE) + ")");
    }
}

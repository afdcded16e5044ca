package io.weathervane.monitor;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The error rate of a window: the worse of our own count and the external rows.
 *
 * @param counted whether we counted the requests ourselves, so that evidence can be had
 */
record WorstSourceErrorRate(OptionalDouble rate, boolean counted) {
    /** @param likely whether there is evidence that our own calls fail */
    static WorstSourceErrorRate of(
            CallCounts own, List<CheckRecord> window, boolean likely, double limit, MonitorPolicy policy) {
        OptionalDouble external = ErrorRateCalculator.pooledExternal(window, policy);
        OptionalDouble rate = own.calls() >= policy.minRequests() ? own.rate() : OptionalDouble.empty();
        if (rate.isEmpty()) {
            return new WorstSourceErrorRate(external, false);
        }
        double most = likely ? rate.getAsDouble() : Math.min(rate.getAsDouble(), limit);
        boolean externalDecides = external.isPresent() && external.getAsDouble() > most;
        return externalDecides ? new WorstSourceErrorRate(external, false) : new WorstSourceErrorRate(rate, true);
    }
}

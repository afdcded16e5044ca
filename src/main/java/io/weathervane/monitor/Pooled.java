package io.weathervane.monitor;

import io.weathervane.monitor.ErrorRates.Pool;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The error rate of a window: the worse of our own count and the external rows.
 *
 * @param counted whether we counted the requests ourselves, so that the lower bound means something
 * @param lowerBound of our own count, at 95 %
 */
record Pooled(OptionalDouble rate, boolean counted, OptionalDouble lowerBound) {
    static Pooled of(List<CheckRecord> window, MonitorPolicy policy) {
        OptionalDouble own = ErrorRates.pooled(window, policy);
        OptionalDouble external = ErrorRates.pooledExternal(window, policy);
        if (own.isEmpty()) {
            return new Pooled(external, false, OptionalDouble.empty());
        }
        Pool pool = ErrorRates.pool(window);
        double bound = Wilson.lowerBound(pool.errors(), pool.requests());
        boolean likely = bound > MonitorPolicy.DEGRADED_RATE;
        double limit = likely ? own.getAsDouble() : Math.min(own.getAsDouble(), policy.errorRateThreshold());
        boolean externalDecides = external.isPresent() && external.getAsDouble() > limit;
        return externalDecides
                ? new Pooled(external, false, OptionalDouble.empty())
                : new Pooled(own, true, OptionalDouble.of(bound));
    }
}

package io.weathervane.worker.routing;

import io.weathervane.util.Ticker;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerPolicy;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Collaborators that all workers of a service share.
 *
 * @param policies the one in force at the moment, which a reload of the configuration replaces
 * @param background runs what must not hold up a worker's reader
 * @param releaseCounters has each worker's counters by its release
 */
public record WorkerDependencies(
        ServiceName service,
        Supplier<WorkerPolicy> policies,
        Clock clock,
        Ticker ticker,
        Executor background,
        ReleaseCallCounters releaseCounters) {
    public WorkerPolicy policy() {
        return policies.get();
    }
}

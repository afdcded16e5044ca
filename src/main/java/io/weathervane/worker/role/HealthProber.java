package io.weathervane.worker.role;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.HealthProbeResult.Status;
import io.weathervane.worker.Role;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.routing.RoleAssignments;
import io.weathervane.worker.routing.Worker;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a worker for its health: two attempts, a pause between them that ends early when the worker does. */
final class HealthProber {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final ServiceName service;
    private final RoleAssignments roles;
    private final Ticker ticker;

    HealthProber(ServiceName service, RoleAssignments roles, Ticker ticker) {
        this.service = service;
        this.roles = roles;
        this.ticker = ticker;
    }

    /** Asks the worker that has the role; when no worker has it, that is not healthy. */
    HealthProbeResult probe(Role role) {
        return roles.now().worker(role).map(worker -> probe(worker, role)).orElseGet(() -> {
            LOG.warn(
                    "health check failed role={} reason=\"no such worker is running\"{}",
                    role.wireName(),
                    service.logged());
            return new HealthProbeResult(
                    Status.UNHEALTHY, "there is no " + role.wireName() + " worker running", Duration.ZERO);
        });
    }

    HealthProbeResult probe(Worker worker, Role role) {
        Stopwatch taken = new Stopwatch(ticker);
        HealthProbeResult probe = attempt(worker, taken);
        if (!probe.ok() && !worker.pauseUnlessEnded(worker.release().probe().retryAfter())) {
            probe = second(probe, attempt(worker, taken));
        }
        worker.remember(probe);
        if (!probe.ok()) {
            LOG.warn(
                    "health check failed worker={} role={} reason=\"{}\"",
                    worker.shown(),
                    role.wireName(),
                    probe.detail());
        }
        return probe;
    }

    /** A worker that said at least once that it is not healthy has answered. */
    private static HealthProbeResult second(HealthProbeResult first, HealthProbeResult second) {
        return second.status() == Status.NO_ANSWER && first.status() == Status.UNHEALTHY
                ? new HealthProbeResult(Status.UNHEALTHY, first.detail() + "; then " + second.detail(), second.took())
                : second;
    }

    private static HealthProbeResult attempt(Worker worker, Stopwatch taken) {
        if (!worker.alive()) {
            return new HealthProbeResult(
                    Status.UNHEALTHY, "worker " + worker.label() + " is not running", taken.elapsed());
        }
        try {
            return worker.problem()
                    .map(problem -> new HealthProbeResult(Status.UNHEALTHY, problem, taken.elapsed()))
                    .orElseGet(() -> new HealthProbeResult(Status.HEALTHY, "healthy", taken.elapsed()));
        } catch (WorkerCallException e) {
            boolean silent = e.kind() == WorkerCallException.Kind.TIMEOUT || e.kind() == WorkerCallException.Kind.BUSY;
            return new HealthProbeResult(silent ? Status.NO_ANSWER : Status.UNHEALTHY, e.reason(), taken.elapsed());
        }
    }
}

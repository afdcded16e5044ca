package io.weathervane.worker.role;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.routing.RoleAssignments;
import io.weathervane.worker.routing.Worker;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a worker for its health: two attempts, a pause between them that ends early when the worker does. */
final class HealthProber {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final RoleAssignments roles;
    private final Ticker ticker;

    HealthProber(RoleAssignments roles, Ticker ticker) {
        this.roles = roles;
        this.ticker = ticker;
    }

    /** Asks the worker that has the role; when no worker has it, that is not healthy. */
    HealthProbeResult probe(Role role) {
        return roles.now().worker(role).map(worker -> probe(worker, role)).orElseGet(() -> {
            LOG.warn("health check failed role={} reason=\"no such worker is running\"", role.wireName());
            return new HealthProbeResult(false, "there is no " + role.wireName() + " worker running", Duration.ZERO);
        });
    }

    HealthProbeResult probe(Worker worker, Role role) {
        Stopwatch taken = new Stopwatch(ticker, Duration.ZERO);
        Optional<String> problem = attempt(worker);
        if (problem.isPresent()
                && !worker.pauseUnlessEnded(worker.release().probe().retryAfter())) {
            problem = attempt(worker);
        }
        HealthProbeResult probe = new HealthProbeResult(problem.isEmpty(), problem.orElse("healthy"), taken.elapsed());
        worker.remember(probe);
        if (!probe.ok()) {
            LOG.warn(
                    "health check failed worker={} role={} reason=\"{}\"",
                    worker.label(),
                    role.wireName(),
                    probe.detail());
        }
        return probe;
    }

    private static Optional<String> attempt(Worker worker) {
        try {
            return worker.alive() ? worker.problem() : Optional.of("worker " + worker.label() + " is not running");
        } catch (WorkerCallException e) {
            return Optional.of(e.reason());
        }
    }
}

package io.weathervane.app;

import io.weathervane.contract.enforcement.ServiceContract;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.rollback.MonitorStatus;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.worker.WorkersView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Health of one service at a moment.
 *
 * @param problems what is not well with its calls
 * @param notes what an operator should know though it is no trouble
 */
record ServiceHealth(
        String name,
        boolean starting,
        WorkersView workers,
        MonitorStatus monitor,
        List<String> problems,
        List<String> notes) {
    static ServiceHealth of(Service service) {
        WorkersView workers = service.workers().manager().view();
        RollbackMonitor monitor = service.rollback().monitor();
        return new ServiceHealth(
                service.name().value(),
                !workers.releases().isEmpty() && service.startup().isUnderWay(),
                workers,
                monitor.status(),
                both(monitor.problems(), service.contract().now().map(ServiceContract::problems)),
                both(monitor.notes(), service.contract().now().map(ServiceContract::notes)));
    }

    private static List<String> both(List<String> monitor, Optional<List<String>> contract) {
        return Stream.concat(monitor.stream(), contract.stream().flatMap(List::stream))
                .toList();
    }

    /** A server without any worker configured lacks nothing: flags and audit are all that is asked of it. */
    boolean hasWorkers() {
        return !workers.releases().isEmpty();
    }

    boolean isDown() {
        return hasWorkers() && workers.status().equals("down");
    }

    /** Whether its calls can be served. */
    boolean serves() {
        return !starting && !isDown();
    }

    boolean isWell() {
        return !hasWorkers() || workers.status().equals("ok");
    }

    private String status() {
        return starting ? "starting" : isDown() ? "down" : isWell() && problems.isEmpty() ? "ok" : "degraded";
    }

    /** What its workers and their drift have to say. */
    List<String> workerNotes() {
        return Stream.concat(workers.notes().stream(), workers.drift().stream()).toList();
    }

    ObjectNode json() {
        return JsonRpcCodec.JSON
                .createObjectNode()
                .put("status", status())
                .put("monitor", monitor.state())
                .put(
                        "activeWorker",
                        workers.active().map(worker -> worker.label()).orElse(null));
    }
}

package io.weathervane.worker.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.worker.CallTotals;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.RecentCallSummary;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerState;
import io.weathervane.worker.WorkerView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceWorkerStatusTest {
    private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");

    @Test
    void aWorkerIsWrittenInTheRunbooksForm() {
        assertThat(ServiceWorkerStatus.worker(worker(Role.CANARY, 25))).hasToString("""
            {"label":"next","pid":4711,"state":"ready","startedAt":"2026-11-30T12:00:00Z",\
            "protocol":"mcp 2025-11-25","restarts":2,"requests":20,"errors":4,"version":"files 2.1","user":"nobody",\
            "weight":25,"exitCode":9,"lastProbe":{"ok":true,"detail":"ping"}}\
            """);
    }

    private static WorkerView worker(Role role, int weight) {
        return new WorkerView(
                role,
                weight,
                new WorkerView.Program("next", WorkerProtocol.MCP, "mcp 2025-11-25", Optional.of("files 2.1")),
                WorkerView.RunningProcess.ofPid(4711, START, Duration.ofSeconds(90), Optional.of("nobody")),
                new WorkerView.Health(
                        WorkerState.READY,
                        2,
                        Optional.of(
                                new HealthProbeResult(HealthProbeResult.Status.HEALTHY, "ping", Duration.ofMillis(1))),
                        Optional.of(9)),
                new WorkerView.Calls(3, new CallTotals(8, 2, 1), new CallTotals(20, 4, 1), RecentCallSummary.NONE));
    }
}

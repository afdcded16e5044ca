package io.weathervane.tool.presentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.worker.CallTotals;
import io.weathervane.worker.RecentCallSummary;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerState;
import io.weathervane.worker.WorkerView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WorkerJsonTest {
    private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");

    @Test
    void theActiveWorkerHasItsCallsSinceItBecameActive() {
        assertThat(WorkerJson.of(worker(Role.ACTIVE, 0))).hasToString("""
            {"label":"next","role":"active",\
            "state":"ready","pid":4711,"kind":"mcp","protocol":"mcp 2025-11-25",\
            "startedAt":"2026-11-30T12:00:00Z","ageSeconds":90,"requests":8,"errors":2,"inFlight":3,"restarts":2,\
            "sinceActive":{"requests":20,"errors":4},"errorRate":0.25,"version":"files 2.1","user":"nobody","lastProbe":null}\
            """);
    }

    @Test
    void theCanaryHasItsWeight() {
        assertThat(WorkerJson.of(worker(Role.CANARY, 25))).hasToString("""
            {"label":"next","role":"canary",\
            "state":"ready","pid":4711,"kind":"mcp","protocol":"mcp 2025-11-25",\
            "startedAt":"2026-11-30T12:00:00Z","ageSeconds":90,"requests":8,"errors":2,"inFlight":3,"restarts":2,\
            "errorRate":0.25,"version":"files 2.1","user":"nobody","canaryWeight":25,"lastProbe":null}\
            """);
    }

    private static WorkerView worker(Role role, int canaryWeight) {
        return new WorkerView(
                role,
                canaryWeight,
                new WorkerView.Program("next", WorkerProtocol.MCP, "mcp 2025-11-25", Optional.of("files 2.1")),
                WorkerView.RunningProcess.ofPid(4711, START, Duration.ofSeconds(90), Optional.of("nobody")),
                new WorkerView.Health(WorkerState.READY, 2, Optional.empty(), Optional.of(9)),
                new WorkerView.Calls(3, new CallTotals(8, 2, 1), new CallTotals(20, 4, 1), RecentCallSummary.NONE));
    }
}

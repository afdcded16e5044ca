package io.weathervane.rollback;

import io.weathervane.worker.CallTotals;
import io.weathervane.worker.RecentCallSummary;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerState;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a manager without calls says of its workers. */
final class TestWorkerViews {
    private TestWorkerViews() {}

    static WorkersView of(Optional<String> active, Optional<String> previous, Instant start) {
        return new WorkersView(
                new WorkersView.ByRole(
                        active.map(label -> worker(label, start)),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                previous,
                "ok",
                List.of(),
                List.of(),
                List.of());
    }

    private static WorkerView worker(String label, Instant start) {
        return new WorkerView(
                Role.ACTIVE,
                0,
                new WorkerView.Program(label, WorkerProtocol.MCP, "mcp 2025-11-25", Optional.empty()),
                WorkerView.RunningProcess.ofPid(1, start, Duration.ZERO, Optional.empty()),
                new WorkerView.Health(WorkerState.READY, 0, Optional.empty(), Optional.empty()),
                new WorkerView.Calls(0, CallTotals.NONE, CallTotals.NONE, RecentCallSummary.NONE));
    }
}

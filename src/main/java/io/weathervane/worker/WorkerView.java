package io.weathervane.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One worker at one moment.
 *
 * @param weight the percentage of callers that it gets as a canary
 */
public record WorkerView(Role role, int weight, Program program, RunningProcess process, Health health, Calls calls) {
    /**
     * What runs.
     *
     * @param protocol what it speaks: {@code mcp 2025-11-25}, {@code mcp 2026-07-28} or {@code json-rpc}
     * @param version the name and version that it gives itself, empty when it gives none
     */
    public record Program(String label, WorkerProtocol kind, String protocol, Optional<String> version) {}

    /**
     * The operating system's process that runs it.
     *
     * @param age how long it has run
     * @param user the OS user that it runs as, when that is not the server's own
     */
    public record RunningProcess(long pid, Instant startedAt, Duration age, Optional<String> user) {}

    /**
     * Whether it works.
     *
     * @param restarts how often it was started again in a row
     */
    public record Health(
            WorkerState state, int restarts, Optional<HealthProbeResult> lastProbe, Optional<Integer> exitCode) {}

    /**
     * What it was asked.
     *
     * @param inFlight calls it has not answered yet
     * @param sinceStart the calls of its process since that started
     * @param sinceActive its calls since it became active, over restarts in place
     * @param recent the newest of the calls since it became active
     */
    public record Calls(int inFlight, CallTotals sinceStart, CallTotals sinceActive, RecentCallSummary recent) {}

    public String label() {
        return program.label();
    }

    public long pid() {
        return process.pid();
    }

    public WorkerState state() {
        return health.state();
    }
}

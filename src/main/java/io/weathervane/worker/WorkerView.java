package io.weathervane.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One worker at one moment.
 *
 * @param canaryWeight the percentage of callers that it gets as a canary
 */
public record WorkerView(
        Role role, int canaryWeight, Program program, RunningProcess process, Health health, Calls calls) {
    /**
     * Release and protocol of a worker.
     *
     * @param protocol what it speaks: {@code mcp 2025-11-25}, {@code mcp 2026-07-28} or {@code json-rpc}
     * @param version the name and version that it gives itself, empty when it gives none
     */
    public record Program(String label, WorkerProtocol kind, String protocol, Optional<String> version) {}

    /**
     * Process or remote server that runs the release.
     *
     * @param pid of the operating system's process; empty when it runs elsewhere
     * @param urls where it runs elsewhere; none when it is a process of this machine
     * @param age how long it has run, or has been connected to
     * @param user the OS user that it runs as, when that is not the server's own
     */
    public record RunningProcess(
            OptionalLong pid, List<String> urls, Instant startedAt, Duration age, Optional<String> user) {
        public RunningProcess {
            urls = List.copyOf(urls);
        }

        /** A process of this machine. */
        public static RunningProcess ofPid(long pid, Instant startedAt, Duration age, Optional<String> user) {
            return new RunningProcess(OptionalLong.of(pid), List.of(), startedAt, age, user);
        }

        private String where() {
            return pid.isPresent() ? "pid " + pid.getAsLong() : String.join(", ", urls);
        }
    }

    /**
     * State, restarts and last probe of a worker.
     *
     * @param restarts how often it was started again in a row
     */
    public record Health(
            WorkerState state, int restarts, Optional<HealthProbeResult> lastProbe, Optional<Integer> exitCode) {}

    /**
     * Counts of a worker's calls.
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

    public OptionalLong pid() {
        return process.pid();
    }

    /** Where it runs, for a person: {@code pid 4711}, or its URL. */
    public String where() {
        return process.where();
    }

    public WorkerState state() {
        return health.state();
    }
}

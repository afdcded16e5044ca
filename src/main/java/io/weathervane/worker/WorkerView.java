package io.weathervane.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One worker at one moment.
 *
 * @param protocol what it speaks: {@code mcp 2025-11-25}, {@code mcp 2026-07-28} or {@code json-rpc}
 * @param version the name and version that it gives itself, empty when it gives none
 * @param age how long its process has run
 * @param weight the percentage of callers that it gets as a canary
 * @param sinceStart the calls of its process since that started
 * @param tally its calls since it became active, over restarts in place
 * @param recent the newest of the calls that the tally counts
 * @param inFlight calls it has not answered yet
 * @param user the OS user that it runs as, when that is not the server's own
 * @param restarts how often it was started again in a row
 */
public record WorkerView(
        String label,
        Role role,
        long pid,
        WorkerState state,
        Instant startedAt,
        WorkerKind kind,
        String protocol,
        Optional<String> version,
        Duration age,
        int weight,
        int inFlight,
        int restarts,
        Tally sinceStart,
        Tally tally,
        CallStatistics recent,
        Optional<Probe> lastProbe,
        Optional<Integer> exitCode,
        Optional<String> user) {}

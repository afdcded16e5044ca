package io.weathervane.worker;

import java.time.Instant;
import java.util.Optional;

/**
 * One worker at one moment.
 *
 * @param protocol what it speaks: {@code mcp 2025-11-25}, {@code mcp 2026-07-28} or {@code json-rpc}
 * @param inFlight calls it has not answered yet
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
        int inFlight,
        int restarts,
        Tally tally,
        Optional<Probe> lastProbe,
        Optional<Integer> exitCode) {}

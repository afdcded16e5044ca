package io.weathervane.baseline;

import io.weathervane.worker.CallTallyDetails;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.FailureDispersionSums;
import io.weathervane.worker.LatencyHistogram;
import io.weathervane.worker.Role;
import io.weathervane.worker.ServedCallTotals;
import io.weathervane.worker.ToolCallCounts;
import io.weathervane.worker.ToolComparisonCountKey;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Workers of which only the counters are there, as far as a test counts. */
final class CountedWorkers implements ServedCallsSource {
    private final Map<Role, Counted> roles = new EnumMap<>(Role.class);
    private ToolErrorPolicy toolErrors = ToolErrorPolicy.RELATIVE;
    private long counters;

    /** What one worker was given. */
    private static final class Counted {
        private final ServedCallTotals.Origin origin;
        private final Map<String, ToolCallCounts> tools = new TreeMap<>();
        private final Map<ToolComparisonCountKey, ToolCallCounts> parts = new HashMap<>();
        private final LatencyHistogram.Accumulator latency = new LatencyHistogram.Accumulator();
        private final FailureDispersionSums.Accumulator bins = new FailureDispersionSums.Accumulator(20);

        Counted(ServedCallTotals.Origin origin) {
            this.origin = origin;
        }

        void count(String tool, int calls, int failed) {
            for (int i = 0; i < calls; i++) {
                boolean fails = i < failed;
                tools.merge(tool, ToolCallCounts.NONE.plus(fails, fails), (one, more) -> one.plus(fails, fails));
                latency.add(10_000_000L * (i % 20 == 0 ? 5 : 1));
                bins.add(fails);
            }
        }

        ServedCallTotals served() {
            long requests =
                    tools.values().stream().mapToLong(ToolCallCounts::requests).sum();
            long errors =
                    tools.values().stream().mapToLong(ToolCallCounts::errors).sum();
            return new ServedCallTotals(
                    origin,
                    new CallTallyDetails(
                            new CallTotals(requests, errors, 0), errors, 0, tools, parts, List.of(bins.full())),
                    latency.counted(),
                    tools.size() == 1 ? Map.of(tools.keySet().iterator().next(), latency.counted()) : Map.of());
        }
    }

    /** Makes it the active worker, with counters that begin at 0. */
    void activate(String label) {
        activate(label, label);
    }

    void activate(String label, String argument) {
        WorkerRelease release = WorkerRelease.of(label, WorkerProtocol.MCP, List.of("true", argument));
        Optional.ofNullable(roles.get(Role.ACTIVE)).ifPresent(before -> roles.put(Role.PREVIOUS, before));
        roles.put(Role.ACTIVE, new Counted(new ServedCallTotals.Origin(release, ++counters, 1000 + counters)));
    }

    /** Makes the previous worker active again: the same process, with counters that begin at 0. */
    void rollBack() {
        ServedCallTotals.Origin before =
                Optional.ofNullable(roles.remove(Role.PREVIOUS)).orElseThrow().origin;
        roles.put(Role.ACTIVE, new Counted(new ServedCallTotals.Origin(before.release(), ++counters, before.pid())));
    }

    void count(String tool, int calls, int failed) {
        count(Role.ACTIVE, tool, calls, failed);
    }

    void count(Role role, String tool, int calls, int failed) {
        Optional.ofNullable(roles.get(role)).orElseThrow().count(tool, calls, failed);
    }

    /** Calls with arguments that were valid before, of which so many were refused. */
    void countRefused(String tool, long calls, long refused) {
        Optional.ofNullable(roles.get(Role.ACTIVE))
                .orElseThrow()
                .parts
                .put(
                        new ToolComparisonCountKey(tool, ToolComparisonCountKey.Kind.SAME_ARGUMENTS),
                        new ToolCallCounts(calls, refused, 0));
    }

    void ignoreToolErrors() {
        toolErrors = ToolErrorPolicy.IGNORED;
    }

    @Override
    public Optional<ServedCallTotals> served(Role role) {
        return Optional.ofNullable(roles.get(role)).map(Counted::served);
    }

    @Override
    public ToolErrorPolicy toolErrors() {
        return toolErrors;
    }
}

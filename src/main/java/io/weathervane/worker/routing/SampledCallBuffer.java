package io.weathervane.worker.routing;

import io.weathervane.jsonrpc.JsonMemoryEstimator;
import io.weathervane.worker.SampledCall;
import io.weathervane.worker.SampledCall.Outcome;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Keeps the newest calls of read-only tools, of each {@link Outcome} as many, in memory only and while it is on. Answers
 * are not kept.
 */
final class SampledCallBuffer {
    /** Calls kept of each outcome; the oldest go first. */
    static final int CALLS_MAX = 100;

    /** Calls with larger arguments are not kept, so that all together stay below 5 MB. */
    static final int ARGUMENTS_BYTES_MAX = 16 * 1024;

    private final Map<Outcome, Deque<SampledCall>> calls = new EnumMap<>(Outcome.class);
    private volatile boolean on;

    boolean isOn() {
        return on;
    }

    /** Begins anew, or ends and forgets. */
    synchronized void turn(boolean toOn) {
        calls.clear();
        on = toOn;
    }

    void add(SampledCall call) {
        if (on && JsonMemoryEstimator.isAtMost(call.arguments(), ARGUMENTS_BYTES_MAX)) {
            keep(call);
        }
    }

    private synchronized void keep(SampledCall call) {
        if (!on) {
            return;
        }
        Deque<SampledCall> same = calls.computeIfAbsent(call.outcome(), outcome -> new ArrayDeque<>());
        same.addFirst(call);
        if (same.size() > CALLS_MAX) {
            same.removeLast();
        }
    }

    /** The newest first within each outcome. */
    synchronized List<SampledCall> newest() {
        return Stream.of(Outcome.values())
                .flatMap(outcome -> calls.getOrDefault(outcome, new ArrayDeque<>()).stream())
                .toList();
    }
}

package io.weathervane.worker.routing;

import io.weathervane.worker.CallTotals;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Counts the calls of one process since its start. A tally counts by role: it begins anew at a switch and goes on over
 * a restart in place, so that a process's own calls are parts of several tallies.
 */
final class ProcessCallTally {
    /** Tallies that calls in flight may still count into; older ones are added up. */
    private static final int TALLIES_MAX = 8;

    private final Deque<Part> parts = new ArrayDeque<>();
    private CallTotals older = CallTotals.NONE;

    /** Counters with the totals that they had when the tally began to count them. */
    private record Part(CallCounters counters, CallTotals from) {
        CallTotals calls() {
            CallTotals now = counters.now();
            return new CallTotals(now.requests() - from.requests(), now.errors() - from.errors(), now.failureRun());
        }
    }

    ProcessCallTally(CallCounters first) {
        countInto(first);
    }

    /** Counts what this tally counts from now on, too. */
    synchronized void countInto(CallCounters counters) {
        parts.addLast(new Part(counters, counters.now()));
        if (parts.size() > TALLIES_MAX) {
            older = sum(older, parts.removeFirst().calls());
        }
    }

    synchronized CallTotals now() {
        CallTotals sum = older;
        for (Part part : parts) {
            sum = sum(sum, part.calls());
        }
        return sum;
    }

    private static CallTotals sum(CallTotals one, CallTotals next) {
        return new CallTotals(one.requests() + next.requests(), one.errors() + next.errors(), next.failureRun());
    }
}

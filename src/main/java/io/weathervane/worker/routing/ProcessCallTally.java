package io.weathervane.worker.routing;

import io.weathervane.worker.CallTally;
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
    private CallTally older = CallTally.NONE;

    /** What a tally counts after it had counted this much. */
    private record Part(CallCounters counters, CallTally from) {
        CallTally calls() {
            CallTally now = counters.now();
            return new CallTally(now.requests() - from.requests(), now.errors() - from.errors(), now.failureRun());
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

    synchronized CallTally now() {
        CallTally sum = older;
        for (Part part : parts) {
            sum = sum(sum, part.calls());
        }
        return sum;
    }

    private static CallTally sum(CallTally one, CallTally next) {
        return new CallTally(one.requests() + next.requests(), one.errors() + next.errors(), next.failureRun());
    }
}

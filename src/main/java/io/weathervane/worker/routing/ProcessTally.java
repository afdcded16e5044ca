package io.weathervane.worker.routing;

import io.weathervane.worker.Tally;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Counts the calls of one process since its start. A tally counts by role: it begins anew at a switch and goes on over
 * a restart in place, so that a process's own calls are parts of several tallies.
 */
final class ProcessTally {
    /** Tallies that calls in flight may still count into; older ones are added up. */
    private static final int TALLIES_MAX = 8;

    private final Deque<Part> parts = new ArrayDeque<>();
    private Tally older = Tally.NONE;

    /** What a tally counts after it had counted this much. */
    private record Part(CallCounters tally, Tally from) {
        Tally calls() {
            Tally now = tally.now();
            return new Tally(now.requests() - from.requests(), now.errors() - from.errors(), now.failureRun());
        }
    }

    ProcessTally(CallCounters first) {
        countInto(first);
    }

    /** Counts what this tally counts from now on, too. */
    synchronized void countInto(CallCounters tally) {
        parts.addLast(new Part(tally, tally.now()));
        if (parts.size() > TALLIES_MAX) {
            older = sum(older, parts.removeFirst().calls());
        }
    }

    synchronized Tally now() {
        Tally sum = older;
        for (Part part : parts) {
            sum = sum(sum, part.calls());
        }
        return sum;
    }

    private static Tally sum(Tally one, Tally next) {
        return new Tally(one.requests() + next.requests(), one.errors() + next.errors(), next.failureRun());
    }
}

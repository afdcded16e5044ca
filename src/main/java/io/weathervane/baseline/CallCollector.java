package io.weathervane.baseline;

import io.weathervane.util.Ticker;
import io.weathervane.worker.Role;
import io.weathervane.worker.ServedCallTotals;
import io.weathervane.worker.WorkerRelease;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes what was counted since the last look into the memory of the release that it is of. */
final class CallCollector {
    /** Programs and counters that are told apart; those not seen for longest are forgotten. */
    private static final int ORIGINS_MAX = 32;

    /** Roles whose workers are, or were just now, active. */
    static final List<Role> ROLES = List.of(Role.ACTIVE, Role.PREVIOUS, Role.REJECTED);

    private final Clock clock;
    private final Ticker ticker;
    private final Map<Program, String> identities = newest();
    private final Map<Long, Look> looks = newest();
    private final Map<String, ReleaseRecordAccumulator> memories = newest();
    private final long begunNanos;

    /** Program that serves calls: a worker that is active again has new counters and the same program. */
    private record Program(WorkerRelease release, long pid) {
        static Program of(ServedCallTotals calls) {
            return new Program(calls.origin().release(), calls.origin().pid());
        }
    }

    /** Counts of one look at the counters, with its time. */
    private record Look(ServedCallTotals calls, long nanos) {}

    CallCollector(Clock clock, Ticker ticker) {
        this.clock = clock;
        this.ticker = ticker;
        this.begunNanos = ticker.nanos();
    }

    private static <K, V> Map<K, V> newest() {
        return new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > ORIGINS_MAX;
            }
        };
    }

    synchronized boolean isIdentified(ServedCallTotals calls) {
        return identities.containsKey(Program.of(calls));
    }

    /** From now on calls of this origin belong to that release. */
    synchronized void identify(ServedCallTotals calls, String release) {
        identities.put(Program.of(calls), release);
        memories.computeIfAbsent(
                release,
                one -> new ReleaseRecordAccumulator(
                        one, calls.origin().release().label()));
    }

    /** The memory of what they are calls of; empty while that is not known. */
    synchronized Optional<ReleaseRecordAccumulator> memory(ServedCallTotals calls) {
        return Optional.ofNullable(identities.get(Program.of(calls))).map(memories::get);
    }

    synchronized List<ReleaseRecordAccumulator> memories() {
        return List.copyOf(memories.values());
    }

    /** Counts in what the workers have been given up to now. */
    synchronized void collect(ServedCallsSource workers) {
        ROLES.forEach(role -> workers.served(role).ifPresent(calls -> collect(role, calls)));
    }

    /** The same for what was looked at when the workers were about to be ended. */
    synchronized void collect(Map<Role, ServedCallTotals> last) {
        last.forEach((role, calls) -> {
            Optional<Look> newer = Optional.ofNullable(looks.get(calls.origin().counters()))
                    .filter(look -> look.calls().details().totals().requests()
                            > calls.details().totals().requests());
            if (newer.isEmpty()) {
                collect(role, calls);
            }
        });
    }

    private void collect(Role role, ServedCallTotals calls) {
        memory(calls).ifPresent(record -> {
            long now = ticker.nanos();
            Optional<Look> before = Optional.ofNullable(looks.get(calls.origin().counters()));
            long from = before.map(Look::nanos).orElse(Math.max(begunNanos, now - ReleaseRecorder.INTERVAL.toNanos()));
            // A worker that was replaced serves no longer: it only ends its calls.
            Duration served = role == Role.ACTIVE ? Duration.ofNanos(Math.max(0, now - from)) : Duration.ZERO;
            record.add(PeriodCallCounts.between(before.map(Look::calls), calls), served, clock.instant());
            looks.put(calls.origin().counters(), new Look(calls, now));
        });
    }
}

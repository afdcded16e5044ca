package io.weathervane.util;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Recent failures of threads that must not end, for health reports: an error such as {@link OutOfMemoryError} may hit
 * any thread. One list for the process, as its memory is one.
 */
public final class RecentThreadFailures {
    /** How long a failure is told of after the thread has gone on. */
    static final Duration TOLD_FOR = Duration.ofMinutes(5);

    /** Most threads that are told of by name. */
    private static final int NAMES_MAX = 50;

    private static final Ticker TICKER = Ticker.system();
    private static final Map<String, Failure> LAST = new ConcurrentHashMap<>();

    /** Made before there is no memory left for it. */
    private static final String UNKNOWN = "another thread";

    /** Set when there was no memory to note more. */
    private static volatile boolean notNoted;

    private static volatile long notNotedAt;

    private record Failure(String what, int count, long at) {}

    private RecentThreadFailures() {}

    /** Notes that something was thrown where nothing may be; never throws itself. */
    public static void note(String thread, Throwable what) {
        try {
            String name = LAST.size() < NAMES_MAX || LAST.containsKey(thread) ? thread : UNKNOWN;
            LAST.merge(
                    name,
                    new Failure(what.toString(), 1, TICKER.nanos()),
                    (old, now) -> new Failure(now.what(), old.count() + 1, now.at()));
        } catch (OutOfMemoryError e) {
            notNotedAt = TICKER.nanos();
            notNoted = true;
        }
    }

    /** A sentence for each thread that failed lately; none when all is well. */
    public static List<String> notes() {
        long now = TICKER.nanos();
        LAST.values().removeIf(failure -> isOld(failure.at(), now));
        if (notNoted && isOld(notNotedAt, now)) {
            notNoted = false;
        }
        List<String> notes = new TreeMap<>(LAST)
                .entrySet().stream()
                        .map(entry -> sentence(entry.getKey(), entry.getValue(), now))
                        .toList();
        return notNoted && notes.isEmpty() ? List.of("the server ran out of memory") : notes;
    }

    private static boolean isOld(long at, long now) {
        return now - at > TOLD_FOR.toNanos();
    }

    private static String sentence(String name, Failure failure, long now) {
        return String.format(
                Locale.ROOT,
                "the server's thread %s failed %s, last %d s ago: %s; it was replaced",
                name,
                failure.count() == 1 ? "once" : failure.count() + " times",
                Duration.ofNanos(now - failure.at()).toSeconds(),
                failure.what());
    }

    /** For tests, which share a process. */
    static void forget() {
        LAST.clear();
        notNoted = false;
    }
}

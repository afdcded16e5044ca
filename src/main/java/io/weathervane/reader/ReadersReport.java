package io.weathervane.reader;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Readers at one moment: those that have acknowledged the epoch of the flags, and those that have not.
 *
 * @param epoch of the flags now
 * @param readers how many there are
 * @param waiting those that have not acknowledged it; the list has at most {@link #LISTED_MAX}, {@code missing} counts all
 * @param took from the change to the last acknowledgement of those that were there; empty while one is missing
 */
public record ReadersReport(long epoch, int readers, int missing, List<Waiting> waiting, Optional<Duration> took) {
    /** Most readers that are named. */
    public static final int LISTED_MAX = 20;

    public ReadersReport {
        waiting = List.copyOf(waiting);
    }

    /**
     * A reader that has not acknowledged the epoch.
     *
     * @param epoch that it has acknowledged; 0 when none
     * @param since how long the epoch has been there
     * @param lost whether its connection has ended since
     */
    public record Waiting(String name, ReaderKind kind, long epoch, Duration since, boolean lost) {}

    /** The number of those that have acknowledged it. */
    public int acknowledged() {
        return readers - missing;
    }

    /** Whether every reader has; true without any, which {@link #readers} tells apart. */
    public boolean isComplete() {
        return missing == 0;
    }

    /** In words: {@code 12 of 12 readers at epoch 42, the last after 38 ms}. */
    public String sentence() {
        if (readers == 0) {
            return "no reader of the flags is known";
        }
        String counts =
                acknowledged() + " of " + readers + (readers == 1 ? " reader" : " readers") + " at epoch " + epoch;
        if (isComplete()) {
            return counts + took.map(time -> ", the last after " + shown(time)).orElse("");
        }
        String named = waiting.stream().map(ReadersReport::shown).collect(Collectors.joining("; "));
        String more = missing > waiting.size() ? "; and " + (missing - waiting.size()) + " more" : "";
        return counts + "; " + named + more;
    }

    private static String shown(Duration time) {
        return time.toMillis() < 1_000
                ? time.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1_000.0);
    }

    private static String shown(Waiting reader) {
        String lost = reader.lost() ? ", its connection has ended" : "";
        return reader.name() + " not yet (" + shown(reader.since()) + lost + ")";
    }
}

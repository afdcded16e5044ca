package io.weathervane.demo;

import io.weathervane.util.SafeText;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints for the watcher of the demo one line for each event, with the seconds since the start; keeps what was not
 * seen.
 */
final class DemoOutput {
    private static final int LINE_MAX = 150;

    private final PrintStream out;
    private final Clock clock;
    private final Instant start;
    private final List<String> missing = new ArrayList<>();

    DemoOutput(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
        this.start = clock.instant();
    }

    void title(String text) {
        out.printf(Locale.ROOT, "%n%s%n%s%n", SafeText.line(text), "-".repeat(text.length()));
    }

    void print(String what, String text) {
        double seconds = Duration.between(start, clock.instant()).toMillis() / 1000.0;
        out.printf(Locale.ROOT, "%6.1f s  %-11s %s%n", seconds, what, shorten(text));
    }

    void plain(String text) {
        out.println(text.isEmpty() ? "" : "          " + shorten(text));
    }

    /** Says that something promised was seen, or that it was not; one miss and the demo fails. */
    void seen(boolean happened, String what) {
        print(happened ? "seen" : "NOT SEEN", what);
        if (!happened) {
            missing.add(what);
        }
    }

    List<String> missing() {
        return List.copyOf(missing);
    }

    private static String shorten(String text) {
        return SafeText.line(text, LINE_MAX - 1);
    }
}

package io.weathervane.incident;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Takes from the log what the runbook's step 2 takes by {@code grep} and {@code tail}: whole lines as they are. */
final class LogEvidence {
    /** Most bytes of the log that are looked at: 4 MiB, its newest. */
    static final int BYTES_MAX = 4 * 1024 * 1024;

    /** Lines of the tail: as many as the runbook's. */
    static final int TAIL_LINES = 1_000;

    private static final Pattern STAMPED = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\S+Z .*");

    private final List<String> lines;
    private final boolean cut;

    private LogEvidence(List<String> lines, boolean cut) {
        this.lines = lines;
        this.cut = cut;
    }

    static LogEvidence read(Path log) throws IOException {
        FileTail tail = FileTail.of(log, BYTES_MAX);
        return new LogEvidence(tail.text().lines().toList(), tail.cut());
    }

    boolean cut() {
        return cut;
    }

    String rollbacks() {
        return joined(containing(lines, "rollback", "escalation"));
    }

    String errors() {
        return joined(containing(tail(), "error", "critical"));
    }

    /** The last lines, none from before the moment. */
    String since(Instant from) {
        List<String> tail = tail();
        String first = from.toString().substring(0, 19);
        int start = 0;
        while (start < tail.size()
                && !(STAMPED.matcher(tail.get(start)).matches()
                        && tail.get(start).compareTo(first) >= 0)) {
            start++;
        }
        return joined(tail.subList(start, tail.size()));
    }

    private List<String> tail() {
        return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    }

    private static List<String> containing(List<String> from, String one, String other) {
        return from.stream()
                .filter(line -> {
                    String lower = line.toLowerCase(Locale.ROOT);
                    return lower.contains(one) || lower.contains(other);
                })
                .toList();
    }

    private static String joined(List<String> lines) {
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }
}

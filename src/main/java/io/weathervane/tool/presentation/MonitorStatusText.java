package io.weathervane.tool.presentation;

import io.weathervane.monitor.WatchOutcome;
import io.weathervane.policy.MonitorMode;
import io.weathervane.reader.ReadersReport;
import io.weathervane.rollback.MonitorStatus;
import io.weathervane.rollback.MonitorStatus.Remaining;
import io.weathervane.rollback.WatchEndText;
import io.weathervane.util.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** The monitor as lines for a person. */
final class MonitorStatusText {
    private MonitorStatusText() {}

    /** @param checks the newest so many; inconclusive ones in a row count as one */
    static String of(MonitorSnapshot seen, int checks) {
        MonitorStatus status = seen.status();
        return Stream.of(
                        Stream.of(
                                sentence(status),
                                KillSwitchText.sentence(seen.flags().killSwitch())),
                        readers(seen),
                        BlockJson.lines(seen.flagsAndBlocks().blocked()),
                        Stream.of(seen.workers().text() + FailureReportFields.text(seen.failures())),
                        baselines(status),
                        calls(status),
                        checks(MonitorStatusJson.checks(status, checks)),
                        SignalStatusText.lines(seen.signals()),
                        policy(status),
                        seen.alerts().lines(),
                        seen.warnings().stream().map(warning -> "warning: " + warning))
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
    }

    /** Nothing where no reader is known. */
    private static Stream<String> readers(MonitorSnapshot seen) {
        ReadersReport readers = seen.flagsAndBlocks().readers();
        return readers.readers() == 0 ? Stream.empty() : Stream.of("Flags: " + readers.sentence() + ".");
    }

    /** Is something watched, for how long yet, what was decided last and why. */
    private static String sentence(MonitorStatus status) {
        return watch(status)
                + (status.mode() == MonitorMode.OBSERVE
                        ? " Mode observe: decisions are audited, nothing is changed."
                        : "")
                + status.lastDecision()
                        .map(last -> " Last decision, " + JsonFields.time(last.at()) + ": "
                                + last.decision().word() + ", "
                                + last.decision().reason() + ".")
                        .orElse("");
    }

    private static String watch(MonitorStatus status) {
        String which = status.watch()
                .map(MonitorStatus.Watch::state)
                .map(on -> " " + on.worker() + " (promotion " + on.promotionId() + ")")
                .orElse("");
        Optional<Remaining> remaining = status.watch().flatMap(MonitorStatus.Watch::remaining);
        return switch (status.state()) {
            case "watching" ->
                "Watching" + which + ", "
                        + remaining.map(left -> words(left.time())).orElse("?") + " left, a check every "
                        + remaining.map(left -> words(left.interval())).orElse("?") + ".";
            case "acting" -> "Carrying out a decision about" + which + ".";
            case "ended" ->
                "Not watching. The last watch, over" + which + ", ended: "
                        + status.outcome().map(WatchOutcome::wireName).orElse("unknown")
                        + WatchEndText.of(status).map(why -> ", " + why).orElse("") + ".";
            default -> "Not watching: nothing was promoted yet.";
        };
    }

    /** What the watch has counted, callers' calls and its own apart. */
    private static Stream<String> calls(MonitorStatus status) {
        return status.watch().stream()
                .map(watch ->
                        "calls of the watch: callers' " + status.callersCalls().text() + " failed; probes "
                                + status.probes().text() + " failed");
    }

    /** What the promoted release is compared with, and what one would be that is promoted now. */
    private static Stream<String> baselines(MonitorStatus status) {
        return Stream.concat(
                status.watch().stream()
                        .map(on -> "this watch: " + SafeText.line(on.state().comparedWith())),
                Stream.of("a promotion now: " + SafeText.line(status.settings().baseline())));
    }

    /** The newest checks, a line each, oldest first; inconclusive ones in a row are one. */
    private static Stream<String> checks(ArrayNode checks) {
        return checks.valueStream()
                .map(check -> (check.has("count")
                                ? check.path("count").asLong() + " checks " + time(check, "from") + " to "
                                        + time(check, "to") + ": inconclusive, the last: "
                                : "check " + time(check, "at") + ": "
                                        + check.path("verdict").asString("") + ", ")
                        + check.path("detail").asString(""));
    }

    private static String time(JsonNode check, String name) {
        return JsonFields.time(Instant.parse(check.path(name).asString()));
    }

    /** The thresholds in force, a line for each place that they come from. */
    private static Stream<String> policy(MonitorStatus status) {
        TreeMap<String, List<String>> bySource = status.settings().sources().entrySet().stream()
                .collect(Collectors.groupingBy(
                        threshold -> threshold.getValue().source(),
                        TreeMap::new,
                        Collectors.mapping(
                                threshold -> threshold.getKey() + "="
                                        + threshold.getValue().value(),
                                Collectors.toList())));
        return bySource.entrySet().stream()
                .map(source -> "policy from " + source.getKey() + ": " + String.join(", ", source.getValue()));
    }

    /** {@code 9m 30s}; less than ten seconds with tenths. */
    static String words(Duration duration) {
        if (duration.toSeconds() < 1) {
            return duration.toMillis() + "ms";
        }
        if (duration.toSeconds() < 10) {
            return String.format(Locale.ROOT, "%.1fs", duration.toMillis() / 1000.0);
        }
        long minutes = duration.toMinutes();
        return (minutes > 0 ? minutes + "m " : "") + duration.toSecondsPart() + "s";
    }
}

package io.weathervane.sample;

import io.weathervane.util.DurationFormat;
import io.weathervane.util.NearestWord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The sample worker's switches.
 *
 * <p>Bad manners of a whole process: {@code --die-at-start}, {@code --mute} (never answers anything),
 * {@code --stop-reading}, {@code --ignore-sigterm}, {@code --ignore-eof}, {@code --flood-stderr},
 * {@code --leak-mb-per-second N}, {@code --leak-files-per-second N}, {@code --exit-after 3s}.
 *
 * <p>{@code --log-calls FILE} adds each call to a file, see {@link CallLog}.
 *
 * <p>Bad manners of tool calls, from the start or from {@code --fail-after 3s} or {@code --fail-after-calls N} on:
 * {@code --fail-rate 0.4} (as {@code --fail-as rpc-error} or {@code tool-error}), {@code --hang}, {@code --garbage},
 * {@code --empty-reply}, {@code --huge-reply-mb N}, {@code --exit-on-call}, {@code --health-false}. But for the last one
 * {@code --fail-tool NAME} has them at calls of one tool only.
 */
final class SampleOptions {
    static final String USAGE = "sample-worker [--label NAME] [--era legacy|modern|both] [--kind mcp|json-rpc]"
            + " [--latency 20ms] [--fail-rate 0.4] [--fail-as rpc-error|tool-error] [--fail-after 3s] [--fail-after-calls"
            + " N] [--fail-tool NAME] [--hang] [--garbage] [--empty-reply] [--huge-reply-mb N] [--exit-on-call]"
            + " [--health-false] [--mute] [--stop-reading] [--die-at-start] [--exit-after 3s] [--ignore-sigterm]"
            + " [--ignore-eof] [--flood-stderr] [--leak-mb-per-second N] [--leak-files-per-second N] [--log-calls FILE]";

    private static final Set<String> WITH_VALUE = Set.of(
            "label",
            "era",
            "kind",
            "latency",
            "fail-rate",
            "fail-as",
            "fail-after",
            "fail-after-calls",
            "fail-tool",
            "huge-reply-mb",
            "exit-after",
            "leak-mb-per-second",
            "leak-files-per-second",
            "log-calls");
    private static final Set<String> ALONE = Set.of(
            "hang",
            "garbage",
            "empty-reply",
            "exit-on-call",
            "health-false",
            "mute",
            "stop-reading",
            "die-at-start",
            "ignore-sigterm",
            "ignore-eof",
            "flood-stderr");
    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "era", Set.of("legacy", "modern", "both"),
            "kind", Set.of("mcp", "json-rpc"),
            "fail-as", Set.of("rpc-error", "tool-error"));

    private final Map<String, String> given;

    private SampleOptions(Map<String, String> given) {
        this.given = given;
    }

    /** @throws IllegalArgumentException with a sentence naming the switch */
    static SampleOptions parse(String[] args) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < args.length; i++) {
            String name = args[i].startsWith("--") ? args[i].substring(2) : "";
            if (ALONE.contains(name)) {
                given.put(name, "");
            } else if (!WITH_VALUE.contains(name)) {
                throw new IllegalArgumentException("unknown switch " + args[i] + nearest(name));
            } else if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value");
            } else {
                given.put(name, allowed(name, args[++i]));
            }
        }
        SampleOptions options = new SampleOptions(given);
        options.check();
        return options;
    }

    private static String nearest(String name) {
        Set<String> all = new TreeSet<>(WITH_VALUE);
        all.addAll(ALONE);
        return NearestWord.to(name, all)
                .map(near -> "; did you mean --" + near + "?")
                .orElse("");
    }

    private static String allowed(String name, String value) {
        Set<String> allowed = ALLOWED.get(name);
        if (allowed != null && !allowed.contains(value)) {
            throw new IllegalArgumentException("--" + name + " is one of " + new TreeSet<>(allowed) + ", not " + value);
        }
        return value;
    }

    /** Reads every value once, so that a bad one is refused at the start. */
    private void check() {
        double rate = failRate();
        if (rate < 0 || rate > 1) {
            throw new IllegalArgumentException("--fail-rate is from 0 to 1, not " + rate);
        }
        duration("latency");
        duration("fail-after");
        duration("exit-after");
        number("fail-after-calls");
        number("huge-reply-mb");
        number("leak-mb-per-second");
        number("leak-files-per-second");
    }

    boolean has(String name) {
        return given.containsKey(name);
    }

    String text(String name, String otherwise) {
        return given.getOrDefault(name, otherwise);
    }

    String label() {
        String inherited = System.getenv("WVO_WORKER_LABEL");
        return text("label", inherited == null ? "sample" : inherited);
    }

    double failRate() {
        try {
            return Double.parseDouble(text("fail-rate", "0"));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--fail-rate is a number from 0 to 1", e);
        }
    }

    Optional<Duration> duration(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        return Optional.of(DurationFormat.parse(text(name, ""))
                .orElseThrow(
                        () -> new IllegalArgumentException("--" + name + " is a duration such as 500ms, 3s or 1m")));
    }

    Optional<Integer> number(String name) {
        try {
            return has(name) ? Optional.of(Integer.parseUnsignedInt(text(name, ""))) : Optional.empty();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + " is a whole number", e);
        }
    }
}

package io.weathervane.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much clients may take of the HTTP door.
 *
 * @param connections most at a time
 * @param headerBytes most of a request's line and headers together
 * @param bodyBytes most of a request's body
 * @param maxConcurrentRequests most that are worked on, of all callers together
 * @param maxConcurrentRequestsPerCaller most of them of one caller; counts only callers that have to prove who they are
 * @param maxRequestsPerSecondPerCaller on the average, of one such caller
 * @param maxFailedAuthPerMinute from one address; further ones are not looked into
 */
public record LimitSettings(
        int connections,
        int headerBytes,
        int bodyBytes,
        int maxConcurrentRequests,
        int maxConcurrentRequestsPerCaller,
        int maxRequestsPerSecondPerCaller,
        int maxFailedAuthPerMinute) {
    private static final int MANY = 100_000;
    private static final long BODY_MIN = 1024;
    private static final long BODY_MAX = 64L * 1024 * 1024;
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9}) ?(KiB|MiB|)");

    public static LimitSettings defaults() {
        return new LimitSettings(256, 16 * 1024, 4 * 1024 * 1024, 256, 32, 200, 30);
    }

    static LimitSettings from(Section section) {
        LimitSettings defaults = defaults();
        return new LimitSettings(
                section.wholeNumber("connections", 1, 10_000).orElse(defaults.connections),
                section.wholeNumber("headerBytes", 2 * 1024, 256 * 1024).orElse(defaults.headerBytes),
                bytes(section).orElse(defaults.bodyBytes),
                section.wholeNumber("maxConcurrentRequests", 1, 10_000).orElse(defaults.maxConcurrentRequests),
                section.wholeNumber("maxConcurrentRequestsPerCaller", 1, 10_000)
                        .orElse(defaults.maxConcurrentRequestsPerCaller),
                section.wholeNumber("maxRequestsPerSecondPerCaller", 1, MANY)
                        .orElse(defaults.maxRequestsPerSecondPerCaller),
                section.wholeNumber("maxFailedAuthPerMinute", 1, MANY).orElse(defaults.maxFailedAuthPerMinute));
    }

    /** A whole number of bytes, or with a unit: {@code 4MiB}. */
    private static Optional<Integer> bytes(Section section) {
        return section.words("bodyBytes").map(text -> {
            Matcher size = SIZE.matcher(text);
            long bytes = size.matches() ? Long.parseLong(size.group(1)) * unit(size.group(2)) : 0;
            if (bytes < BODY_MIN || bytes > BODY_MAX) {
                throw section.problem("bodyBytes", "must be from 1KiB to 64MiB, such as 4MiB, was " + text);
            }
            return (int) bytes;
        });
    }

    private static long unit(@Nullable String name) {
        return name == null || name.isEmpty() ? 1 : name.equals("KiB") ? 1024 : 1024 * 1024;
    }
}

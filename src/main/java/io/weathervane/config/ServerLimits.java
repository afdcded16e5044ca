package io.weathervane.config;

import io.weathervane.transport.http.CallerLimitOptions;
import io.weathervane.transport.http.HttpBounds;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code server.limits} says: how much clients may take of the HTTP server. */
record ServerLimits(HttpBounds bounds, CallerLimitOptions callers) {
    private static final int MANY = 100_000;
    private static final long BODY_MIN = 1024;
    private static final long BODY_MAX = 64L * 1024 * 1024;

    static ServerLimits defaults() {
        return new ServerLimits(HttpBounds.defaults(), CallerLimitOptions.defaults());
    }

    static ServerLimits read(Section section) {
        HttpBounds bounds = HttpBounds.defaults();
        CallerLimitOptions callers = CallerLimitOptions.defaults();
        HttpBounds given = bounds.with(
                section.wholeNumber("connections", 1, 10_000).orElse(bounds.connections()),
                section.wholeNumber("headerBytes", 2 * 1024, 256 * 1024).orElse(bounds.headerBytes()));
        int bodyBytes = bytes(section).orElse(callers.bodyBytes());
        return new ServerLimits(
                given,
                new CallerLimitOptions(
                        section.wholeNumber("maxConcurrentRequests", 1, 10_000).orElse(callers.maxConcurrentRequests()),
                        section.wholeNumber("maxConcurrentRequestsPerCaller", 1, 10_000)
                                .orElse(callers.maxConcurrentRequestsPerCaller()),
                        section.wholeNumber("maxRequestsPerSecondPerCaller", 1, MANY)
                                .orElse(callers.maxRequestsPerSecondPerCaller()),
                        section.wholeNumber("maxFailedAuthPerMinute", 1, MANY).orElse(callers.maxFailedAuthPerMinute()),
                        bodyBytes));
    }

    /** A whole number of bytes, or with a unit: {@code 4MiB}. */
    private static Optional<Integer> bytes(Section section) {
        return section.words("bodyBytes").map(text -> {
            Matcher size = Pattern.compile("([0-9]{1,9}) ?(KiB|MiB|)").matcher(text);
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

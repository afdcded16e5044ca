package io.weathervane.config;

import io.weathervane.transport.http.CallerLimitOptions;
import io.weathervane.transport.http.HttpBounds;

/** Limits in {@code server.limits} on what clients may take of the HTTP server. */
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
        return new ServerLimits(
                given,
                new CallerLimitOptions(
                        section.wholeNumber("maxConcurrentRequests", 1, 10_000).orElse(callers.maxConcurrentRequests()),
                        section.wholeNumber("maxConcurrentRequestsPerCaller", 1, 10_000)
                                .orElse(callers.maxConcurrentRequestsPerCaller()),
                        section.wholeNumber("maxRequestsPerSecondPerCaller", 1, MANY)
                                .orElse(callers.maxRequestsPerSecondPerCaller()),
                        section.wholeNumber("maxFailedAuthPerMinute", 1, MANY).orElse(callers.maxFailedAuthPerMinute()),
                        section.bytes("bodyBytes", BODY_MIN, BODY_MAX).orElse(callers.bodyBytes())));
    }
}

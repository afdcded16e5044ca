package io.weathervane.tool;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Severity of a log message for the client; the levels of RFC 5424, mildest first. */
public enum LogLevel {
    DEBUG,
    INFO,
    NOTICE,
    WARNING,
    ERROR,
    CRITICAL,
    ALERT,
    EMERGENCY;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<LogLevel> of(String wireName) {
        return Stream.of(values())
                .filter(level -> level.wireName().equals(wireName))
                .findFirst();
    }

    /** All of them, as a sentence has them. */
    public static String names() {
        return Stream.of(values()).map(LogLevel::wireName).collect(Collectors.joining(", "));
    }
}

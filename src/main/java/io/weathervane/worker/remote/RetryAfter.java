package io.weathervane.worker.remote;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads when a server that has no time now wants to be asked again. */
final class RetryAfter {
    /** So long it is waited for at most: 5 s. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,4}");

    private RetryAfter() {}

    /** The pause; empty when the answer is none of that kind, or wants more than is waited for. */
    static Optional<Duration> in(CompleteResponse answer) {
        if (answer.status() != 429 && answer.status() != 503) {
            return Optional.empty();
        }
        return answer.headers()
                .firstValue("Retry-After")
                .filter(text -> SECONDS.matcher(text).matches())
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .filter(pause -> pause.compareTo(PAUSE_MAX) <= 0);
    }
}

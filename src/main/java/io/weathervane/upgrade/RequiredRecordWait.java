package io.weathervane.upgrade;

import io.weathervane.store.WriteReceipt;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Waits for a record without which an upgrade may not go on; a request to stop ends the wait at once. */
final class RequiredRecordWait {
    /** Longest wait for the database, such as during a backup: 5 s. */
    static final Duration LIMIT = Duration.ofSeconds(5);

    /** Between two looks whether the upgrade is to stop: 50 ms. */
    private static final Duration LOOK = Duration.ofMillis(50);

    private RequiredRecordWait() {}

    /** Returns why it is not written; empty when it is. */
    static Optional<String> await(WriteReceipt record, Ticker ticker, Supplier<Optional<String>> stop) {
        Stopwatch time = new Stopwatch(ticker, LIMIT);
        while (!record.within(LOOK)) {
            Optional<String> why = stop.get();
            if (why.isPresent()) {
                return why;
            }
            if (time.passed()) {
                return Optional.of("the database has not taken it within " + LIMIT.toSeconds() + " s"
                        + record.failure().map(failure -> ": " + failure).orElse(""));
            }
        }
        return Optional.empty();
    }
}

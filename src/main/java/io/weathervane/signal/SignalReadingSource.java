package io.weathervane.signal;

import io.weathervane.monitor.SignalReading;
import java.time.Instant;
import java.util.Optional;

/** One way by which a signal comes in; has its last known value in memory. */
interface SignalReadingSource extends AutoCloseable {
    /** Its last known value; does no I/O. */
    SignalReading reading(Instant now);

    /** A watch has begun. */
    void begin();

    /** No watch is on any longer. */
    void end();

    /** What should be told an operator, if anything. */
    Optional<String> note();

    @Override
    default void close() {
        end();
    }
}

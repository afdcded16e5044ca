package io.weathervane.transport.http;

import io.weathervane.ofrep.OfrepFlags;
import io.weathervane.reader.FlagReaders;

/**
 * The flags as OFREP serves them.
 *
 * @param changes calls back after each change of the flags, on the thread that made it
 */
public record OfrepServices(OfrepFlags flags, FlagReaders readers, Changes changes) {
    /** Ends with its close. */
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** A source of changes. */
    @FunctionalInterface
    public interface Changes {
        /** Calls back after each change, until the result is closed. */
        Subscription subscribe(Runnable changed);
    }
}

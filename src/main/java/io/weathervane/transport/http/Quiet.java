package io.weathervane.transport.http;

/** An answer that may be silent for long, and then has to show that it is still coming. */
@FunctionalInterface
interface Quiet {
    /** Says something when it has been silent for so long. */
    void keepAlive(long silentNanos);
}

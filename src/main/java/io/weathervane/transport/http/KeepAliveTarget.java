package io.weathervane.transport.http;

/** An answer that may send nothing for long, and then needs keep-alive bytes. */
@FunctionalInterface
public interface KeepAliveTarget {
    /** Says something when it has been silent for so long. */
    void keepAlive(long silentNanos);
}

package io.weathervane.observation;

import io.weathervane.monitor.SignalReading;
import java.time.Instant;
import java.util.List;

/** Source of the external signals for the checks; no call of it waits. */
public interface SignalSource {
    /** The last known values. */
    List<SignalReading> readings(Instant now);

    /** Told again and again whether a watch is on: only then values are asked for. */
    void watch(boolean watching);

    /** Restores the signals that the newest check of an earlier server knew. */
    void recall(List<SignalReading> stored, Instant now);

    /** Whether other signals are configured than those that are read. */
    boolean isReplaced();

    /** Reads the signals that are configured now; called between two watches, and waits for nothing. */
    void renew();

    /** Problems for an operator, a sentence each. */
    List<String> notes();
}

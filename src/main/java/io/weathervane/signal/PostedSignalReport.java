package io.weathervane.signal;

import io.weathervane.monitor.SignalValue.State;
import java.util.OptionalDouble;

/**
 * One report that was posted for a signal.
 *
 * @param group of alerts that are told of together; each is in force for itself
 * @param state firing, quiet (resolved) or measured
 * @param number what was measured, or how many alerts fire
 * @param reason as the sender says it
 */
record PostedSignalReport(String group, State state, OptionalDouble number, String reason) {
    /** The group of reports that are not Alertmanager's. */
    static final String OWN = "";
}

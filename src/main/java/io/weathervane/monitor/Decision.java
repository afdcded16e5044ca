package io.weathervane.monitor;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What is to be done after a check, and why.
 *
 * @param reason for people, with the compared numbers
 * @param errorRate the rate that was compared; empty when unknown
 * @param failureCount failed checks in the window
 * @param conditions every comparison that was made, whether it held or not
 */
public record Decision(
        Action action, String reason, OptionalDouble errorRate, int failureCount, List<Condition> conditions) {
    public Decision {
        conditions = List.copyOf(conditions);
    }

    Decision withoutActing(Action done) {
        String latched = reason + " (" + done.wireName() + " was decided already for this promotion)";
        return new Decision(Action.DEGRADE, latched, errorRate, failureCount, conditions);
    }
}

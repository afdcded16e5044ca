package io.weathervane.flags;

import java.util.Map;

/**
 * The answer to a reset.
 *
 * @param reset whether the kill switch was on and is now off; false when it was off before
 * @param restored the flags that were put back to what they were before the engagement, with their values
 */
public record KillSwitchResetResult(boolean reset, Map<String, String> restored, KillSwitchStatus status, long epoch) {
    public KillSwitchResetResult {
        restored = Map.copyOf(restored);
    }
}

package io.weathervane.flags;

import java.util.List;
import java.util.Optional;

/**
 * Changes of the table by one call; empty when everything was so already.
 *
 * @param warning what is not as it should be, such as a kill switch that only this process knows of
 */
public record FlagChangeResult(List<Changed> changed, long epoch, Optional<String> warning) {
    public FlagChangeResult {
        changed = List.copyOf(changed);
    }

    /** One flag's row, before and after; {@code from} is empty when there was none, or one not fit to show. */
    public record Changed(String key, Optional<String> from, String to) {}
}

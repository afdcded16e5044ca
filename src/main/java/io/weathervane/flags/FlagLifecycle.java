package io.weathervane.flags;

import java.time.LocalDate;
import java.util.Optional;

/**
 * Owner of a flag and the day by which it is to be gone. A flag past that day works on; operators are told that it is stale.
 *
 * @param owner a person or team, at most {@value #OWNER_LENGTH_MAX} characters
 * @param expires the last day, UTC, on which it is wanted
 */
public record FlagLifecycle(Optional<String> owner, Optional<LocalDate> expires) {
    /** Most characters of an owner. */
    public static final int OWNER_LENGTH_MAX = 100;

    /** No owner and no end. */
    public static final FlagLifecycle UNKNOWN = new FlagLifecycle(Optional.empty(), Optional.empty());

    boolean isExpired(LocalDate today) {
        return expires.filter(last -> last.isBefore(today)).isPresent();
    }
}

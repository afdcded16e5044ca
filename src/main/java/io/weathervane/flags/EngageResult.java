package io.weathervane.flags;

import java.util.Optional;

/**
 * The answer to an engagement: the kill switch is on in any case.
 *
 * @param alreadyEngaged whether it was on before; {@code status} then has the time and the actor
 * @param warning what is not as it should be, such as a database that cannot be written
 */
public record EngageResult(boolean alreadyEngaged, KillSwitchStatus status, long epoch, Optional<String> warning) {}

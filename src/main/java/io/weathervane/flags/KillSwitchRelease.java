package io.weathervane.flags;

import io.weathervane.audit.Actor;
import java.util.Optional;

/** Who turned the kill switch off, and why. */
record KillSwitchRelease(
        String reason, Actor actor, Optional<String> approver, Optional<String> fixReference, boolean forced) {
    static KillSwitchRelease of(String reason, Actor actor) {
        return new KillSwitchRelease(reason, actor, Optional.empty(), Optional.empty(), false);
    }
}

package io.weathervane.flags;

import io.weathervane.audit.Actor;
import java.util.Optional;

/** Author and reason of a reset of the kill switch. */
record KillSwitchResetRecord(
        String reason, Actor actor, Optional<String> approver, Optional<String> fixReference, boolean forced) {
    static KillSwitchResetRecord of(String reason, Actor actor) {
        return new KillSwitchResetRecord(reason, actor, Optional.empty(), Optional.empty(), false);
    }
}

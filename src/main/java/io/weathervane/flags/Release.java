package io.weathervane.flags;

import io.weathervane.audit.Actor;
import java.util.Optional;

/** Who turned the kill switch off, and why. */
record Release(String reason, Actor actor, Optional<String> approver, Optional<String> fixReference, boolean forced) {
    static Release of(String reason, Actor actor) {
        return new Release(reason, actor, Optional.empty(), Optional.empty(), false);
    }
}

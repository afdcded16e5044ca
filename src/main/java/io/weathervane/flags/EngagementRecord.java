package io.weathervane.flags;

import io.weathervane.audit.Actor;
import java.time.Instant;
import java.util.Optional;

/** Since when, by whom and why the kill switch is on. */
record EngagementRecord(Instant since, Actor actor, String reason, Optional<String> promotionId) {
    /** The kill switch as this mark says, on disk. */
    KillSwitchStatus status() {
        return new KillSwitchStatus(
                true,
                Optional.of(since),
                Optional.of(actor.name()),
                Optional.of(reason),
                /* durable= */ true,
                Optional.empty());
    }
}

package io.weathervane.flags;

import io.weathervane.audit.Actor;
import java.time.Instant;
import java.util.Optional;

/** An engagement of the kill switch: its time, actor and reason. */
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

package io.weathervane.flags;

import io.weathervane.audit.Actor;
import java.time.Instant;
import java.util.Optional;

/** Since when, by whom and why the kill switch is on. */
record EngagedMark(Instant since, Actor actor, String reason, Optional<String> promotionId) {}

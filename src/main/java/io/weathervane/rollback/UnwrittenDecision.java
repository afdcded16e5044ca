package io.weathervane.rollback;

import java.time.Instant;

/** A decision that was made, and acted on, and that the database does not have yet. */
public record UnwrittenDecision(Instant at, String decision, String reason) {}

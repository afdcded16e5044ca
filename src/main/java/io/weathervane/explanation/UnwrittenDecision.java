package io.weathervane.explanation;

import java.time.Instant;

/**
 * A decision that was made, and acted on, and that the database does not have yet.
 *
 * @param conclusive whether it rests on enough to say so
 */
public record UnwrittenDecision(Instant at, String decision, boolean conclusive, String reason) {}

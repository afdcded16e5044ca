package io.weathervane.block;

import java.util.Optional;

/**
 * Result of blocking calls.
 *
 * @param alreadyBlocked whether the same calls were blocked before; {@code block} is then that one
 * @param ended what was under way and was ended
 * @param notDurableBecause why the database does not have it yet; empty when it has
 */
public record BlockResult(
        CallBlock block, boolean alreadyBlocked, EndedWork ended, Optional<String> notDurableBecause) {}

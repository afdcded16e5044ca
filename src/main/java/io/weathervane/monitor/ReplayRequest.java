package io.weathervane.monitor;

import java.util.Optional;

/**
 * Calls that the previous worker should be asked before a rollback.
 *
 * @param tool the tool, or {@link CallCategory} of one, whose calls they should be; of all tools when empty
 */
public record ReplayRequest(Optional<String> tool) {}

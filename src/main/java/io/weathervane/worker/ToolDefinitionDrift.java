package io.weathervane.worker;

import java.time.Instant;
import java.util.List;

/**
 * A worker's tools differ from those that the same release had when it was first started here. The operator did not
 * change the release, so what it offers was changed behind the operator's back, or it decides at run time.
 *
 * @param changes what is different from then, a few words each: {@code added forecast}; empty when all is as it was
 */
public record ToolDefinitionDrift(String label, Role role, List<String> changes, Instant at) {
    public ToolDefinitionDrift {
        changes = List.copyOf(changes);
    }
}

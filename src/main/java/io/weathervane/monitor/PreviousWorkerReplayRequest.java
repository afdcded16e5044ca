package io.weathervane.monitor;

import java.util.Optional;

/**
 * Calls that the previous worker should be asked before a rollback.
 *
 * @param tool the tool, or {@link ToolFailureMetric} of one, whose calls they should be; of all tools when empty
 */
public record PreviousWorkerReplayRequest(Optional<String> tool) {
    /** The tool itself, where its failed calls, or those that it refused, are what it is about. */
    public Optional<String> toolName() {
        return tool.filter(name -> ToolFailureMetric.in(name) == ToolFailureMetric.CALLS || ofProbes() || ofRefusals())
                .map(name -> ToolFailureMetric.in(name).tool(name));
    }

    /** Whether it is about the calls that the server sends during a watch. */
    public boolean ofProbes() {
        return tool.map(ToolFailureMetric::in)
                .filter(part -> part == ToolFailureMetric.PROBES)
                .isPresent();
    }

    /** Whether it is about calls whose arguments the worker refused as invalid, though such arguments were valid before. */
    public boolean ofRefusals() {
        return tool.map(ToolFailureMetric::in)
                .filter(part -> part == ToolFailureMetric.SAME_ARGUMENTS || part == ToolFailureMetric.SAME_FORM)
                .isPresent();
    }
}

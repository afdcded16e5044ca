package io.weathervane.worker;

import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A caller's tool call that a worker answered, or failed to.
 *
 * @param answer as the caller got it; not to be changed; empty when there was none
 * @param took from the call's arrival to its end, repeats included
 * @param role what the worker that had the call last was for when it was given it
 * @param readOnly whether that worker says of the tool that it changes nothing ({@code readOnlyHint: true})
 */
public record CompletedCall(
        String tool, ObjectNode arguments, Optional<WorkerAnswer> answer, Duration took, Role role, boolean readOnly) {}

package io.weathervane.worker;

import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A caller's tool call that a worker answered, or failed to.
 *
 * @param result as the caller got it; not to be changed
 * @param failure why there is no result, in words
 * @param took from the call's arrival to its end, repeats included
 * @param label the release that had the call last
 * @param role what that worker was for when it was given the call
 * @param readOnly whether that worker says of the tool that it changes nothing ({@code readOnlyHint: true})
 */
public record ObservedCall(
        String tool,
        ObjectNode arguments,
        Optional<ObjectNode> result,
        Optional<String> failure,
        Duration took,
        String label,
        Role role,
        boolean readOnly) {}

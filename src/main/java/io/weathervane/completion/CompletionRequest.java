package io.weathervane.completion;

import io.weathervane.tool.Caller;
import java.util.Map;

/**
 * Request for completions of a text that a client types.
 *
 * @param target the name of a prompt, or a resource's URI template
 * @param argument the argument or template variable that is being typed
 * @param typed what is there of its value, maybe nothing
 * @param known the values of other arguments that are complete
 */
public record CompletionRequest(
        Kind kind, String target, String argument, String typed, Map<String, String> known, Caller caller) {
    /** Kind of the thing that has the argument. */
    public enum Kind {
        PROMPT,
        RESOURCE
    }

    public CompletionRequest {
        known = Map.copyOf(known);
    }
}

package io.weathervane.prompt;

import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import java.util.Map;
import java.util.Optional;

/** One request for a prompt: every required argument is there, and none the prompt does not have. */
public record PromptCall(Map<String, String> arguments, Caller caller, CallChannel channel) {
    public PromptCall {
        arguments = Map.copyOf(arguments);
    }

    public Optional<String> argument(String name) {
        return Optional.ofNullable(arguments.get(name));
    }
}

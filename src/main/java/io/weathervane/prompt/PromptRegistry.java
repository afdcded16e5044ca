package io.weathervane.prompt;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.util.NearestWord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** All prompts a client can get: our own in the order they were given, then those of the source that are not named so. */
public final class PromptRegistry {
    /** Longest piece of a stranger's text that is said back. */
    private static final int NAME_LENGTH_MAX = 64;

    private final Map<String, Prompt> byName = new LinkedHashMap<>();

    private final UpstreamPromptSource others;

    /** @throws IllegalArgumentException when two prompts have one name */
    public PromptRegistry(List<Prompt> prompts) {
        this(prompts, UpstreamPromptSource.none());
    }

    private PromptRegistry(List<Prompt> prompts, UpstreamPromptSource others) {
        this.others = others;
        for (Prompt prompt : prompts) {
            if (byName.put(prompt.definition().name(), prompt) != null) {
                throw new IllegalArgumentException(
                        "two prompts are named " + prompt.definition().name());
            }
        }
    }

    /** These prompts, and those of the source. */
    public PromptRegistry with(UpstreamPromptSource source) {
        return new PromptRegistry(List.copyOf(byName.values()), source);
    }

    public List<PromptDefinition> list() {
        return byName.values().stream().map(Prompt::definition).toList();
    }

    /**
     * The definitions of all that this caller is offered, the source's too, in their wire form.
     *
     * @param channel cancels the wait for the source
     */
    public List<ObjectNode> listAll(Caller caller, CallChannel channel) {
        Stream<ObjectNode> theirs = others.list(channel).stream()
                .filter(prompt -> !byName.containsKey(prompt.path("name").asString("")));
        Stream<ObjectNode> ours = byName.values().stream()
                .filter(prompt -> prompt.isOffered(caller))
                .map(prompt -> prompt.definition().toJson());
        return Stream.concat(ours, theirs).toList();
    }

    /** Whether a prompt of our own is named so. */
    public boolean has(String name) {
        return byName.containsKey(name);
    }

    /**
     * The prompt of this name, filled in.
     *
     * @throws JsonRpcException invalid params: no such prompt, or arguments that do not fit it
     */
    public PromptResult get(String name, ObjectNode arguments, Caller caller, CallChannel channel) {
        if (!byName.containsKey(name)) {
            Optional<PromptResult> theirs = others.get(name, arguments, channel);
            if (theirs.isPresent()) {
                return theirs.get();
            }
        }
        Prompt prompt = find(name, caller);
        return prompt.get(new PromptCall(checked(prompt.definition(), arguments), caller, channel));
    }

    /**
     * The prompt of this name.
     *
     * @throws JsonRpcException invalid params, when there is none for this caller
     */
    public Prompt find(String name, Caller caller) {
        Prompt prompt = byName.get(name);
        if (prompt == null || !prompt.isOffered(caller)) {
            String near = NearestWord.to(name, offeredNames(caller))
                    .map(word -> "; did you mean \"" + word + "\"?")
                    .orElse("; prompts/list has the names");
            throw invalid("unknown prompt: " + shortened(name) + near);
        }
        return prompt;
    }

    private List<String> offeredNames(Caller caller) {
        return byName.entrySet().stream()
                .filter(entry -> entry.getValue().isOffered(caller))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Map<String, String> checked(PromptDefinition prompt, ObjectNode arguments) {
        Map<String, String> checked = new LinkedHashMap<>();
        for (PromptArgument argument : prompt.arguments()) {
            JsonNode value = arguments.path(argument.name());
            if (value.isString()) {
                checked.put(argument.name(), value.stringValue());
            } else if (!value.isMissingNode()) {
                throw invalid("the argument \"" + argument.name() + "\" must be a string");
            } else if (argument.required()) {
                throw invalid("the prompt " + prompt.name() + " needs the argument \"" + argument.name() + "\": "
                        + argument.description());
            }
        }
        refuseUnknown(prompt, arguments);
        return checked;
    }

    private static void refuseUnknown(PromptDefinition prompt, ObjectNode arguments) {
        List<String> known =
                prompt.arguments().stream().map(PromptArgument::name).toList();
        for (String name : arguments.propertyNames()) {
            if (!known.contains(name)) {
                String allowed = known.isEmpty() ? "it has none" : "it has " + String.join(", ", known);
                throw invalid(
                        "the prompt " + prompt.name() + " has no argument \"" + shortened(name) + "\"; " + allowed);
            }
        }
    }

    private static JsonRpcException invalid(String why) {
        return new JsonRpcException(ErrorCode.INVALID_PARAMS, "Invalid params: " + why);
    }

    private static String shortened(String text) {
        return text.length() <= NAME_LENGTH_MAX ? text : text.substring(0, NAME_LENGTH_MAX) + "...";
    }
}

package io.weathervane.prompt;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A prompt, filled in.
 *
 * @param json the wire form without {@code resultType}: {@code description} and {@code messages}
 */
public record PromptResult(ObjectNode json) {
    /** A prompt without messages yet. */
    public static PromptResult of(String description) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("description", description);
        json.putArray("messages");
        return new PromptResult(json);
    }

    /** Adds a message of the user's. */
    public PromptResult user(String text) {
        return user(JsonNodeFactory.instance.objectNode().put("type", "text").put("text", text));
    }

    /** Adds a message of the user's with any content block: text, image, embedded resource. */
    public PromptResult user(ObjectNode content) {
        json.withArray("messages").addObject().put("role", "user").set("content", content);
        return this;
    }
}

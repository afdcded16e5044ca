package io.weathervane.tool.builtin;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.presentation.JsonFields;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one question that is ever asked: this, yes or no.
 *
 * @param key differs with what is asked about, so that an answer never counts for something else
 */
record ConfirmationQuestion(String key, InputRequest form) {
    private static final String CONFIRM = "confirm";

    /** @param about what is agreed to, the same as long as the question is */
    static ConfirmationQuestion of(String about, String message) {
        ObjectNode schema = JsonFields.object().put("type", "object");
        schema.putObject("properties")
                .putObject(CONFIRM)
                .put("type", "boolean")
                .put("title", "Do it")
                .put("description", "Yes: it is done at once. No: nothing happens.")
                .put("default", false);
        schema.putArray("required").add(CONFIRM);
        String key = CONFIRM + "-" + UUID.nameUUIDFromBytes(about.getBytes(StandardCharsets.UTF_8));
        return new ConfirmationQuestion(key, InputRequest.form(message, schema));
    }

    /** @throws ToolFailureException when the answer is not yes */
    void require(CallChannel channel, String tool) {
        InputAnswer answer = Optional.ofNullable(channel.ask(Map.of(key, form)).get(key))
                .orElseThrow(() -> new ToolFailureException("No answer came. " + nothingDone(tool)));
        String action = answer.json().path("action").asString("");
        if (!answer.accepted().map(form -> form.path(CONFIRM).asBoolean(false)).orElse(false)) {
            String how = action.equals("accept")
                    ? "did not confirm"
                    : action.equals("decline") ? "declined" : "closed the question";
            throw new ToolFailureException("The user " + how + ". " + nothingDone(tool));
        }
    }

    private static String nothingDone(String tool) {
        return tool + " did nothing. Do not ask again unless the user wants it.";
    }
}

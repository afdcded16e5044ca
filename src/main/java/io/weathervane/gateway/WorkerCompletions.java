package io.weathervane.gateway;

import io.weathervane.completion.UpstreamCompletionSource;
import io.weathervane.tool.CallChannel;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerContentService;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerManager;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Completions that the active worker suggests for its prompts and templates. */
public record WorkerCompletions(WorkerManager workers) implements UpstreamCompletionSource {
    @Override
    public Optional<ObjectNode> complete(ObjectNode params, CallChannel channel) {
        WorkerContentService content = workers.content();
        if (!content.serverInfo().has("completions")) {
            return isListed(params.path("ref")) ? Optional.of(noSuggestion()) : Optional.empty();
        }
        try {
            return Optional.of(content.request("completion/complete", params, ChannelCallContext.of(channel))
                    .result());
        } catch (WorkerCallException e) {
            throw WorkerErrorMapper.ofContent(e, workers.service());
        }
    }

    private boolean isListed(JsonNode reference) {
        return isListed(WorkerListKind.PROMPTS, reference.path("name").asString(""))
                || isListed(
                        WorkerListKind.RESOURCE_TEMPLATES, reference.path("uri").asString(""));
    }

    private boolean isListed(WorkerListKind list, String key) {
        return workers.content().list(list).stream()
                .anyMatch(entry -> list.keyOf(entry).equals(key));
    }

    private static ObjectNode noSuggestion() {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.putObject("completion").put("total", 0).put("hasMore", false).putArray("values");
        return result;
    }
}

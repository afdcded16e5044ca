package io.weathervane.mcp;

import io.weathervane.prompt.PromptRegistry;
import tools.jackson.databind.JsonNode;

/** {@code prompts/*} (MCP server/prompts). */
final class PromptMethods {
    private final PromptRegistry prompts;
    private final ResultFormatter formatter;

    PromptMethods(PromptRegistry prompts, ResultFormatter formatter) {
        this.prompts = prompts;
        this.formatter = formatter;
    }

    JsonNode list(RunningCall call) {
        return formatter.listing(
                call.request().generation(),
                call.request().method(),
                Paginator.of(
                        call.request(),
                        "prompts",
                        prompts.listAll(call.responseChannel().caller(), call),
                        prompt -> prompt.path("name").asString(""),
                        prompt -> prompt));
    }

    JsonNode get(RunningCall call) {
        McpRequest request = call.request();
        return formatter.plain(
                request.generation(),
                prompts.get(
                                RequestParams.string(request, "name"),
                                RequestParams.objectOrNull(request, "arguments"),
                                call.responseChannel().caller(),
                                call)
                        .json());
    }
}

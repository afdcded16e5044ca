package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.prompt.Prompt;
import io.weathervane.prompt.PromptArgument;
import io.weathervane.prompt.PromptCall;
import io.weathervane.prompt.PromptDefinition;
import io.weathervane.prompt.PromptRegistry;
import io.weathervane.prompt.PromptResult;
import io.weathervane.resource.ResourceContents;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.ResourceTemplate;
import io.weathervane.tool.Caller;
import io.weathervane.tool.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Lists, prompts, resources and completions as a client sees them; each message is checked against its generation's schema. */
class ServedMethodsTest {
    private static final int RESOURCES = 450;

    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}}}";

    private final ScriptedClient toolsOnly = new ScriptedClient(call -> ToolResult.failed("no"));
    private final ScriptedClient everything = new ScriptedClient(
            call -> ToolResult.failed("no"),
            services -> services.with(new ManyResources())
                    .with(new PromptRegistry(List.of(new Greeting())))
                    .with(request ->
                            IntStream.range(0, 150).mapToObj(i -> "value " + i).toList()));

    @AfterEach
    void close() {
        toolsOnly.close();
        everything.close();
    }

    @ParameterizedTest
    @CsvSource({
        "tools, tools/list",
        "resources, resources/list",
        "resources, resources/templates/list",
        "prompts, prompts/list",
        "completions, completion/complete"
    })
    void servesWhatItAdvertisesAndNothingElse(String capability, String method) throws Exception {
        for (ScriptedClient client : List.of(toolsOnly, everything)) {
            JsonNode modern = client.ask("server/discover", "{" + META + "}").at("/result/capabilities");
            JsonNode legacy = client.ask("initialize", "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}}")
                    .at("/result/capabilities");

            assertThat(modern.has(capability)).isEqualTo(isServed(client, method, META));
            assertThat(legacy.has(capability)).isEqualTo(isServed(client, method, ""));
        }
    }

    @Test
    void givesEveryPageOfAListInOneOrderWithOneCacheScope() throws Exception {
        List<String> uris = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page =
                    everything.ask("resources/list", "{" + META + cursor + "}").get("result");
            assertThat(page.path("cacheScope").asString("")).isEqualTo("private");
            assertThat(page.path("ttlMs").asInt(-1)).isNotNegative();
            page.path("resources").forEach(one -> uris.add(one.path("uri").asString("")));
            cursor = page.has("nextCursor") ? ",\"cursor\":" + page.get("nextCursor") : null;
            pages++;
        } while (cursor != null);

        assertThat(pages).isGreaterThan(1);
        assertThat(uris)
                .isEqualTo(IntStream.range(0, RESOURCES)
                        .mapToObj(i -> "test://" + i)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools/list", "prompts/list", "resources/list", "resources/templates/list"})
    void refusesACursorThatItHasNotGivenOut(String method) throws Exception {
        for (String cursor : List.of("\"\"", "\"zzz\"", "7", "null")) {
            assertThat(code(everything.ask(method, "{" + META + ",\"cursor\":" + cursor + "}")))
                    .isEqualTo(-32602);
        }
    }

    @Test
    void completesWithAHundredValuesAtMostAndSaysThatThereAreMore() throws Exception {
        JsonNode completion = everything
                .ask(
                        "completion/complete",
                        "{" + META + ",\"ref\":{\"type\":\"ref/prompt\",\"name\":\"greeting\"},"
                                + "\"argument\":{\"name\":\"who\",\"value\":\"\"}}")
                .at("/result/completion");

        assertThat(completion.path("values").size()).isEqualTo(100);
        assertThat(completion.path("total").asInt()).isEqualTo(150);
        assertThat(completion.path("hasMore").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"greeting\"}",
                "\"ref\":{\"type\":\"ref/prompt\"},\"argument\":{\"name\":\"who\",\"value\":\"\"}",
                "\"ref\":{\"type\":\"ref/tool\",\"name\":\"x\"},\"argument\":{\"name\":\"who\",\"value\":\"\"}",
                "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"greeting\"},\"argument\":{\"name\":\"who\",\"value\":7}",
                "\"ref\":7,\"argument\":{\"name\":\"who\",\"value\":\"\"}"
            })
    void refusesACompletionOfNothing(String params) throws Exception {
        assertThat(code(everything.ask("completion/complete", "{" + META + "," + params + "}")))
                .isEqualTo(-32602);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"name\":\"greting\"",
                "\"name\":7",
                "\"name\":\"greeting\"",
                "\"name\":\"greeting\",\"arguments\":{\"who\":7}",
                "\"name\":\"greeting\",\"arguments\":{\"who\":\"Ann\",\"shoe\":\"9\"}",
                "\"name\":\"greeting\",\"arguments\":[]"
            })
    void refusesAPromptThatIsNotThereOrArgumentsThatDoNotFit(String params) throws Exception {
        assertThat(code(everything.ask("prompts/get", "{" + META + "," + params + "}")))
                .isEqualTo(-32602);
    }

    @Test
    void asksForWhatAPromptNeedsWithoutAHintForCaches() throws Exception {
        String get = META + ",\"name\":\"greeting\",\"arguments\":{\"who\":\"Ann\"}";
        JsonNode asked = everything.ask("prompts/get", "{" + get + "}").get("result");
        JsonNode done = everything
                .ask(
                        "prompts/get",
                        "{" + get + ",\"requestState\":" + asked.get("requestState")
                                + ",\"inputResponses\":{\"tone\":{\"action\":\"decline\"}}}")
                .get("result");

        assertThat(asked.path("resultType").asString("")).isEqualTo("input_required");
        assertThat(asked.has("ttlMs") || asked.has("cacheScope")).isFalse();
        assertThat(done.at("/messages/0/content/text").asString("")).isEqualTo("Hello Ann");
    }

    private static boolean isServed(ScriptedClient client, String method, String meta) throws Exception {
        return code(client.ask(method, "{" + meta + "}")) != -32601;
    }

    private static int code(JsonNode answer) {
        return answer.at("/error/code").asInt(0);
    }

    private static final class Greeting implements Prompt {
        @Override
        public PromptDefinition definition() {
            return new PromptDefinition(
                    "greeting",
                    "Greeting",
                    "Greets.",
                    List.of(new PromptArgument("who", "Whom to greet.", /* required= */ true)));
        }

        @Override
        public PromptResult get(PromptCall call) {
            call.channel().ask(Map.of("tone", InputRequest.form("Which tone?", ScriptedClient.form("tone"))));
            return PromptResult.of("Greeting")
                    .user("Hello " + call.argument("who").orElse("?"));
        }
    }

    private static final class ManyResources implements ResourceSource {
        @Override
        public List<ResourceDefinition> list(Caller caller) {
            return IntStream.range(0, RESOURCES)
                    .mapToObj(i -> ResourceDefinition.of("test://" + i, "r" + i, "R", "One of many.", "text/plain"))
                    .toList();
        }

        @Override
        public List<ResourceTemplate> templates(Caller caller) {
            return List.of(ResourceTemplate.of("test://{number}", "all", "All", "By number.", "text/plain"));
        }

        @Override
        public Optional<ResourceContents> read(String uri, Caller caller) {
            return Optional.empty();
        }
    }
}

package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The packaged server in front of a real worker of either generation, with a client of either generation: it looks the same. */
class GatewayPairsIT {
    private static final String ACCEPTED = "{\"action\":\"accept\",\"content\":{\"name\":\"Ann\"}}";
    private static final String SAMPLED =
            "{\"role\":\"assistant\",\"model\":\"m\",\"content\":{\"type\":\"text\",\"text\":\"Paris\"}}";
    private static final String ROOTS = "{\"roots\":[{\"uri\":\"file:///home/ann\"}]}";
    private static final String PAIRS = "legacy, legacy\nlegacy, modern\nmodern, legacy\nmodern, modern";

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0} client, {1} worker")
    @CsvSource(textBlock = PAIRS)
    void theClientSeesTheWorkerAsIfItSpokeToIt(String client, String worker) throws Exception {
        try (Side side = new Side(client, worker)) {
            toolsErrorsProgressAndCancellation(side);
            questionsOfTheWorkerReachTheClient(side);
            promptsResourcesSuggestionsAndLog(side);
            changesOfTheWorkerAreTold(side);
        }
    }

    private static void toolsErrorsProgressAndCancellation(Side side) throws IOException {
        assertThat(side.result("tools/list", "").toString()).contains("test_simple_text", "worker_status");
        assertThat(side.call("test_simple_text", "").toString()).contains("This is a simple text response");
        assertThat(side.call("test_error_handling", "").path("isError").asBoolean())
                .isTrue();
        assertThat(side.call("test_image_content", "").at("/content/0/mimeType").asString())
                .isEqualTo("image/png");
        assertThat(side.error("tools/call", "\"name\":\"protocol_error_job\",\"arguments\":{}")
                        .path("message")
                        .asString())
                .isEqualTo("This job breaks.");

        int id = side.send(
                "tools/call", "\"name\":\"test_tool_with_progress\",\"arguments\":{}", "\"progressToken\":\"p-1\"");
        side.stdio.answer(id);
        assertThat(side.told("notifications/progress"))
                .extracting(step -> step.at("/params/progressToken").asString()
                        + step.at("/params/progress").asInt())
                .containsExactly("p-10", "p-150", "p-1100");

        int slow = side.send("tools/call", "\"name\":\"slow_compute\",\"arguments\":{\"seconds\":60}");
        side.stdio.sendLine(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" + slow + "}}");
        Await.until(
                "the worker has no call any more",
                () -> side.call("worker_status", "")
                                .at("/structuredContent/active/inFlight")
                                .asInt(-1)
                        == 0);
        assertThat(side.stdio.answers(slow)).isEmpty();
    }

    private static void questionsOfTheWorkerReachTheClient(Side side) throws IOException {
        assertThat(side.asked("test_input_required_result_elicitation", ACCEPTED))
                .contains("Hello, Ann!");
        assertThat(side.asked("test_input_required_result_sampling", SAMPLED)).contains("Paris");
        assertThat(side.asked("test_input_required_result_list_roots", ROOTS)).contains("file:///home/ann");
        assertThat(side.asked(
                        "test_input_required_result_multi_round",
                        ACCEPTED,
                        "{\"action\":\"accept\",\"content\":{\"color\":\"red\"}}"))
                .contains("Ann likes red");
        assertThat(side.asked("test_input_required_result_elicitation", "{\"action\":\"decline\"}"))
                .contains("Hello, nobody!");
    }

    private static void promptsResourcesSuggestionsAndLog(Side side) throws IOException {
        assertThat(side.result("prompts/list", "").toString()).contains("test_simple_prompt", "incident");
        assertThat(side.result(
                                "prompts/get",
                                "\"name\":\"test_prompt_with_arguments\",\"arguments\":{\"arg1\":\"a\",\"arg2\":\"b\"}")
                        .toString())
                .contains("arg1='a', arg2='b'");
        assertThat(side.error("prompts/get", "\"name\":\"none\"").path("code").asInt())
                .isEqualTo(-32602);
        assertThat(side.result("resources/list", "").toString())
                .contains("test://static-binary", "weathervane://flags");
        assertThat(side.result("resources/templates/list", "").toString()).contains("test://template/{id}/data");
        assertThat(side.result("resources/read", "\"uri\":\"test://template/7/data\"")
                        .at("/contents/0/text")
                        .asString())
                .contains("Data for ID: 7");
        JsonNode missing = side.error("resources/read", "\"uri\":\"test://nothing\"");
        assertThat(missing.path("code").asInt()).isEqualTo(side.modern ? -32602 : -32002);
        assertThat(missing.at("/data/uri").asString()).isEqualTo("test://nothing");
        assertThat(side.result(
                                "completion/complete",
                                "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"test_prompt_with_arguments\"},"
                                        + "\"argument\":{\"name\":\"arg1\",\"value\":\"te\"}")
                        .at("/completion/values")
                        .toString())
                .isEqualTo("[\"test one\",\"test two\"]");
        callThatLogs(side);
        Await.until("the logs", () -> side.told("notifications/message").size() == 3);
    }

    private static void callThatLogs(Side side) throws IOException {
        if (side.modern) {
            int id = side.send(
                    "tools/call",
                    "\"name\":\"test_tool_with_logging\",\"arguments\":{}",
                    "\"io.modelcontextprotocol/logLevel\":\"info\"");
            side.stdio.answer(id);
        } else {
            side.result("logging/setLevel", "\"level\":\"info\"");
            side.call("test_tool_with_logging", "");
        }
    }

    private static void changesOfTheWorkerAreTold(Side side) throws IOException {
        if (side.modern) {
            side.send(
                    "subscriptions/listen",
                    "\"notifications\":{\"toolsListChanged\":true,\"promptsListChanged\":true,"
                            + "\"resourceSubscriptions\":[\"test://watched-resource\"]}");
            Await.until(
                    "it is open",
                    () -> !side.told("notifications/subscriptions/acknowledged").isEmpty());
        } else {
            side.result("resources/subscribe", "\"uri\":\"test://watched-resource\"");
        }
        side.call("test_trigger_tool_change", "");
        side.call("test_trigger_prompt_change", "");
        Await.until(
                "the tools are told of",
                () -> !side.told("notifications/tools/list_changed").isEmpty());
        Await.until(
                "the prompts are told of",
                () -> !side.told("notifications/prompts/list_changed").isEmpty());
        Await.until("the resource is told of", () -> {
            side.call("test_trigger_resource_update", "");
            return side.told("notifications/resources/updated").stream()
                    .anyMatch(told -> told.at("/params/uri").asString("").equals("test://watched-resource"));
        });
    }

    /** One client of the packaged server, which has one fixture as its worker. */
    private final class Side implements AutoCloseable {
        private final boolean modern;
        private final StdioClient stdio;

        Side(String client, String worker) throws IOException {
            this.modern = client.equals("modern");
            List<String> command = List.of(
                    ServerProcess.java(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.weathervane.conformance.ConformanceServer",
                    "--stdio",
                    worker);
            Files.writeString(
                    folder.resolve("weathervane.yaml"),
                    "workers:\n  initial: w\n  releases:\n    w: {kind: mcp, command: "
                            + JsonRpcCodec.JSON.writeValueAsString(command) + "}\n");
            stdio = StdioClient.packaged(folder);
            if (!modern) {
                result(
                        "initialize",
                        "\"protocolVersion\":\"2025-11-25\",\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"},"
                                + "\"capabilities\":{\"elicitation\":{},\"sampling\":{},\"roots\":{}}");
                stdio.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            }
            Await.until("the worker has started", Duration.ofSeconds(60), () -> active().isObject());
            assertThat(active().path("protocol").asString())
                    .isEqualTo(worker.equals("modern") ? "mcp 2026-07-28" : "mcp 2025-11-25");
        }

        private JsonNode active() {
            return call("worker_status", "").at("/structuredContent/active");
        }

        int send(String method, String params, String... meta) throws IOException {
            String more = String.join(",", meta);
            String all = modern
                    ? "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                            + "\"io.modelcontextprotocol/clientCapabilities\":"
                            + "{\"elicitation\":{},\"sampling\":{},\"roots\":{}}" + (more.isEmpty() ? "" : "," + more)
                    : more;
            return stdio.send(method, "{\"_meta\":{" + all + "}" + (params.isEmpty() ? "" : "," + params) + "}");
        }

        JsonNode result(String method, String params) throws IOException {
            JsonNode answer = stdio.answer(send(method, params));
            assertThat(answer.path("result").isObject()).as("%s", answer).isTrue();
            return answer.path("result");
        }

        JsonNode error(String method, String params) throws IOException {
            JsonNode answer = stdio.answer(send(method, params));
            assertThat(answer.path("error").isObject()).as("%s", answer).isTrue();
            return answer.path("error");
        }

        JsonNode call(String tool, String more) {
            try {
                return result("tools/call", "\"name\":\"" + tool + "\",\"arguments\":{}" + more);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** Calls the tool, answers its questions in their order, and returns what it says at the end. */
        String asked(String tool, String... answers) throws IOException {
            return modern ? askedByEnding(tool, answers) : askedMeanwhile(tool, answers);
        }

        private String askedByEnding(String tool, String... answers) {
            JsonNode result = call(tool, "");
            for (String answer : answers) {
                assertThat(result.path("resultType").asString())
                        .as("%s", result)
                        .isEqualTo("input_required");
                String key =
                        result.path("inputRequests").propertyNames().iterator().next();
                result = call(
                        tool,
                        ",\"requestState\":" + result.path("requestState") + ",\"inputResponses\":{\"" + key + "\":"
                                + answer + "}");
            }
            return result.toString();
        }

        private String askedMeanwhile(String tool, String... answers) throws IOException {
            int before = questions().size();
            int id = send("tools/call", "\"name\":\"" + tool + "\",\"arguments\":{}");
            for (int i = 0; i < answers.length; i++) {
                int number = before + i;
                Await.until("a question", () -> questions().size() > number);
                JsonNode question = questions().get(number);
                stdio.sendLine(
                        "{\"jsonrpc\":\"2.0\",\"id\":" + question.path("id") + ",\"result\":" + answers[i] + "}");
            }
            return stdio.answer(id).toString();
        }

        private List<JsonNode> questions() {
            return stdio.received().stream()
                    .filter(message -> message.has("id") && message.has("method"))
                    .toList();
        }

        List<JsonNode> told(String method) {
            return stdio.received().stream()
                    .filter(message -> Optional.of(message.path("method").asString(""))
                            .filter(method::equals)
                            .isPresent())
                    .toList();
        }

        @Override
        public void close() {
            stdio.close();
        }
    }
}

package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** {@code run} in front of workers in a few lines of shell that use what WeatherVane itself does not. */
class PassingThroughIT {
    /** Answers each call by CALL; tools, capabilities and what comes first are a test's. */
    private static final String WORKER = """
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$id" "$1"; }
        text() { answer "\\"result\\":{\\"content\\":[{\\"type\\":\\"text\\",\\"text\\":\\"$1\\"}]}"; }
        tools='{"name":"t","inputSchema":{"type":"object"}}'
        FIRST
        while read -r line; do
          id=${line#*'"id":'}; id=${id%%[,\\}]*}
          case "$line" in
            *'"com.x/do"'*) answer "\\"result\\":{\\"did\\":$line}" ;;
            *'"com.x/event"'*|*'roots/list_changed"'*) heard="$heard,$line" ;;
            *'"notifications/cancelled"'*) [ -z "$cancelled" ] || echo "$line" >>"$cancelled" ;;
            *'"tools/call"'*) CALL ;;
            *'"tasks/result"'*) text 'the result' ;;
            *'"tasks/list"'*) answer "\\"result\\":{\\"tasks\\":[$task]}" ;;
            *'"tasks/'*) answer "\\"result\\":$task" ;;
            *'"prompts/list"'*|*'"resources/'*) answer '"result":{"resourceTemplates":[]}' ;;
            *'"tools/list"'*) answer '"result":{"tools":['"$tools"']}' ;;
            *'"initialize"'*) opening=$line; answer '"result":{"protocolVersion":"2025-11-25","capabilities":CAPABILITIES}' ;;
            *'"ping"'*) answer '"result":{}' ;;
            *'"server/discover"'*) answer '"error":{"code":-32601,"message":"Method not found"}' ;;
          esac
        done
        """;

    @TempDir
    private Path workspace;

    @Test
    void theWorkersAnswerEndsItsQuestionToTheClient() throws Exception {
        Path gate = workspace.resolve("gate");
        String asksAndGoesOn =
                "printf '{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}\\n'; while [ ! -e '" + gate
                        + "' ]; do sleep 0.02; done; text 'went on'";
        try (StdioClient client = run(worker("", asksAndGoesOn, "{\"tools\":{}}"))) {
            greet(client, "{\"roots\":{}}");

            int call = client.call("t");
            Await.until("the question", () -> question(client).isString());
            Files.writeString(gate, "");

            assertThat(client.text(call)).isEqualTo("went on");
            String question = question(client).asString("");
            Await.until(
                    "the question is taken back",
                    () -> firstNotification(client, "notifications/cancelled")
                            .at("/params/requestId")
                            .asString("")
                            .equals(question));
        }
    }

    @Test
    void aClientsErrorReachesTheWorkerAsItIs() throws Exception {
        String saysTheReply =
                "echo '{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"roots/list\"}'; read -r reply; answer"
                        + " \"\\\"result\\\":{\\\"content\\\":[],\\\"structuredContent\\\":$reply}\"";
        try (StdioClient client = run(worker("", saysTheReply, "{\"tools\":{}}"))) {
            greet(client, "{\"roots\":{}}");
            int call = client.call("t");
            Await.until("the question", () -> question(client).isString());

            client.sendLine("{\"jsonrpc\":\"2.0\",\"id\":" + question(client)
                    + ",\"error\":{\"code\":-1,\"message\":\"User rejected\",\"data\":[1]}}");

            assertThat(client.answer(call).at("/result/structuredContent").toString())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"error\":"
                            + "{\"code\":-1,\"message\":\"User rejected\",\"data\":[1]}}");
        }
    }

    @Test
    void extensionsAndWhatIsUnknownPassBothWays() throws Exception {
        String capabilities =
                "{\"tools\":{},\"extensions\":{\"io.modelcontextprotocol/ui\":{}},\"experimental\":{\"x\":{}},\"new\":{\"y\":1}}";
        String saysTheOpening = "answer \"\\\"result\\\":{\\\"content\\\":[],\\\"structuredContent\\\":$opening}\"";
        try (StdioClient client = run(worker("", saysTheOpening, capabilities))) {
            JsonNode welcome = greet(
                    client,
                    "{\"extensions\":{\"io.modelcontextprotocol/ui\":{\"mimeTypes\":[\"text/html\"]}},\"newer\":{\"z\":2}}");

            assertThat(welcome.at("/result/capabilities/extensions").toString())
                    .contains("\"io.modelcontextprotocol/ui\":{}");
            assertThat(welcome.at("/result/capabilities/experimental").toString())
                    .isEqualTo("{\"x\":{}}");
            assertThat(welcome.at("/result/capabilities/new/y").asInt()).isEqualTo(1);
            assertThat(client.answer(client.call("t"))
                            .at("/result/structuredContent/params/capabilities")
                            .toString())
                    .contains("\"mimeTypes\":[\"text/html\"]", "\"newer\":{\"z\":2}");
        }
    }

    @Test
    void methodsOfExtensionsPassBothWays() throws Exception {
        String asks = "printf '{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"com.x/ask\",\"params\":{\"a\":1}}\\n"
                + "'; read -r reply; printf '{\"jsonrpc\":\"2.0\",\"method\":\"com.x/said\",\"params\":{\"b\":2}}\\n"
                + "'; answer"
                + " \"\\\"result\\\":{\\\"content\\\":[],\\\"structuredContent\\\":{\\\"reply\\\":$reply,\\\"heard\\\":[0$heard]}}\"";
        try (StdioClient client = run(worker("", asks, "{\"tools\":{},\"extensions\":{\"com.x\":{}}}"))) {
            greet(client, "{\"roots\":{\"listChanged\":true}}");
            client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"com.x/event\",\"params\":{\"c\":3}}");
            client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/roots/list_changed\"}");

            assertThat(client.answer(client.send("com.x/do", "{\"d\":4}"))
                            .at("/result/did/params/d")
                            .asInt())
                    .isEqualTo(4);
            int call = client.call("t");
            Await.until(
                    "the question",
                    () -> !firstNotification(client, "com.x/ask").isMissingNode());
            assertThat(firstNotification(client, "com.x/ask").at("/params/a").asInt())
                    .isEqualTo(1);
            client.sendLine("{\"jsonrpc\":\"2.0\",\"id\":"
                    + firstNotification(client, "com.x/ask").path("id") + ",\"result\":{\"e\":5}}");

            JsonNode result = client.answer(call).at("/result/structuredContent");
            assertThat(result.at("/reply/result/e").asInt()).isEqualTo(5);
            assertThat(result.at("/heard/1/params/c").asInt()).isEqualTo(3);
            assertThat(result.at("/heard/2/method").asString("")).isEqualTo("notifications/roots/list_changed");
            assertThat(firstNotification(client, "com.x/said").at("/params/b").asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void methodsOfNoAnnouncedExtensionAreUnknown() throws Exception {
        String asks = "printf '{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"com.x/ask\"}\\n'; read -r reply;"
                + " answer \"\\\"result\\\":{\\\"content\\\":[],\\\"structuredContent\\\":$reply}\"";
        try (StdioClient client = run(worker("", asks, "{\"tools\":{}}"))) {
            greet(client, "{}");

            assertThat(client.answer(client.send("com.x/do", "{}"))
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(-32601);
            assertThat(client.answer(client.call("t"))
                            .at("/result/structuredContent/error/code")
                            .asInt())
                    .isEqualTo(-32601);
        }
    }

    @Test
    void progressAndTheEndOfAVisitKeepAllThatTheySay() throws Exception {
        String visits = "printf"
                + " '{\"jsonrpc\":\"2.0\",\"id\":\"u\",\"method\":\"elicitation/create\",\"params\":{\"mode\":\"url\",\"message\":\"m\",\"url\":\"https://x.example\",\"elicitationId\":\"E1\",\"_meta\":{\"progressToken\":\"w\"}}}\\n"
                + "'; read -r said; read -r reply; printf"
                + " '{\"jsonrpc\":\"2.0\",\"method\":\"notifications/elicitation/complete\",\"params\":{\"elicitationId\":\"E1\"}}\\n"
                + "'; printf"
                + " '{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":%s,\"progress\":1,\"_meta\":{\"a\":1},\"x\":2}}\\n"
                + "' \"$id\"; answer \"\\\"result\\\":{\\\"content\\\":[],\\\"structuredContent\\\":$said}\"";
        try (StdioClient client = run(worker("", visits, "{\"tools\":{}}"))) {
            greet(client, "{\"elicitation\":{\"form\":{},\"url\":{}}}");
            int call =
                    client.send("tools/call", "{\"name\":\"t\",\"arguments\":{},\"_meta\":{\"progressToken\":\"p\"}}");
            Await.until(
                    "the question",
                    () -> !firstNotification(client, "elicitation/create").isMissingNode());
            client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                    + "{\"progressToken\":\"w\",\"progress\":0.5}}");
            client.sendLine("{\"jsonrpc\":\"2.0\",\"id\":"
                    + firstNotification(client, "elicitation/create").path("id")
                    + ",\"result\":{\"action\":\"accept\"}}");

            assertThat(client.answer(call)
                            .at("/result/structuredContent/params")
                            .toString())
                    .as("the client's progress with its answer")
                    .isEqualTo("{\"progressToken\":\"w\",\"progress\":0.5}");
            assertThat(firstNotification(client, "notifications/progress")
                            .path("params")
                            .toString())
                    .isEqualTo("{\"progressToken\":\"p\",\"progress\":1,\"_meta\":{\"a\":1},\"x\":2}");
            Await.until(
                    "the end of the visit",
                    () -> firstNotification(client, "notifications/elicitation/complete")
                            .at("/params/elicitationId")
                            .asString("")
                            .equals("E1"));
        }
    }

    private static JsonNode firstNotification(StdioClient client, String method) {
        return client.received().stream()
                .filter(message -> message.path("method").asString("").equals(method))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    @Test
    void logsErrorsAndNullPassAsTheyAre() throws Exception {
        String log = "log() { printf '{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":"
                + "{\"level\":\"info\",\"data\":\"%s\"}}\\n' \"$1\"; }";
        String onCall = "case $line in *'\"arguments\":null'*) text 'was null' ;; *) log within;"
                + " answer '\"error\":{\"code\":-99999999999,\"data\":[1]}'; log after ;; esac";
        try (StdioClient client = run(worker(log, onCall, "{\"tools\":{},\"logging\":{}}"))) {
            greet(client, "{}");
            client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");

            JsonNode error = client.answer(client.call("t")).path("error");

            assertThat(error.path("code").asLong()).isEqualTo(-99_999_999_999L);
            assertThat(error.path("message").asString("")).isEqualTo("an error without a message");
            assertThat(error.path("data").toString()).isEqualTo("[1]");
            Await.until("both logs", () -> logged(client).size() == 2);
            assertThat(logged(client)).containsExactly("within", "after");
            assertThat(client.text(client.call("t", "null"))).isEqualTo("was null");
            assertThat(client.answer(client.call("worker_status", "null")).has("result"))
                    .as("ours take it for none")
                    .isTrue();
        }
    }

    private static List<String> logged(StdioClient client) {
        return client.received().stream()
                .filter(message -> message.path("method").asString("").equals("notifications/message"))
                .map(message -> message.at("/params/data").asString(""))
                .toList();
    }

    @Test
    void theWorkersTasksAreTheClients() throws Exception {
        String task = "task='{\"taskId\":\"t-1\",\"status\":\"working\",\"createdAt\":\"2026-01-01T00:00:00Z\","
                + "\"lastUpdatedAt\":\"2026-01-01T00:00:00Z\",\"ttl\":null}'";
        String onCall = "answer \"\\\"result\\\":{\\\"task\\\":$task}\"; printf"
                + " '{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tasks/status\",\"params\":%s}\\n' \"$task\"";
        String capabilities = "{\"tools\":{},\"tasks\":{\"list\":{},\"requests\":{\"tools\":{\"call\":{}}}}}";
        try (StdioClient client = run(worker(task, onCall, capabilities))) {
            assertThat(greet(client, "{}")
                            .at("/result/capabilities/tasks/requests/tools/call")
                            .isObject())
                    .isTrue();

            int call = client.send("tools/call", "{\"name\":\"t\",\"arguments\":{},\"task\":{\"ttl\":1000}}");

            assertThat(client.answer(call).at("/result/task/taskId").asString(""))
                    .isEqualTo("t-1");
            Await.until(
                    "the status",
                    () -> client.received().stream()
                            .anyMatch(told -> told.path("method").asString("").equals("notifications/tasks/status")));
            assertThat(client.answer(client.send("tasks/get", "{\"taskId\":\"t-1\"}"))
                            .at("/result/status")
                            .asString(""))
                    .isEqualTo("working");
            assertThat(client.text(client.send("tasks/result", "{\"taskId\":\"t-1\"}")))
                    .isEqualTo("the result");
            assertThat(client.answer(client.send("tasks/list", "{}")).at("/result/tasks"))
                    .hasSize(1);
            assertThat(client.answer(client.send(
                                    "tools/call", "{\"name\":\"worker_status\",\"arguments\":{},\"task\":{}}"))
                            .at("/error/message")
                            .asString(""))
                    .contains("worker_status does not run as a task");
        }
    }

    @Test
    void toolsOfAWorkerThatDoesNotSayWhatChangesAreAskedForAgain() throws Exception {
        String login = "tools=$tools',{\"name\":\"private\",\"inputSchema\":{\"type\":\"object\"}}'; text ok";
        String onCall = "case \"$line\" in *no-such*) answer '\"error\":{\"code\":-32602,\"message\":\"?\"}' ;;"
                + " *hidden*) text 'is there' ;; *) " + login + " ;; esac";
        try (StdioClient client = run(worker("", onCall, "{\"tools\":{}}"))) {
            greet(client, "{}");
            assertThat(client.toolNames()).contains("t").doesNotContain("private");
            assertThat(client.text(client.call("hidden"))).as("in no list").isEqualTo("is there");

            client.text(client.call("t"));

            assertThat(client.text(client.call("private"))).isEqualTo("ok");
            assertThat(client.toolNames()).contains("private");
            assertThat(client.answer(client.call("no-such"))
                            .at("/error/message")
                            .asString(""))
                    .contains("Unknown tool: no-such");
        }
    }

    @Test
    void aListOrSubscriptionThatTheWorkerDoesNotAnswerIsAnErrorAfterTheTimeOfACall() throws Exception {
        Files.writeString(workspace.resolve("weathervane.yaml"), "workers: {callTimeout: 2s}");
        String onceOnly = "answer() { case \"$line\" in *subscribe*) ;; *prompts/list*|*resources/list*) [ -n"
                + " \"$seen\" ] || plain '\"result\":{\"prompts\":[],\"resources\":[]}' ;; *) plain \"$1\" ;; esac; };"
                + " plain() { printf '{\"jsonrpc\":\"2.0\",\"id\":%s,%s}\\n"
                + "' \"$id\" \"$1\"; }";
        String capabilities = "{\"tools\":{},\"prompts\":{},\"resources\":{\"subscribe\":true}}";
        try (StdioClient client = run(worker(onceOnly, "seen=1; text ok", capabilities))) {
            greet(client, "{}");
            assertThat(client.text(client.call("t"))).isEqualTo("ok");

            Map<String, Integer> asked = new LinkedHashMap<>();
            for (String method : List.of("prompts/list", "resources/list", "resources/subscribe")) {
                asked.put(method, client.send(method, "{\"uri\":\"z://a\"}"));
            }
            asked.forEach((method, id) -> assertThat(
                            client.answer(id).at("/error/message").asString(""))
                    .contains("did not answer " + method));
        }
    }

    @Test
    void aClientsCancelOfAListReachesTheWorker() throws Exception {
        Path asked = workspace.resolve("asked");
        Path cancelled = workspace.resolve("cancelled");
        String onceOnly =
                "cancelled='" + cancelled + "'; answer() { case \"$line\" in *prompts/list*|*resources/*list*)"
                        + " if [ -n \"$seen\" ]; then echo >>'" + asked + "'; else plain"
                        + " '\"result\":{\"prompts\":[],\"resources\":[],\"resourceTemplates\":[]}'; fi ;;"
                        + " *) plain \"$1\" ;; esac; };"
                        + " plain() { printf '{\"jsonrpc\":\"2.0\",\"id\":%s,%s}\\n' \"$id\" \"$1\"; }";
        String capabilities = "{\"tools\":{},\"prompts\":{},\"resources\":{}}";
        try (StdioClient client = run(worker(onceOnly, "seen=1; text ok", capabilities))) {
            greet(client, "{}");
            assertThat(client.text(client.call("t"))).isEqualTo("ok");

            int lists = 0;
            for (String method : List.of("prompts/list", "resources/list", "resources/templates/list")) {
                int list = client.send(method, "{}");
                int sofar = ++lists;
                Await.until("the worker has " + method, () -> lines(asked) == sofar);
                client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":"
                        + list + "}}");
                Await.until("the worker need not answer it", () -> lines(cancelled) == sofar);
            }
            assertThat(client.text(client.call("t"))).as("it goes on").isEqualTo("ok");
        }
    }

    private static int lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whileTheWorkerStartsThatIsSaidAndToolsOfOursAnswer() throws Exception {
        Files.writeString(workspace.resolve("weathervane.yaml"), "workers: {startWait: 10ms}");
        Path gate = workspace.resolve("gate");
        String waits = "while [ ! -e '" + gate + "' ]; do sleep 0.05; done";
        try (StdioClient client = run(worker(waits, "text ok", "{\"tools\":{}}"))) {
            assertThat(greet(client, "{}").at("/result/instructions").asString(""))
                    .contains("is still starting, since ");
            assertThat(client.text(client.call("t"))).contains("no tool t just now", "is still starting, since ");
            assertThat(client.text(client.call("mcp_admin_flags", "{\"action\":\"get\",\"flag\":\"DISABLE_NEW\"}")))
                    .isNotEmpty();

            Files.writeString(gate, "");

            Await.until("it is up", () -> client.text(client.call("t")).equals("ok"));
        }
    }

    @Test
    void aWorkerThatFailsItsFirstStartIsWaitedFor() throws Exception {
        Path once = workspace.resolve("once");
        String failsOnce = "[ -e '" + once + "' ] || { : >'" + once + "'; exit 3; }";
        try (StdioClient client = run(worker(failsOnce, "text ok", "{\"tools\":{}}"))) {
            JsonNode welcome = greet(client, "{}");

            assertThat(once).exists();
            assertThat(welcome.at("/result/instructions").asString("")).doesNotContain("is not up");
            assertThat(client.toolNames()).contains("t");
            assertThat(client.text(client.call("t"))).isEqualTo("ok");
        }
    }

    private static JsonNode question(StdioClient client) {
        return client.received().stream()
                .filter(message -> message.path("method").asString("").equals("roots/list"))
                .map(message -> message.path("id"))
                .findFirst()
                .orElseGet(MissingNode::getInstance);
    }

    private static JsonNode greet(StdioClient client, String capabilities) throws Exception {
        return client.answer(client.send(
                "initialize",
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":" + capabilities
                        + ",\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}"));
    }

    private static List<String> worker(String first, String onCall, String capabilities) {
        return List.of(
                "sh",
                "-c",
                WORKER.replace("FIRST", first).replace("CALL", onCall).replace("CAPABILITIES", capabilities));
    }

    private StdioClient run(List<String> command) throws Exception {
        List<String> words = ServerProcess.weathervane("run", "--workspace", workspace.toString(), "--");
        words.addAll(command);
        return StdioClient.start(new ProcessBuilder(words));
    }
}

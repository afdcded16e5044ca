package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.auth.TokenHashFileStore;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import io.weathervane.testing.WireCheck;
import io.weathervane.tool.CallerRole;
import io.weathervane.transport.socket.WorkspaceLock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The packaged server asks a person, in both generations and over each transport; in production another one. */
class ApprovalsIT {
    private static final String LEGACY = "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"elicitation\":{}},"
            + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}";
    private static final String MODERN = "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}},"
            + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}";
    private static final Pattern ID = Pattern.compile("a-[0-9a-f]{8}");

    @TempDir
    private Path workspace;

    @Test
    void onStdioALegacyClientIsAskedWhileTheCallWaits() throws Exception {
        ServerProcess.configure(workspace, "", "stable", "good");
        try (StdioClient client = StdioClient.packaged(workspace)) {
            client.answer(client.send("initialize", LEGACY));
            client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            client.answer(client.call("worker_start_canary", "{\"release\":\"good\"}"));

            int declined = client.call("worker_promote");
            reply(client, question(client, 1), "{\"action\":\"decline\"}");
            assertThat(client.text(declined)).contains("declined", "did nothing");

            int accepted = client.call("worker_promote", "{\"reason\":\"release 1.5\"}");
            JsonNode asked = question(client, 2);
            assertThat(asked.path("params").path("message").asString(""))
                    .contains("promote good in place of stable", "release 1.5");
            reply(client, asked, "{\"action\":\"accept\",\"content\":{\"confirm\":true}}");
            assertThat(client.text(accepted)).contains("good is the active worker");
        }
    }

    @Test
    void onStdioAModernClientCallsAgainWithItsAnswerOnce() throws Exception {
        ServerProcess.configure(workspace, "", "stable", "good");
        try (StdioClient client = StdioClient.packaged(workspace)) {
            client.answer(client.call("worker_start_canary", "{\"release\":\"good\"}"));

            JsonNode first = client.answer(client.send("tools/call", promote(Optional.empty(), "")))
                    .path("result");
            assertThat(first.path("resultType").asString("")).isEqualTo("input_required");
            String second = promote(Optional.of(first), "{\"action\":\"accept\",\"content\":{\"confirm\":true}}");
            assertThat(client.text(client.send("tools/call", second))).contains("good is the active worker");

            client.answer(client.call("worker_rollback"));
            client.answer(client.call("worker_start_canary", "{\"release\":\"good\"}"));
            assertThat(client.answer(client.send("tools/call", second))
                            .at("/error/message")
                            .asString(""))
                    .contains("requestState", "used already");
        }
    }

    @Test
    void overHttpAModernClientCallsAgainAndAClientThatCannotAskIsToldTheArgument() throws Exception {
        ServerProcess.configure(workspace, "", "stable", "good");
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            server.operate("worker_start_canary", "{\"release\":\"good\"}");
            JsonNode told = server.call("worker_promote", "{}");
            assertThat(told.path("isError").asBoolean(false)).isTrue();
            assertThat(ServerProcess.text(told)).contains("confirm is required");

            JsonNode first = post(server.uri(), promote(Optional.empty(), ""));
            JsonNode no = post(server.uri(), promote(Optional.of(first), "{\"action\":\"cancel\"}"));
            assertThat(ServerProcess.text(no)).contains("closed the question");
            JsonNode again = post(server.uri(), promote(Optional.empty(), ""));
            JsonNode yes = post(
                    server.uri(),
                    promote(Optional.of(again), "{\"action\":\"accept\",\"content\":{\"confirm\":true}}"));

            assertThat(ServerProcess.text(yes)).contains("good is the active worker");
        }
    }

    @Test
    void overHttpALegacyClientIsAskedOnTheStreamOfItsCall() throws Exception {
        ServerProcess.configure(workspace, "", "stable", "good");
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            server.operate("worker_start_canary", "{\"release\":\"good\"}");
            HttpResponse<Stream<String>> initialized =
                    legacy(server.uri(), Optional.empty(), request(1, "initialize", LEGACY));
            Optional<String> session = initialized.headers().firstValue("Mcp-Session-Id");
            initialized.body().close();
            assertThat(session).isPresent();

            String call = request(2, "tools/call", "{\"name\":\"worker_promote\",\"arguments\":{}}");
            WireCheck check = WireCheck.ofLegacySession();
            check.sent(call);
            List<JsonNode> messages = new ArrayList<>();
            try (Stream<String> lines = legacy(server.uri(), session, call).body()) {
                for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
                    Optional<JsonNode> message = data(each.next());
                    message.ifPresent(messages::add);
                    message.ifPresent(check::received);
                    if (message.filter(ApprovalsIT::isQuestion).isPresent()) {
                        String answer =
                                "{\"jsonrpc\":\"2.0\",\"id\":" + message.get().get("id")
                                        + ",\"result\":{\"action\":\"accept\",\"content\":{\"confirm\":true}}}";
                        legacy(server.uri(), session, answer).body().close();
                    }
                }
            }

            check.verify();
            assertThat(messages.stream().filter(ApprovalsIT::isQuestion)).hasSize(1);
            JsonNode last = messages.get(messages.size() - 1).path("result");
            assertThat(ServerProcess.text(last)).contains("good is the active worker");
        }
    }

    @Test
    void inProductionWhoHasATokenGrantsWhatAnotherTokenAskedForAlsoAfterARestart() throws Exception {
        String ann = token("ann");
        String bob = token("bob");
        ServerProcess.configure(
                workspace, "environment: production\nserver: {auth: {tokens: {file: tokens.json}}}", "stable", "good");
        String id;
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            as(ann, server, "worker_start_canary", "{\"release\":\"good\"}");
            id = idIn(as(ann, server, "worker_promote", "{}"));
            String grant = "{\"id\":\"" + id + "\"}";
            assertThat(as(ann, server, "approval_grant", grant)).contains("nobody grants their own");
            assertThat(as(bob, server, "approval_grant", grant)).contains("Granted: " + id, "asked for by ann");
        }
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            String promote = "{\"approval_id\":\"" + id + "\"}";
            assertThat(as(ann, server, "worker_promote", promote)).contains("no canary");
            as(ann, server, "worker_start_canary", "{\"release\":\"good\"}");
            assertThat(run(
                            Map.of("WVO_TOKEN", ann),
                            "call",
                            "worker_promote",
                            "--approval-id",
                            id,
                            "--url",
                            server.uri().toString()))
                    .contains("good is the active worker");
            assertThat(as(ann, server, "worker_promote", promote)).doesNotContain("good is the active worker");
        }
    }

    @Test
    void inProductionTheOwnerOverHttpAsksUnderTheirAccountAndGrantsNothing() throws Exception {
        ServerProcess.configure(workspace, "environment: production", "stable", "good");
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            server.operate("worker_start_canary", "{\"release\":\"good\"}");

            JsonNode asked = server.call("worker_promote", "{\"confirm\":true}");

            assertThat(asked.path("isError").asBoolean(false)).isTrue();
            assertThat(ServerProcess.text(asked)).contains("another person's approval", "is pending until");
            String id = idIn(ServerProcess.text(asked));
            assertThat(ServerProcess.text(server.call("approval_grant", "{\"id\":\"" + id + "\"}")))
                    .contains("nobody grants their own");
            assertThat(run("call", "approval_grant")).contains(id, "pending");
            server.operate("worker_stop_canary", "{}");
        }
    }

    @Test
    void inProductionAnotherNameOnTheSameAccountGrantsNothing() throws Exception {
        ServerProcess.configure(workspace, "environment: production", "stable", "good");
        try (StdioClient robot = named("robot")) {
            robot.answer(robot.call("worker_start_canary", "{\"release\":\"good\"}"));
            String id = idIn(robot.text(robot.call("worker_promote", "{\"reason\":\"release 1.5\"}")));
            String grant = "{\"id\":\"" + id + "\"}";
            try (StdioClient human = named("human")) {
                assertThat(human.text(human.call("approval_grant", grant)))
                        .contains("asked for by robot (account ", "nobody grants their own");
                assertThat(human.text(human.call("approval_grant"))).contains(id, "pending");

                robot.endInput();
                robot.awaitExit();
                Await.until(
                        "human's process has the workspace",
                        () -> WorkspaceLock.ownerOf(workspace.resolve("state"))
                                .filter(owner -> owner.pid() == human.pid())
                                .isPresent());

                assertThat(human.text(human.call("approval_grant", grant)))
                        .contains("asked for by robot (account ", "nobody grants their own");
                assertThat(human.text(human.call("audit_query", "{\"kinds\":[\"approval-granted\"]}")))
                        .doesNotContain(id);
                assertThat(questions(human)).isEmpty();
            }
        }
    }

    @Test
    void inProductionTheCommandLineAsksToo() throws Exception {
        ServerProcess.configure(workspace, "environment: production", "stable", "good");
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            server.operate("worker_start_canary", "{\"release\":\"good\"}");
            String asked = run("call", "worker_promote", "--reason", "release 1.5");
            String id = idIn(asked);

            assertThat(asked)
                    .contains("another person's approval")
                    .contains("go on with: weathervane call worker_promote --reason 'release 1.5'")
                    .contains("--approval-id " + id);
            assertThat(run("call", "approval_grant", "--id", id)).contains("nobody grants their own");
            assertThat(run("call", "approval_grant")).contains(id, "pending", "release 1.5");
            assertThat(ServerProcess.text(server.call("approval_grant", "{\"id\":\"" + id + "\"}")))
                    .contains("nobody grants their own");
        }
    }

    @Test
    void outsideProductionTheWrittenCommandIsEnoughWhereNobodySitsAtATerminal() throws Exception {
        ServerProcess.configure(workspace, "", "stable", "good");
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            server.operate("worker_start_canary", "{\"release\":\"good\"}");

            assertThat(run("call", "worker_promote", "--reason", "release 1.5")).contains("good is the active worker");
        }
    }

    /** A client that can ask its user, of a server whose caller goes by that name. */
    private StdioClient named(String actor) throws Exception {
        ProcessBuilder program =
                new ProcessBuilder(ServerProcess.weathervane("serve", "--stdio", "--workspace", workspace.toString()));
        program.environment().put("WVO_ACTOR", actor);
        StdioClient client = StdioClient.start(program);
        client.answer(client.send("initialize", LEGACY));
        client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return client;
    }

    private String token(String name) {
        return new TokenHashFileStore(workspace.resolve("tokens.json"))
                .create(name, Set.of(CallerRole.values()), Instant.now(), Optional.empty());
    }

    /** What the tool says to a caller with this token. */
    private static String as(String token, ServerProcess server, String tool, String arguments) throws Exception {
        HttpRequest call = HttpRequest.newBuilder(server.uri())
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(
                        request(1, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":" + arguments + "}")))
                .build();
        String body = HttpClient.newHttpClient()
                .send(call, HttpResponse.BodyHandlers.ofString())
                .body();
        return ServerProcess.text(JsonRpcCodec.JSON.readTree(body).path("result"));
    }

    private String run(String... words) throws Exception {
        return run(Map.of(), words);
    }

    private String run(Map<String, String> environment, String... words) throws Exception {
        List<String> command = new ArrayList<>(ServerProcess.weathervane(words));
        command.addAll(List.of("--workspace", workspace.toString()));
        ProcessBuilder program = new ProcessBuilder(command).redirectErrorStream(true);
        program.environment().putAll(environment);
        Process process = program.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    private static JsonNode question(StdioClient client, int number) {
        Await.until("question " + number, () -> questions(client).size() == number);
        return questions(client).get(number - 1);
    }

    private static List<JsonNode> questions(StdioClient client) {
        return client.received().stream().filter(ApprovalsIT::isQuestion).toList();
    }

    private static boolean isQuestion(JsonNode message) {
        return message.path("method").asString("").equals("elicitation/create");
    }

    private static String request(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    /** The message of a line of an event stream, when it has one. */
    private static Optional<JsonNode> data(String line) {
        return Optional.of(line)
                .filter(text -> text.startsWith("data:") && text.contains("{"))
                .map(text -> JsonRpcCodec.JSON.readTree(text.substring("data:".length())));
    }

    private static HttpResponse<Stream<String>> legacy(URI uri, Optional<String> session, String body)
            throws Exception {
        HttpRequest.Builder post = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(40))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        session.ifPresent(id -> post.header("Mcp-Session-Id", id).header("MCP-Protocol-Version", "2025-11-25"));
        return HttpClient.newHttpClient().send(post.build(), HttpResponse.BodyHandlers.ofLines());
    }

    private static void reply(StdioClient client, JsonNode question, String result) throws Exception {
        client.sendLine("{\"jsonrpc\":\"2.0\",\"id\":" + question.get("id") + ",\"result\":" + result + "}");
    }

    /** A modern call of worker_promote: the first, or the one that answers what the first asked. */
    private static String promote(Optional<JsonNode> asked, String answer) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("name", "worker_promote");
        params.putObject("arguments").put("reason", "release 1.5");
        params.set("_meta", JsonRpcCodec.JSON.readTree(MODERN));
        asked.ifPresent(first -> {
            String key = first.path("inputRequests").propertyNames().iterator().next();
            params.putObject("inputResponses").set(key, JsonRpcCodec.JSON.readTree(answer));
            params.set("requestState", first.get("requestState"));
        });
        return params.toString();
    }

    private static JsonNode post(URI uri, String params) throws Exception {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":" + params + "}";
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .header("Content-Type", "application/json")
                                .header("Accept", "application/json, text/event-stream")
                                .header("MCP-Protocol-Version", "2026-07-28")
                                .header("Mcp-Method", "tools/call")
                                .header("Mcp-Name", "worker_promote")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        WireCheck.exchange(body, Optional.of("2026-07-28"), /* session= */ false, response.body());
        return JsonRpcCodec.JSON.readTree(response.body()).path("result");
    }

    private static String idIn(String text) {
        Matcher id = ID.matcher(text);
        assertThat(id.find()).as(text).isTrue();
        return id.group();
    }
}

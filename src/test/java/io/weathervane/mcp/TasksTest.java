package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.store.Database;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.task.TaskRepository;
import io.weathervane.testing.Await;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.util.Ticker;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TasksTest {
    private static final String DECLARED = "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}";

    private final Semaphore release = new Semaphore(0);
    private final CountDownLatch stopped = new CountDownLatch(1);

    @TempDir
    Path folder;

    private Database database;
    private ScriptedClient client;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("tasks.db"), StoreOptions.defaults());
        client = new ScriptedClient(this::work, TaskRepository.open(database, Clock.systemUTC(), Ticker.system()));
    }

    @AfterEach
    void close() {
        client.close();
        database.close();
    }

    @Test
    void answersAtOnceAndKeepsTheResultForItsOwner() throws Exception {
        JsonNode created = result("tools/call", DECLARED, call("wait"));
        String id = created.path("taskId").asString("");
        assertThat(created.path("resultType").asString("")).isEqualTo("task");
        assertThat(created.path("status").asString("")).isEqualTo("working");
        assertThat(created.has("result")).isFalse();
        Await.until(
                "the task",
                () -> get(client, id).path("statusMessage").asString("").equals("half"));

        release.release();
        Await.until(
                "the task", () -> get(client, id).path("status").asString("").equals("completed"));
        assertThat(get(client, id).at("/result/content/0/text").asString("")).isEqualTo("done");
        assertThat(get(client.as("eve"), id).at("/error/code").asInt(0)).isEqualTo(-32602);
    }

    @Test
    void tellsAToolThatSaysNoFromOneThatBreaks() throws Exception {
        String refused = taskOf(call("refuse"));
        Await.until(
                "the task",
                () -> get(client, refused).path("status").asString("").equals("completed"));
        assertThat(get(client, refused).at("/result/isError").asBoolean(false)).isTrue();

        String broken = taskOf(call("break"));
        Await.until(
                "the task",
                () -> get(client, broken).path("status").asString("").equals("failed"));
        assertThat(get(client, broken).at("/error/code").asInt(0)).isEqualTo(-32601);
        assertThat(get(client, broken).has("result")).isFalse();
    }

    @Test
    void stopsACancelledTaskForGood() throws Exception {
        String id = taskOf(call("wait"));

        JsonNode acknowledged = result("tasks/cancel", DECLARED, ",\"taskId\":\"" + id + "\"");

        assertThat(acknowledged.propertyNames()).containsOnly("resultType", "_meta");
        assertThat(stopped.await(60, TimeUnit.SECONDS)).isTrue();
        release.release();
        assertThat(get(client, id).path("status").asString("")).isEqualTo("cancelled");
        result("tasks/cancel", DECLARED, ",\"taskId\":\"" + id + "\"");
        assertThat(get(client, id).path("status").asString("")).isEqualTo("cancelled");
    }

    @Test
    void areDeclaredAsAnExtensionToModernClientsAndWhereThereAreAny() throws Exception {
        assertThat(result("server/discover", "{}", "")
                        .at("/capabilities/extensions")
                        .toString())
                .isEqualTo("{\"io.modelcontextprotocol/tasks\":{}}");
        assertThat(client.ask("initialize", "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":" + DECLARED + "}")
                        .toString())
                .contains("\"capabilities\"")
                .doesNotContain("extensions", "tasks");
        try (ScriptedClient without = new ScriptedClient(this::work)) {
            assertThat(without.ask("server/discover", params(DECLARED, "")).toString())
                    .contains("\"capabilities\"")
                    .doesNotContain("extensions", "tasks");
        }
    }

    @Test
    void makesNoTaskForALegacyClientWhateverItDeclares() throws Exception {
        release.release();
        client.ask("initialize", "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":" + DECLARED + "}");

        JsonNode answer = client.ask("tools/call", "{" + call("wait").substring(1) + "}");

        assertThat(answer.at("/result/content/0/text").asString("")).isEqualTo("done");
        assertThat(answer.at("/result").has("taskId")).isFalse();
    }

    @Test
    void makesNoTaskForAClientThatDoesNotKnowThem() throws Exception {
        release.release();

        assertThat(result("tools/call", "{}", call("wait"))
                        .at("/content/0/text")
                        .asString(""))
                .isEqualTo("done");
        for (String method : new String[] {"tasks/get", "tasks/update", "tasks/cancel"}) {
            JsonNode answer = client.ask(method, params("{}", ",\"taskId\":\"x\""));
            assertThat(answer.at("/error/code").asInt(0)).isEqualTo(-32021);
            assertThat(answer.at("/error/data/requiredCapabilities").toString()).isEqualTo(DECLARED);
        }
    }

    @Test
    void doesNotKnowTheMethodsOfTheOlderForm() throws Exception {
        for (String method : new String[] {"tasks/result", "tasks/list"}) {
            assertThat(client.ask(method, params(DECLARED, ""))
                            .at("/error/code")
                            .asInt(0))
                    .isEqualTo(-32601);
        }
        assertThat(client.ask("tasks/get", "{\"taskId\":\"x\"}")
                        .at("/error/code")
                        .asInt(0))
                .isEqualTo(-32601);
    }

    @Test
    void saysAfterARestartThatATaskWasLost() throws Exception {
        String id = taskOf(call("wait"));

        try (ScriptedClient next =
                new ScriptedClient(this::work, TaskRepository.open(database, Clock.systemUTC(), Ticker.system()))) {
            JsonNode task = get(next, id);
            assertThat(task.path("status").asString("")).isEqualTo("failed");
            assertThat(task.at("/error/message").asString("")).contains("server ended");
        }
    }

    private ToolResult work(ToolCall call) {
        switch (call.arguments().path("do").asString("")) {
            case "refuse" -> throw new ToolFailureException("not now");
            case "break" -> throw new JsonRpcException(ErrorCode.METHOD_NOT_FOUND, "no such thing");
            default -> await(call);
        }
        return ToolResult.of("done", JsonRpcCodec.JSON.createObjectNode());
    }

    private void await(ToolCall call) {
        call.channel().progress(1, 2, "half");
        call.channel().onCancel(() -> {
            stopped.countDown();
            release.release();
        });
        release.acquireUninterruptibly();
    }

    private String taskOf(String call) throws InterruptedException {
        return result("tools/call", DECLARED, call).path("taskId").asString("");
    }

    private JsonNode result(String method, String capabilities, String more) throws InterruptedException {
        JsonNode answer = client.ask(method, params(capabilities, more));
        assertThat(answer.has("result")).as("%s", answer).isTrue();
        return answer.path("result");
    }

    /** The task, or the failure when there is none. */
    private static JsonNode get(ScriptedClient asking, String id) {
        try {
            JsonNode answer = asking.ask("tasks/get", params(DECLARED, ",\"taskId\":\"" + id + "\""));
            return answer.has("result") ? answer.path("result") : answer;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String call(String what) {
        return ",\"name\":\"ask\",\"arguments\":{\"do\":\"" + what + "\"}";
    }

    private static String params(String capabilities, String more) {
        return "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":" + capabilities + "}" + more + "}";
    }
}

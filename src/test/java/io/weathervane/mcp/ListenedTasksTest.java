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
import io.weathervane.tool.ToolResult;
import io.weathervane.util.Ticker;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code taskIds} of a {@code subscriptions/listen}, for tasks of our own. */
class ListenedTasksTest {
    private static final String DECLARED = "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}";

    private final Semaphore step = new Semaphore(0);
    private final Semaphore end = new Semaphore(0);

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
        step.release(100);
        end.release(100);
        client.close();
        database.close();
    }

    @Test
    void refusesTaskIdsThatAreNone() throws Exception {
        String tooMany = IntStream.range(0, 1001)
                .mapToObj(number -> "\"" + number + "\"")
                .collect(Collectors.joining(",", "[", "]"));
        for (String ids : new String[] {"\"a\"", "[1]", "{\"a\":\"b\"}", tooMany}) {
            JsonNode error =
                    client.ask("subscriptions/listen", listen(DECLARED, ids)).path("error");

            assertThat(error.path("code").asInt()).isEqualTo(-32602);
            assertThat(error.path("message").asString(""))
                    .contains("\"notifications.taskIds\" must be a list of at most 1000 strings");
        }
    }

    @Test
    void refusesAClientThatDoesNotDeclareTheExtension() throws Exception {
        JsonNode error =
                client.ask("subscriptions/listen", listen("{}", "[\"a\"]")).path("error");

        assertThat(error.path("code").asInt()).isEqualTo(-32021);
        assertThat(error.at("/data/requiredCapabilities").toString()).isEqualTo(DECLARED);
        assertThat(notifications(client.ask("subscriptions/listen", listen("{}", "[]"))))
                .isEqualTo("{}");
    }

    @Test
    void agreesToNoTaskThatIsUnknownOrAnothersAndTellsNothingOfIt() throws Exception {
        String id = begin("wait");

        ScriptedClient eve = client.as("eve");

        JsonNode acknowledged = eve.ask("subscriptions/listen", listen(DECLARED, "[\"" + id + "\",\"no such\"]"));

        assertThat(notifications(acknowledged)).isEqualTo("{}");
        listen(id);
        end.release();
        assertThat(state().path("status").asString("")).isEqualTo("completed");
        assertThat(eve.unread()).isZero();
    }

    @Test
    void tellsWhatTasksGetWouldAnswer() throws Exception {
        String id = begin("steps");
        assertThat(notifications(listen(id))).isEqualTo("{\"taskIds\":[\"" + id + "\"]}");

        step.release();
        JsonNode working = state();
        assertThat(working.path("status").asString("")).isEqualTo("working");
        assertThat(working.path("statusMessage").asString("")).isEqualTo("half");
        end.release();
        JsonNode completed = state();

        assertThat(completed.at("/result/content/0/text").asString("")).isEqualTo("done");
        JsonNode got = get(id);
        for (String key : new String[] {"taskId", "status", "createdAt", "lastUpdatedAt", "ttlMs", "result"}) {
            assertThat(completed.path(key)).isEqualTo(got.path(key));
        }
    }

    @Test
    void tellsOfATaskThatHadEndedBefore() throws Exception {
        String id = begin("break");

        Await.until("it has ended", () -> get(id).path("status").asString("").equals("failed"));

        listen(id);

        JsonNode failed = state();
        assertThat(failed.path("status").asString("")).isEqualTo("failed");
        assertThat(failed.at("/error/code").asInt()).isEqualTo(-32601);
    }

    @Test
    void tellsOfACancelledTask() throws Exception {
        String id = begin("wait");
        listen(id);

        client.send("tasks/cancel", params(DECLARED, ",\"taskId\":\"" + id + "\""));

        JsonNode first = client.receive();
        JsonNode told = first.has("result") ? client.receive() : first;
        assertThat(told.at("/params/status").asString("")).isEqualTo("cancelled");
    }

    @Test
    void tellsNothingOfATaskAfterTheSubscriptionHasEnded() throws Exception {
        String id = begin("wait");
        RunningCall listening = client.send("subscriptions/listen", listen(DECLARED, "[\"" + id + "\"]"));
        client.receive();
        listening.cancel();
        assertThat(client.receive().has("abandoned")).isTrue();
        listen(id);

        end.release();

        assertThat(state().at("/_meta/io.modelcontextprotocol~1subscriptionId").asInt())
                .isEqualTo(3);
        assertThat(client.unread()).isZero();
    }

    private ToolResult work(ToolCall call) {
        call.channel().onCancel(end::release);
        switch (call.arguments().path("do").asString("")) {
            case "break" -> throw new JsonRpcException(ErrorCode.METHOD_NOT_FOUND, "no such thing");
            case "steps" -> {
                step.acquireUninterruptibly();
                call.channel().progress(1, 2, "half");
                end.acquireUninterruptibly();
            }
            default -> end.acquireUninterruptibly();
        }
        return ToolResult.of("done", JsonRpcCodec.JSON.createObjectNode());
    }

    private JsonNode get(String id) {
        try {
            return client.ask("tasks/get", params(DECLARED, ",\"taskId\":\"" + id + "\""))
                    .path("result");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String begin(String what) throws InterruptedException {
        return client.ask("tools/call", params(DECLARED, ",\"name\":\"ask\",\"arguments\":{\"do\":\"" + what + "\"}"))
                .at("/result/taskId")
                .asString("");
    }

    private JsonNode listen(String id) throws InterruptedException {
        return client.ask("subscriptions/listen", listen(DECLARED, "[\"" + id + "\"]"));
    }

    /** The next message, which tells how a task is. */
    private JsonNode state() throws InterruptedException {
        JsonNode told = client.receive();
        assertThat(told.path("method").asString("")).isEqualTo("notifications/tasks");
        return told.path("params");
    }

    private static String notifications(JsonNode acknowledged) {
        assertThat(acknowledged.path("method").asString("")).isEqualTo("notifications/subscriptions/acknowledged");
        return acknowledged.at("/params/notifications").toString();
    }

    private static String listen(String capabilities, String ids) {
        return params(capabilities, ",\"notifications\":{\"taskIds\":" + ids + "}");
    }

    private static String params(String capabilities, String more) {
        return "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":" + capabilities + "}" + more + "}";
    }
}

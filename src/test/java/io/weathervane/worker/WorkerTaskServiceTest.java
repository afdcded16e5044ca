package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.store.SameTransactionWriter;
import io.weathervane.testing.Await;
import io.weathervane.worker.protocol.TaskIdLocator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Tasks of real workers, each of which calls its task t-1. */
class WorkerTaskServiceTest {
    /** Makes a task of each call; what comes before the answer is a test's. */
    private static final String WORKER = """
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$id" "$1"; }
        tell() { printf '{"jsonrpc":"2.0","method":"notifications/%s","params":{%s}}\\n' "$1" "$2"; }
        task='"taskId":"t-1","status":"working","statusMessage":"LABEL","createdAt":"2026-01-01T00:00:00Z","lastUpdatedAt":"2026-01-01T00:00:00Z","ttl":60000'
        while read -r line; do
          id=${line#*'"id":'}; id=${id%%,*}
          case "$line" in
            *'"tools/call"'*) BEFORE
              answer "\\"result\\":{\\"task\\":{$task}}"
              AFTER ;;
            *'"tasks/get"'*'t-1'*) answer "\\"result\\":{$task}" ;;
            *'"tasks/cancel"'*'t-1'*) task=$(echo "$task" | sed s/working/cancelled/)
              answer "\\"result\\":{$task}" ;;
            *'"tasks/list"'*) answer "\\"result\\":{\\"tasks\\":[{$task},{\\"taskId\\":\\"of others\\"}]}" ;;
            *'"tasks/result"'*'t-1'*) answer '"result":{"content":[],"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"t-1"}}}' ;;
            *'"tasks/'*) answer '"error":{"code":-32602,"message":"Task not found"}' ;;
            *'"tools/list"'*) answer '"result":{"tools":[{"name":"echo","annotations":{"readOnlyHint":true}}]}' ;;
            *'"initialize"'*) answer '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{},"tasks":{"list":{}}}}' ;;
            *'"ping"'*) answer '"result":{}' ;;
            *'"server/discover"'*) answer '"error":{"code":-32601,"message":"Method not found"}' ;;
          esac
        done
        """;

    @TempDir
    Path folder;

    private TestWorkers workers;

    @BeforeEach
    void open() {
        workers = new TestWorkers(folder, worker("v1", "", ""), worker("v2", "", ""));
    }

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void aTaskStaysWithTheWorkerThatMadeItWhateverIsActive() {
        WorkerManager manager = workers.start("v1");
        Client ann = new Client("ann");
        assertThat(made(manager, ann)).isEqualTo("t-1");
        manager.startCanary("v2");
        manager.promote(SameTransactionWriter.none());

        assertThat(made(manager, ann)).as("another by the same name").isEqualTo("t-1.2");

        assertThat(ask(manager, ann, "tasks/get", "t-1").path("statusMessage").asString(""))
                .isEqualTo("v1");
        JsonNode second = ask(manager, ann, "tasks/get", "t-1.2");
        assertThat(second.path("statusMessage").asString("")).isEqualTo("v2");
        assertThat(second.path("taskId").asString("")).isEqualTo("t-1.2");
        assertThat(ask(manager, ann, "tasks/result", "t-1.2")
                        .at("/_meta/io.modelcontextprotocol~1related-task/taskId")
                        .asString(""))
                .isEqualTo("t-1.2");
        assertThat(manager.tasks()
                        .list(ann)
                        .path("tasks")
                        .valueStream()
                        .map(task -> task.path("taskId").asString("")))
                .containsExactlyInAnyOrder("t-1", "t-1.2");
    }

    @Test
    void belongsToItsOwnerOnly() {
        WorkerManager manager = workers.start("v1");
        made(manager, new Client("ann"));
        Client bob = new Client("bob");
        Client user = new Client("the server's user");

        assertThat(manager.tasks().request("tasks/get", params("t-1"), bob)).isEmpty();
        assertThat(manager.tasks().list(bob).path("tasks")).isEmpty();
        user.seesUnknown = true;
        assertThat(manager.tasks().request("tasks/get", params("t-1"), user)).isEmpty();
        assertThat(manager.tasks().list(user).path("tasks").valueStream())
                .as("what this server did not see being made")
                .extracting(TaskIdLocator::of)
                .containsExactly("of others");
    }

    @Test
    void isLostWithItsWorkerAndThatIsSaid() {
        WorkerManager manager = workers.start("v1");
        Client ann = new Client("ann");
        made(manager, ann);
        ProcessHandle.of(TestWorkers.pid(manager.view().active())).orElseThrow().destroyForcibly();
        Await.until("it is gone", () -> {
            try {
                ask(manager, ann, "tasks/get", "t-1");
                return false;
            } catch (WorkerCallException e) {
                return e.kind() == WorkerCallException.Kind.RPC_ERROR;
            }
        });

        WorkerCallException lost =
                catchThrowableOfType(WorkerCallException.class, () -> ask(manager, ann, "tasks/get", "t-1"));

        assertThat(lost.kind()).isEqualTo(WorkerCallException.Kind.RPC_ERROR);
        assertThat(lost).hasMessageContaining("The task t-1 was lost: the process of worker v1");
    }

    @Test
    void whatIsSaidOfATaskComesAfterTheAnswerThatNamesItWithTheClientsToken() {
        String token = "token=${line#*'\"progressToken\":'}; token=${token%%[,\\}]*}; ";
        workers.with(worker(
                "talks",
                token + "tell tasks/status \"$task\"",
                "tell progress \"\\\"progressToken\\\":$token,\\\"progress\\\":1\""));
        WorkerManager manager = workers.start("talks");
        Client ann = new Client("ann");
        ann.meta.put("progressToken", "mine");

        made(manager, ann);

        assertThat(ann.told).isEmpty();
        ann.afterAnswer.forEach(Runnable::run);
        Await.until("both", () -> ann.told.size() == 2);
        assertThat(ann.told.get(0)).contains("notifications/tasks/status", "\"taskId\":\"t-1\"");
        assertThat(ann.told.get(1)).contains("notifications/progress", "\"progressToken\":\"mine\"");
    }

    @Test
    void isNotMadeTwiceByAShadow() throws Exception {
        WorkerManager manager = workers.start("v1");
        List<CompletedCall> completed = new CopyOnWriteArrayList<>();
        try (AutoCloseable listening = manager.onCall(completed::add)) {
            made(manager, new Client("ann"));
            assertThat(listening).isNotNull();
        }

        assertThat(completed).isEmpty();
    }

    @Test
    void aWorkerIsNotEndedBeforeTheResultIsFetched() {
        WorkerManager manager = workers.start("v1");
        Client ann = new Client("ann");
        manager.startCanary("v2");
        manager.promote(SameTransactionWriter.none());
        made(manager, ann);
        manager.switchToActive(AdditionalSwitchRecordSource.NONE);
        CompletableFuture<Boolean> drained = manager.disposeReplaced().drained();

        assertThat(ask(manager, ann, "tasks/get", "t-1").path("statusMessage").asString(""))
                .isEqualTo("v2");
        assertThat(drained).isNotDone();
        ask(manager, ann, "tasks/result", "t-1");

        assertThat(drained).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(true);
    }

    @Test
    void theOpenTasksOfAToolAreCancelledWhoeverTheirOwnerIs() {
        WorkerManager manager = workers.start("v1");
        Client ann = new Client("ann");
        made(manager, ann);

        assertThat(manager.tasks().cancelAll(tool -> tool.equals("other"))).isZero();
        assertThat(manager.tasks().cancelAll(tool -> tool.equals("echo"))).isEqualTo(1);

        Await.until(
                "the worker has cancelled it",
                () -> ask(manager, ann, "tasks/get", "t-1")
                        .path("status")
                        .asString("")
                        .equals("cancelled"));
        assertThat(manager.tasks().cancelAll(tool -> true)).as("it is over").isZero();
    }

    @Test
    void aTaskWhoseWorkerIsGoneIsNotCancelled() {
        WorkerManager manager = workers.start("v1");
        made(manager, new Client("ann"));
        ProcessHandle.of(TestWorkers.pid(manager.view().active())).orElseThrow().destroyForcibly();

        Await.until("its worker is gone", () -> manager.tasks().cancelAll(tool -> true) == 0);
    }

    private static WorkerRelease worker(String label, String before, String after) {
        return SampleReleases.shell(
                label, WORKER.replace("LABEL", label).replace("BEFORE", before).replace("AFTER", after));
    }

    private static String made(WorkerManager manager, Client client) {
        return manager.call("echo", SampleReleases.object(), client)
                .result()
                .at("/task/taskId")
                .asString("");
    }

    private static ObjectNode ask(WorkerManager manager, Client client, String method, String task) {
        return manager.tasks()
                .request(method, params(task), client)
                .orElseThrow()
                .result();
    }

    private static ObjectNode params(String task) {
        return SampleReleases.object().put("taskId", task);
    }

    /** Asks for a task with each call. */
    private static final class Client extends SilentCallContext {
        final ObjectNode meta = SampleReleases.object();
        final List<String> told = new CopyOnWriteArrayList<>();
        final List<Runnable> afterAnswer = new ArrayList<>();
        final String owner;
        boolean seesUnknown;

        Client(String owner) {
            this.owner = owner;
        }

        @Override
        public Optional<ObjectNode> task() {
            return Optional.of(SampleReleases.object().put("ttl", 60_000));
        }

        @Override
        public String owner() {
            return owner;
        }

        @Override
        public boolean seesUnknownTasks() {
            return seesUnknown;
        }

        @Override
        public BiConsumer<String, ObjectNode> notices() {
            return (method, params) -> told.add(method + JsonRpcCodec.text(params));
        }

        @Override
        public void afterAnswer(Runnable action) {
            afterAnswer.add(action);
        }

        @Override
        public ObjectNode meta() {
            return meta;
        }
    }
}

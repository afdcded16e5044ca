package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.worker.protocol.TaskIdLocator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What modern workers, real processes, tell of their tasks; what they do when they are listened to is a test's. */
class WorkerTaskSubscriptionTest {
    private static final String WORKER = """
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$1" "$2"; }
        say() { printf '{"jsonrpc":"2.0","method":"notifications/%s","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":%s},%s}}\\n' "$1" "$listening" "$2"; }
        acknowledge() { say subscriptions/acknowledged "\\"notifications\\":{\\"taskIds\\":[$1]}"; }
        task() { printf '"taskId":"%s","status":"%s","createdAt":"2026-01-01T00:00:00Z","lastUpdatedAt":"2026-01-01T00:00:00Z","ttlMs":60000' "$1" "$2"; }
        state=working
        made=0
        while read -r line; do
          id=${line#*'"id":'}; id=${id%%,*}
          case "$line" in
            *'"subscriptions/listen"'*) listening=$id; LISTEN ;;
            *'"notifications/cancelled"'*) echo "$line" >>cancelled ;;
            *'"tools/call"'*) made=$((made + 1)); answer "$id" "\\"result\\":{\\"resultType\\":\\"task\\",$(task t-$made working)}" ;;
            *'"tasks/get"'*) answer "$id" "\\"result\\":{\\"resultType\\":\\"complete\\",$(task t-1 $state)}" ;;
            *'"server/discover"'*) answer "$id" '"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}}' ;;
            *'"tools/list"'*) answer "$id" '"result":{"resultType":"complete","tools":[{"name":"echo","inputSchema":{"type":"object"}}]}' ;;
          esac
        done
        """;

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger lost = new AtomicInteger();

    @TempDir
    Path folder;

    private TestWorkers workers;

    @BeforeEach
    void open() {
        workers = new TestWorkers(folder);
    }

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void noTaskIsFollowedOfAWorkerThatRefusesToTellOfThem() {
        WorkerManager manager = start("answer $id '\"error\":{\"code\":-32602,\"message\":\"what is taskIds?\"}'");
        made(manager, "ann");

        assertThat(follow(manager, "ann", "t-1").ids()).isEmpty();
        assertThat(follow(manager, "ann", "t-1").ids()).as("asked again").isEmpty();
        assertThat(lost).hasValue(0);
    }

    @Test
    void noTaskIsFollowedOfAWorkerThatSaysNothing() {
        WorkerManager manager = start(":");
        made(manager, "ann");

        assertThat(follow(manager, "ann", "t-1").ids()).isEmpty();
    }

    @Test
    void onlyTheCallersTasksThatTheWorkerAgreesToAreFollowed() {
        WorkerManager manager = start("acknowledge '\"t-2\",\"t-3\"'");
        made(manager, "ann");
        made(manager, "ann");
        made(manager, "bob");

        assertThat(follow(manager, "ann", "t-1", "t-2", "t-3", "no such").ids()).containsExactly("t-2");
        assertThat(follow(manager, "eve", "t-1", "t-2", "t-3").ids()).isEmpty();
    }

    @Test
    void whatTheWorkerSaysOfATaskIsToldWhileItIsFollowed() {
        WorkerManager manager = start("acknowledge '\"t-1\"'; say tasks \"$(task t-1 working)\"; "
                + "say tasks \"$(task t-1 completed),\\\"result\\\":{\\\"content\\\":[]}\"");
        made(manager, "ann");

        try (WorkerTaskSubscription subscription = follow(manager, "ann", "t-1")) {
            assertThat(subscription.ids()).containsExactly("t-1");
            Await.until("both", () -> told.size() == 2);
        }

        assertThat(told.get(0)).contains("t-1 {\"taskId\":\"t-1\",\"status\":\"working\"");
        assertThat(told.get(1))
                .contains("\"status\":\"completed\"", "\"result\":{\"content\":[]}")
                .doesNotContain("subscriptionId");
        Await.until("the worker need not tell any more", () -> Files.exists(folder.resolve("cancelled")));
    }

    @Test
    void aTaskThatHadEndedBeforeIsFoundAndOneThatWorksIsNoNews() {
        WorkerManager manager = start("acknowledge '\"t-1\"'; state=$next; next=cancelled");
        made(manager, "ann");

        try (WorkerTaskSubscription subscription = follow(manager, "ann", "t-1")) {
            subscription.catchUp();
        }
        assertThat(told).as("the state of the first time is empty").isEmpty();
        try (WorkerTaskSubscription subscription = follow(manager, "ann", "t-1")) {
            subscription.catchUp();
            assertThat(told).singleElement().asString().contains("\"status\":\"cancelled\"");
        }
    }

    @Test
    void aTaskIsLostWithItsWorker() {
        WorkerManager manager = start("acknowledge '\"t-1\"'");
        made(manager, "ann");
        WorkerTaskSubscription subscription = follow(manager, "ann", "t-1");
        assertThat(subscription.ids()).containsExactly("t-1");

        ProcessHandle.of(TestWorkers.pid(manager.view().active())).orElseThrow().destroyForcibly();

        Await.until("it is lost", () -> lost.get() == 1);
        assertThat(follow(manager, "ann", "t-1").ids()).isEmpty();
        subscription.close();
    }

    @Test
    void aTaskIsLostWhenTheWorkerEndsTheSubscriptionAndMayBeFollowedAnew() {
        WorkerManager manager = start("acknowledge '\"t-1\"'; answer $id '\"result\":{}'");
        made(manager, "ann");

        assertThat(follow(manager, "ann", "t-1").ids()).containsExactly("t-1");
        Await.until("it is lost", () -> lost.get() == 1);
        assertThat(follow(manager, "ann", "t-1").ids()).containsExactly("t-1");
        Await.until("it is lost again", () -> lost.get() == 2);
    }

    private WorkerManager start(String onListen) {
        workers.with(
                SampleReleases.shell("w", "cd '" + folder + "'; next=working\n" + WORKER.replace("LISTEN", onListen)));
        return workers.start("w");
    }

    private static void made(WorkerManager manager, String owner) {
        assertThat(manager.call("echo", SampleReleases.object(), new Client(owner))
                        .result()
                        .path("resultType")
                        .asString(""))
                .isEqualTo("task");
    }

    private WorkerTaskSubscription follow(WorkerManager manager, String owner, String... ids) {
        return manager.tasks()
                .follow(
                        Set.of(ids),
                        new Client(owner),
                        (id, task) -> told.add(id + " " + JsonRpcCodec.text(task)),
                        lost::incrementAndGet);
    }

    /** Knows tasks. */
    private static final class Client extends SilentCallContext {
        private final String owner;

        Client(String owner) {
            this.owner = owner;
        }

        @Override
        public String owner() {
            return owner;
        }

        @Override
        public ObjectNode clientCapabilities() {
            return TaskIdLocator.withExtension();
        }
    }
}

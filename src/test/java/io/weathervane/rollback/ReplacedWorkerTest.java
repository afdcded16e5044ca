package io.weathervane.rollback;

import static io.weathervane.rollback.TestMonitor.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.worker.SilentCallContext;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerRelease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the replaced worker still has to finish delays neither the record of a rollback nor its alert nor its answer. */
class ReplacedWorkerTest {
    /** Longer than any test waits: what waits for the worker fails. */
    private static final Duration VERY_LONG = Duration.ofMinutes(10);

    /** Makes a task of each call that asks for one, and fails every second of the others. */
    private static final String TASK_WORKER = """
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$id" "$1"; }
        task='"taskId":"t-1","status":"working","createdAt":"2026-01-01T00:00:00Z","lastUpdatedAt":"2026-01-01T00:00:00Z","ttl":60000'
        while read -r line; do
          id=${line#*'"id":'}; id=${id%%,*}
          case "$line" in
            *'"tools/call"'*'"task"'*) answer "\\"result\\":{\\"task\\":{$task}}" ;;
            *'"tools/call"'*) calls=$((calls + 1))
              [ $((calls % 2)) = 0 ] && answer '"result":{"content":[]}' || answer '"error":{"code":-32603,"message":"broken"}' ;;
            *'"tools/list"'*) answer '"result":{"tools":[{"name":"echo","annotations":{"readOnlyHint":true}}]}' ;;
            *'"initialize"'*) answer '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{},"tasks":{"list":{}}}}' ;;
            *'"ping"'*) answer '"result":{}' ;;
            *'"server/discover"'*) answer '"error":{"code":-32601,"message":"Method not found"}' ;;
          esac
        done
        """;

    @TempDir
    Path folder;

    @Test
    void aRollbackByHandIsRecordedToldAndAnsweredWhileTheReplacedWorkersCallHangs() throws Exception {
        ProcessHandle replaced;
        Thread caller;
        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .release(patient(TestMonitor.worker("canary", "--hang"), List.of()))
                .drainTimeout(VERY_LONG)
                .start()) {
            testMonitor.promote("canary");
            replaced = activeProcess(testMonitor);
            caller = new Thread(testMonitor::call, "hanging caller");
            caller.start();
            Await.until(
                    "the call is with the canary",
                    () -> testMonitor
                                    .workers
                                    .view()
                                    .active()
                                    .orElseThrow()
                                    .calls()
                                    .inFlight()
                            == 1);

            assertThat(CompletableFuture.supplyAsync(() -> testMonitor.monitor.rollback(ALICE, "customers complain")))
                    .succeedsWithin(Duration.ofSeconds(60))
                    .satisfies(result -> assertThat(result.steps())
                            .last()
                            .extracting(ActionStepOutcome::detail)
                            .isEqualTo("begun: canary ends its calls and tasks within 600000 ms and is stopped then"));
            recordedAndToldBeforeTheEndOf(replaced, testMonitor);
        }
        caller.join();
        Await.until("the end of the server ended it", () -> !replaced.isAlive());
    }

    @Test
    void anAutomaticRollbackIsRecordedAndToldWhileNobodyFetchesTheReplacedWorkersTask() {
        ProcessHandle replaced;
        WorkerRelease canary = patient(TestMonitor.worker("canary"), List.of("sh", "-c", TASK_WORKER));
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release(canary).drainTimeout(VERY_LONG).start()) {
            testMonitor.promote("canary");
            replaced = activeProcess(testMonitor);
            assertThat(taskOf(testMonitor).at("/task/taskId").asString("")).isEqualTo("t-1");

            testMonitor.callUntil("the rollback", () -> testMonitor.published(EventType.ROLLBACK_EXECUTED));

            recordedAndToldBeforeTheEndOf(replaced, testMonitor);
        }
        Await.until("the end of the server ended it", () -> !replaced.isAlive());
    }

    private static void recordedAndToldBeforeTheEndOf(ProcessHandle replaced, TestMonitor testMonitor) {
        Await.until("the record", () -> testMonitor.hasAudited(AuditKind.ROLLBACK_EXECUTED));
        assertThat(testMonitor.audited(AuditKind.DECISION))
                .first()
                .satisfies(decision -> assertThat(decision.decision()).contains("rollback"));
        assertThat(testMonitor.published(EventType.ROLLBACK_EXECUTED)).isTrue();
        assertThat(testMonitor.active()).isEqualTo("stable");
        assertThat(testMonitor.call()).isTrue();
        assertThat(replaced.isAlive()).as("the replaced worker goes on").isTrue();
    }

    private static ProcessHandle activeProcess(TestMonitor testMonitor) {
        return ProcessHandle.of(
                        testMonitor.workers.view().active().orElseThrow().pid().orElseThrow())
                .orElseThrow();
    }

    private static JsonNode taskOf(TestMonitor testMonitor) throws WorkerCallException {
        WorkerAnswer answer = testMonitor.workers.call("echo", object(), new TaskCaller());
        return answer.result();
    }

    private static ObjectNode object() {
        return JsonRpcCodec.JSON.createObjectNode();
    }

    /** The release with very long calls, and with this command unless it is empty. */
    private static WorkerRelease patient(WorkerRelease usual, List<String> command) {
        WorkerRelease patient = usual.with(usual.probe(), VERY_LONG);
        return command.isEmpty()
                ? patient
                : patient.with(usual.launch().orElseThrow().withCommand(command));
    }

    private static final class TaskCaller extends SilentCallContext {
        @Override
        public Optional<ObjectNode> task() {
            return Optional.of(object().put("ttl", 60_000));
        }
    }
}

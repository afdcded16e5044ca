package io.weathervane.rollback;

import static io.weathervane.rollback.Plant.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.worker.QuietCaller;
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
        try (Plant plant = Plant.in(folder)
                .release(patient(Plant.worker("canary", "--hang"), List.of()))
                .drainTimeout(VERY_LONG)
                .start()) {
            plant.promote("canary");
            replaced = activeProcess(plant);
            caller = new Thread(plant::call, "hanging caller");
            caller.start();
            Await.until(
                    "the call is with the canary",
                    () -> plant.workers.view().active().orElseThrow().inFlight() == 1);

            assertThat(CompletableFuture.supplyAsync(() -> plant.monitor.rollback(ALICE, "customers complain")))
                    .succeedsWithin(Duration.ofSeconds(60))
                    .satisfies(result -> assertThat(result.steps())
                            .last()
                            .extracting(ActionOutcome::detail)
                            .isEqualTo("begun: canary ends its calls and tasks within 600000 ms and is stopped then"));
            recordedAndToldBeforeTheEndOf(replaced, plant);
        }
        caller.join();
        Await.until("the end of the server ended it", () -> !replaced.isAlive());
    }

    @Test
    void anAutomaticRollbackIsRecordedAndToldWhileNobodyFetchesTheReplacedWorkersTask() {
        ProcessHandle replaced;
        WorkerRelease canary = patient(Plant.worker("canary"), List.of("sh", "-c", TASK_WORKER));
        try (Plant plant =
                Plant.in(folder).release(canary).drainTimeout(VERY_LONG).start()) {
            plant.promote("canary");
            replaced = activeProcess(plant);
            assertThat(taskOf(plant).at("/task/taskId").asString("")).isEqualTo("t-1");

            plant.callUntil("the rollback", () -> plant.said(EventType.ROLLBACK_EXECUTED));

            recordedAndToldBeforeTheEndOf(replaced, plant);
        }
        Await.until("the end of the server ended it", () -> !replaced.isAlive());
    }

    private static void recordedAndToldBeforeTheEndOf(ProcessHandle replaced, Plant plant) {
        Await.until("the record", () -> plant.hasAudited(AuditKind.ROLLBACK_EXECUTED));
        assertThat(plant.audited(AuditKind.DECISION))
                .first()
                .satisfies(decision -> assertThat(decision.decision()).contains("rollback"));
        assertThat(plant.said(EventType.ROLLBACK_EXECUTED)).isTrue();
        assertThat(plant.active()).isEqualTo("stable");
        assertThat(plant.call()).isTrue();
        assertThat(replaced.isAlive()).as("the replaced worker goes on").isTrue();
    }

    private static ProcessHandle activeProcess(Plant plant) {
        return ProcessHandle.of(plant.workers.view().active().orElseThrow().pid())
                .orElseThrow();
    }

    private static JsonNode taskOf(Plant plant) throws WorkerCallException {
        WorkerAnswer answer = plant.workers.call("echo", object(), new TaskCaller());
        return answer.result();
    }

    private static ObjectNode object() {
        return JsonRpcCodec.JSON.createObjectNode();
    }

    /** The release with very long calls, and with this command unless it is empty. */
    private static WorkerRelease patient(WorkerRelease usual, List<String> command) {
        WorkerRelease patient = usual.with(usual.probe(), VERY_LONG);
        return command.isEmpty() ? patient : patient.with(usual.launch().withCommand(command));
    }

    private static final class TaskCaller extends QuietCaller {
        @Override
        public Optional<ObjectNode> task() {
            return Optional.of(object().put("ttl", 60_000));
        }
    }
}

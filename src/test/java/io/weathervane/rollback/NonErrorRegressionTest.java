package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.worker.SilentCallContext;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerRelease;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release that is bad in a way that is no failed call by itself, with real workers. */
class NonErrorRegressionTest {
    private static final int CALLS_BEFORE = 20;

    /** From so many calls on a release has a record to be compared with. */
    private static final int RECORD_CALLS = 100;

    @TempDir
    Path folder;

    @Test
    void rollsBackAReleaseThatRefusesTheArgumentsThatWereValidBefore() {
        String refuses = "answer '\"error\":{\"code\":-32602,\"message\":\"Invalid params: q2 is required\"}'";
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release(worker("strict", refuses)).start()) {
            promote(testMonitor, "strict");

            testMonitor.callUntil("the rollback", () -> testMonitor.published(EventType.ROLLBACK_EXECUTED));

            assertThat(testMonitor.active()).isEqualTo(TestMonitor.STABLE);
            assertThat(reasonOf(testMonitor))
                    .contains("calls of echo with arguments that were valid before were refused as invalid");
        }
    }

    @Test
    void rollsBackAReleaseWhoseCallsHangUntilTheirCallersGiveUp() {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release(worker("hanging", ":")).start()) {
            for (int i = 0; i < RECORD_CALLS; i++) {
                testMonitor.call();
            }
            promote(testMonitor, "hanging");
            List<Impatient> callers = Stream.generate(Impatient::new).limit(10).toList();
            callers.forEach(caller -> caller.call(testMonitor));

            Await.until(
                    "a failed check",
                    () -> testMonitor.audited(AuditKind.DECISION).stream()
                            .anyMatch(decision ->
                                    decision.payload().toString().contains("no call ended; calls that wait")));
            callers.forEach(Impatient::giveUp);

            Await.until("the rollback", () -> testMonitor.published(EventType.ROLLBACK_EXECUTED));
            assertThat(testMonitor.active()).isEqualTo(TestMonitor.STABLE);
            assertThat(reasonOf(testMonitor))
                    .contains("calls of echo were given up by their callers")
                    .as("what failed")
                    .containsAnyOf("given up by its caller", "no answer yet");
        }
    }

    @Test
    void anEscalationByAnExitTellsOfTheCallThatItCutOff() {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release(worker("exiting", "exit 3")).start()) {
            promote(testMonitor, "exiting");

            testMonitor.call();

            Await.until("the escalation", () -> testMonitor.hasAudited(AuditKind.ESCALATION_TRIGGERED));
            assertThat(testMonitor
                            .audited(AuditKind.ESCALATION_TRIGGERED)
                            .get(0)
                            .payload()
                            .path("failures")
                            .toString())
                    .contains("\"kind\":\"worker exited\"", "with exit code 3", "\"comparedWith\":\"stable\"");
        }
    }

    @Test
    void rollsBackAReleaseThatReadsNoResourceAnyMore() {
        String reads = "answer '\"result\":{\"contents\":[]}'";
        String fails = "answer '\"error\":{\"code\":-32603,\"message\":\"db down\"}'";
        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .release(reader(TestMonitor.STABLE, reads))
                .release(reader("broken", fails))
                .start()) {
            for (int i = 0; i < RECORD_CALLS; i++) {
                read(testMonitor);
            }
            promote(testMonitor, "broken");

            Await.until("the rollback", () -> {
                for (int i = 0; i < 10; i++) {
                    testMonitor.call();
                    testMonitor.call();
                    readAnyway(testMonitor);
                }
                return testMonitor.published(EventType.ROLLBACK_EXECUTED);
            });

            assertThat(reasonOf(testMonitor)).contains(" calls failed; of the previous worker stable 0 of 120 calls");
            assertThat(testMonitor.active()).isEqualTo(TestMonitor.STABLE);
        }
    }

    private static WorkerRelease reader(String label, String onRead) {
        return worker(label, "answer '\"result\":{\"content\":[]}' ;; *'\"resources/read\"'*) " + onRead);
    }

    private static void read(TestMonitor testMonitor) {
        testMonitor
                .workers
                .content()
                .request(
                        "resources/read",
                        JsonRpcCodec.JSON.createObjectNode().put("uri", "z://a"),
                        WorkerCallContext.none());
    }

    private static void readAnyway(TestMonitor testMonitor) {
        try {
            read(testMonitor);
        } catch (WorkerCallException e) {
            assertThat(e).hasMessageContaining("db down");
        }
    }

    /** A caller whose call is given up when the test says so. */
    private static final class Impatient extends SilentCallContext {
        private final List<Runnable> onCancel = new CopyOnWriteArrayList<>();
        private volatile boolean cancelled;

        void call(TestMonitor testMonitor) {
            var unused = CompletableFuture.runAsync(
                    () -> testMonitor.workers.call(
                            "echo", JsonRpcCodec.JSON.createObjectNode().put("text", "hello"), this),
                    command -> new Thread(command, "impatient caller").start());
        }

        void giveUp() {
            cancelled = true;
            onCancel.forEach(Runnable::run);
        }

        @Override
        public boolean cancelled() {
            return cancelled;
        }

        @Override
        public void onCancel(Runnable action) {
            onCancel.add(action);
        }
    }

    private static void promote(TestMonitor testMonitor, String release) {
        for (int i = 0; i < CALLS_BEFORE; i++) {
            assertThat(testMonitor.call()).isTrue();
        }
        testMonitor.promote(release);
    }

    private static String reasonOf(TestMonitor testMonitor) {
        return testMonitor.audited(AuditKind.ROLLBACK_EXECUTED).get(0).payload().toString();
    }

    /** A worker in a few lines of shell that answers a call by this command. */
    private static WorkerRelease worker(String label, String onCall) {
        WorkerRelease usual = TestMonitor.worker(label);
        String script = """
            answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$id" "$1"; }
            while read -r line; do
              id=${line#*'"id":'}; id=${id%%,*}
              case "$line" in
                *'"tools/call"'*) ON_CALL ;;
                *'"tools/list"'*) answer '"result":{"tools":[{"name":"echo","annotations":{"readOnlyHint":true}}]}' ;;
                *'"initialize"'*) answer '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}' ;;
                *'"ping"'*) answer '"result":{}' ;;
                *'"server/discover"'*) answer '"error":{"code":-32601,"message":"Method not found"}' ;;
              esac
            done
            """.replace("ON_CALL", onCall);
        return new WorkerRelease(
                label,
                usual.protocol(),
                usual.launch().orElseThrow().withCommand(List.of("sh", "-c", script)),
                usual.probe(),
                usual.callTimeout(),
                usual.tools());
    }
}

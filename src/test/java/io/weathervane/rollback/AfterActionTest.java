package io.weathervane.rollback;

import static io.weathervane.rollback.TestMonitor.ALICE;
import static io.weathervane.rollback.TestMonitor.STABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditKind;
import io.weathervane.testing.Await;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** After each kind of action the monitor keeps looking at what is active, and says when the action did not help. */
class AfterActionTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    /** Calls before the promotion: enough for a record to be compared with. */
    private static final int RECORD = 110;

    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private TestMonitor.Setup setup;
    private TestMonitor on;

    @BeforeEach
    void prepare() throws IOException {
        ScriptedWorker script = ScriptedWorker.write(folder);
        setup = TestMonitor.in(folder)
                .release(script.release(STABLE, "false"))
                .release(script.release("canary", "true"));
    }

    @AfterEach
    void close() {
        on.close();
    }

    @Test
    void ofAnAutomaticRollback() throws IOException {
        promote(LONG);
        make("down-canary");
        callUntil("the rollback", () -> on.hasAudited(AuditKind.ROLLBACK_EXECUTED));
        make("down-stable");

        assertSaid("the rollback did not help: the previous release stable fails ");
    }

    @Test
    void ofARollbackByHandDuringTheWatch() throws IOException {
        promote(LONG);
        assertThat(on.monitor.rollback(ALICE, "a feeling").to()).contains(STABLE);
        make("down-stable");

        assertSaid("the rollback did not help: the previous release stable fails 100.0%");
    }

    @Test
    void ofARollbackByHandAfterTheWatch() throws IOException {
        promote(SHORT);
        Await.until("the end of the watch", () -> on.monitor.status().outcome().isPresent());
        assertThat(on.monitor.rollback(ALICE, "found out later").to()).contains(STABLE);
        make("down-stable");

        assertSaid("the rollback did not help: the previous release stable fails 100.0%");
    }

    @Test
    void ofAnEscalationThatBroughtAnotherReleaseBack() throws IOException {
        promote(LONG);
        on.kill(on.workers.view().active().orElseThrow().pid().orElseThrow());
        Await.until("the escalation", () -> on.hasAudited(AuditKind.ESCALATION_TRIGGERED));
        make("down-stable");

        assertSaid("the escalation did not help: the previous release stable fails 100.0%");
    }

    @Test
    void ofAnEscalationThatLeavesTheReleaseActive() throws IOException {
        setup.withoutRestore().withRestarts();
        promote(LONG);
        on.kill(on.workers.view().active().orElseThrow().pid().orElseThrow());
        Await.until("the escalation", () -> on.hasAudited(AuditKind.ESCALATION_TRIGGERED));
        make("down-canary");

        assertSaid("the escalation did not help: the release canary is still active and fails ");
    }

    private void assertSaid(String problem) {
        callUntil("it is said", () -> on.monitor.problems().stream().anyMatch(said -> said.startsWith(problem)));

        assertThat(on.monitor.status().warnings()).anyMatch(warning -> warning.startsWith(problem));
        Await.until("one page", () -> on.audited(AuditKind.ROLLBACK_INEFFECTIVE).size() == 1);
        assertThat(on.audited(AuditKind.ROLLBACK_INEFFECTIVE)
                        .get(0)
                        .payload()
                        .path("reason")
                        .asString(""))
                .contains(" did not help: ");
    }

    private void promote(Duration grace) {
        on = setup.gracePeriod(grace).start();
        for (int i = 0; i < RECORD; i++) {
            call();
        }
        on.promote("canary");
    }

    private void callUntil(String what, Callable<Boolean> condition) {
        Await.until(what, Duration.ofSeconds(60), () -> {
            call();
            return condition.call();
        });
    }

    private void call() {
        try {
            assertThat(on.workers
                            .call("look", JsonMapper.shared().createObjectNode(), WorkerCallContext.none())
                            .isError())
                    .isFalse();
        } catch (WorkerCallException e) {
            assertThat(e.kind()).isNotEqualTo(WorkerCallException.Kind.CANCELLED);
        }
    }

    private void make(String file) throws IOException {
        Files.createFile(folder.resolve(file));
    }
}

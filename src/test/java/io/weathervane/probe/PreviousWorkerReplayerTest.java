package io.weathervane.probe;

import static io.weathervane.rollback.TestMonitor.STABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.flags.KillSwitchStatus;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.rollback.ScriptedWorker;
import io.weathervane.rollback.TestMonitor;
import io.weathervane.testing.Await;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Before a rollback the previous worker is asked, with real processes. */
class PreviousWorkerReplayerTest {
    /** Calls of each tool before the promotion: enough for a record to be compared with. */
    private static final int RECORD = 60;

    /** What a busy machine may take beside the limit of the replay. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private ScriptedWorker script;
    private TestMonitor on;

    @BeforeEach
    void promoteTheCanary() throws IOException {
        script = ScriptedWorker.write(folder);
        on = TestMonitor.in(folder)
                .release(script.release(STABLE, "false"))
                .release(script.release("canary", "true"))
                .start();
        for (int i = 0; i < RECORD; i++) {
            call("look");
            call("save");
        }
        Files.delete(folder.resolve("calls-stable"));
        on.promote("canary");
    }

    @AfterEach
    void close() {
        on.close();
    }

    @Test
    void anOutageThatBothFailDegradesAndPagesAndIsNoReasonOnceItIsOver() throws IOException {
        make("down");
        callUntil("look", "a page says that the previous release fails the same calls", () -> !vetoes().isEmpty());

        assertThat(vetoes())
                .singleElement()
                .satisfies(page -> assertThat(page.payload().path("reason").asString())
                        .startsWith("Degraded: no rollback, the previous release stable fails the same calls: "));
        assertThat(on.active()).isEqualTo("canary");
        assertThat(on.flags.killSwitch()).extracting(KillSwitchStatus::engaged).isEqualTo(false);

        assertThat(on.monitor.problems()).singleElement().asString().contains("fails the same calls");
        Files.delete(folder.resolve("down"));
        callUntil(
                "look",
                "the veto is over",
                () -> on.monitor.status().watch().orElseThrow().state().veto().isEmpty());
        long checks = on.monitor.status().checks();
        callUntil("look", "ten checks more", () -> on.monitor.status().checks() >= checks + 10);

        assertThat(on.hasAudited(AuditKind.ROLLBACK_EXECUTED)).isFalse();
        assertThat(on.monitor.problems()).isEmpty();
        assertThat(vetoes()).hasSize(1);
        assertThat(on.active()).isEqualTo("canary");
    }

    @Test
    void aRegressionRollsBackAndWhatThePreviousReleaseAnsweredIsKept() throws IOException {
        make("down-canary");
        callUntil("look", "the rollback", () -> on.hasAudited(AuditKind.ROLLBACK_EXECUTED));

        ObjectNode decision = on.audited(AuditKind.DECISION).stream()
                .filter(event -> event.decision().orElse("").equals(DecisionAction.ROLLBACK.wireName()))
                .findFirst()
                .orElseThrow()
                .payload();
        String replays = decision.path("evidence").path("recentChecks").toString();
        assertThat(replays).contains("\"replay\":{\"look\":[");
        assertThat(decision.path("conditions").toString()).contains("\"rule\":\"fails-on-previous\"");
        assertThat(vetoes()).isEmpty();
        assertThat(script.callsOf(STABLE)).hasSizeBetween(3, 2 * PreviousWorkerReplayer.CALLS_MAX);
    }

    @Test
    void callsMadeAgainCountNowhereAndCarryTheArgumentsOnly() throws IOException {
        make("down");
        callUntil("look", "the veto", () -> !vetoes().isEmpty());

        assertThat(on.workers.view().previous().orElseThrow().calls().sinceStart())
                .isEqualTo(new CallTotals(2 * RECORD, 0, 0));
        assertThat(script.callsOf(STABLE))
                .isNotEmpty()
                .allSatisfy(line ->
                        assertThat(line).contains("\"params\":{\"name\":\"look\",\"arguments\":{\"city\":\"Bern\"}}"));
    }

    @Test
    void aPreviousReleaseThatHangsHoldsTheRollbackUpNoLongerThanTheLimit() throws IOException {
        make("hang-stable");
        make("down-canary");
        Stopwatch taken = new Stopwatch(Ticker.system());
        callUntil(
                "look",
                "the previous release is asked",
                () -> !script.callsOf(STABLE).isEmpty());
        Await.until("the rollback", () -> on.active().equals(STABLE));
        Files.delete(folder.resolve("hang-stable"));

        assertThat(taken.elapsed()).isLessThan(PreviousWorkerReplayRun.TOTAL_LIMIT.plus(MARGIN));
        Await.until("the rollback is recorded", () -> on.hasAudited(AuditKind.ROLLBACK_EXECUTED));
    }

    @Test
    void argumentsThatBothRefuseNowAreNoReason() throws IOException {
        make("refuse");
        callUntil("look", "the veto", () -> !vetoes().isEmpty());

        assertThat(vetoes().get(0).payload().path("reason").asString())
                .startsWith("Degraded: no rollback, the previous release stable fails the same calls: ")
                .contains("look with arguments that were valid before were refused as invalid");
        assertThat(on.active()).isEqualTo("canary");
    }

    @Test
    void argumentsThatOnlyTheNewReleaseRefusesRollBack() throws IOException {
        make("refuse-canary");
        callUntil("look", "the rollback", () -> on.hasAudited(AuditKind.ROLLBACK_EXECUTED));

        assertThat(vetoes()).isEmpty();
    }

    /** The new release says that it only reads; the previous one does not. */
    @Test
    void aToolThatOneOfBothReleasesSaysMayWriteIsNeverCalledAgain() throws IOException {
        make("down");
        callUntil("save", "the rollback", () -> on.hasAudited(AuditKind.ROLLBACK_EXECUTED));

        // Callers' calls reach it after the rollback and are counted; a call made again would not be.
        assertThat((long) script.callsOf(STABLE).size())
                .isEqualTo(on.workers
                        .view()
                        .active()
                        .orElseThrow()
                        .calls()
                        .sinceActive()
                        .requests());
        assertThat(script.callsOf("canary")).isNotEmpty();
    }

    private void callUntil(String tool, String what, Callable<Boolean> condition) {
        Await.until(what, Duration.ofSeconds(60), () -> {
            call(tool);
            return condition.call();
        });
    }

    private void call(String tool) {
        try {
            ObjectNode arguments =
                    JsonMapper.builder().build().createObjectNode().put("city", "Bern");
            assertThat(on.workers
                            .call(tool, arguments, WorkerCallContext.none())
                            .isError())
                    .isFalse();
        } catch (WorkerCallException e) {
            assertThat(e.kind()).isIn(WorkerCallException.Kind.RPC_ERROR, WorkerCallException.Kind.TIMEOUT);
        }
    }

    private List<AuditEvent> vetoes() {
        return on.audited(AuditKind.RELEASE_DEGRADED).stream()
                .filter(event -> event.payload().path("rollbackVetoed").asBoolean(false))
                .toList();
    }

    private void make(String file) throws IOException {
        Files.createFile(folder.resolve(file));
    }
}

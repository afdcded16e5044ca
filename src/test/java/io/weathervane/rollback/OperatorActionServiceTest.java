package io.weathervane.rollback;

import static io.weathervane.rollback.TestMonitor.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.testing.Await;
import io.weathervane.worker.WorkerState;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorActionServiceTest {
    @TempDir
    Path folder;

    @Test
    void refusesWhatCannotBeDone() {
        try (TestMonitor testMonitor = TestMonitor.in(folder).release("canary").start()) {
            assertThatThrownBy(() -> testMonitor.monitor.promote(ALICE, "why not", TestMonitor.agreedBy("dana")))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("there is no canary to promote")
                    .hasMessageContaining("worker_start_canary");
            assertThatThrownBy(testMonitor.monitor::promotionPlan).hasMessageContaining("there is no canary");
            assertThatThrownBy(() -> testMonitor.monitor.rollback(ALICE, "why not"))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("there is no previous worker to go back to")
                    .hasMessageContaining("kill_switch_engage");
            assertThatThrownBy(() -> testMonitor.monitor.startCanary(ALICE, "canery"))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("did you mean canary?");

            testMonitor.monitor.startCanary(ALICE, "canary");
            testMonitor.kill(
                    testMonitor.workers.view().canary().orElseThrow().pid().orElseThrow());
            Await.until(
                    "the canary is dead",
                    () -> testMonitor.workers.view().canary().orElseThrow().state() == WorkerState.EXITED);
            assertThatThrownBy(() -> testMonitor.monitor.promote(ALICE, "why not", TestMonitor.agreedBy("dana")))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("canary");

            assertThat(testMonitor.active()).isEqualTo("stable");
            assertThat(testMonitor.monitor.status().state()).isEqualTo("idle");
            assertThat(testMonitor.hasAudited(AuditKind.MONITORING_STARTED)).isFalse();
            assertThat(testMonitor.hasAudited(AuditKind.WORKER_SWITCHED)).isFalse();
        }
    }

    @Test
    void refusesAnUnhealthyCanary() {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("sick", "--health-false").start()) {
            testMonitor.monitor.startCanary(ALICE, "sick");

            assertThatThrownBy(() -> testMonitor.monitor.promote(ALICE, "why not", TestMonitor.agreedBy("dana")))
                    .hasMessageContaining("is not healthy");

            assertThat(testMonitor.active()).isEqualTo("stable");
            assertThat(testMonitor.monitor.status().state()).isEqualTo("idle");
        }
    }

    @Test
    void refusesToPromoteWhileTheKillSwitchIsOn() {
        try (TestMonitor testMonitor = TestMonitor.in(folder).release("canary").start()) {
            testMonitor.monitor.startCanary(ALICE, "canary");
            testMonitor.flags.engage("customers complain", new Actor("bob"), Optional.empty());

            assertThatThrownBy(() -> testMonitor.monitor.promote(ALICE, "why not", TestMonitor.agreedBy("dana")))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("the kill switch is engaged")
                    .hasMessageContaining("by bob: customers complain");
            assertThatThrownBy(testMonitor.monitor::promotionPlan).hasMessageContaining("the kill switch is engaged");

            assertThat(testMonitor.active()).isEqualTo("stable");
        }
    }

    @Test
    void promotesNothingThatCannotBeRecorded() throws SQLException {
        try (TestMonitor testMonitor = TestMonitor.in(folder).release("canary").start()) {
            testMonitor.monitor.startCanary(ALICE, "canary");
            try (Connection other = testMonitor.connect();
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");

                assertThatThrownBy(() -> testMonitor.monitor.promote(ALICE, "why not", TestMonitor.agreedBy("dana")))
                        .isInstanceOf(ActionRefusedException.class)
                        .hasMessageContaining("cannot be recorded");
                statement.execute("ROLLBACK");
            }

            assertThat(testMonitor.active()).isEqualTo("stable");
            assertThat(testMonitor.monitor.status().state()).isEqualTo("idle");
        }
    }

    @Test
    void ofTwoPromotionsAtOnceOneIsDone() throws InterruptedException {
        ExecutorService two = Executors.newFixedThreadPool(2);
        try (TestMonitor testMonitor = TestMonitor.in(folder).release("canary").start()) {
            testMonitor.monitor.startCanary(ALICE, "canary");
            Callable<Boolean> promotion = () -> testMonitor
                    .monitor
                    .promote(ALICE, "me first", TestMonitor.agreedBy("dana"))
                    .promoted();

            long done = two.invokeAll(List.of(promotion, promotion)).stream()
                    .filter(OperatorActionServiceTest::succeeded)
                    .count();

            assertThat(done).isEqualTo(1);
            assertThat(testMonitor.audited(AuditKind.MONITORING_STARTED)).hasSize(1);
            assertThat(testMonitor.active()).isEqualTo("canary");
        } finally {
            two.shutdownNow();
        }
    }

    private static boolean succeeded(Future<Boolean> future) {
        try {
            return future.get();
        } catch (ExecutionException refused) {
            assertThat(refused).hasCauseInstanceOf(ActionRefusedException.class);
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void rollsBackByHandWithoutTheKillSwitch() {
        try (TestMonitor testMonitor = TestMonitor.in(folder).release("canary").start()) {
            PromotionResult promoted = testMonitor.promote("canary");
            RollbackResult plan = testMonitor.monitor.rollbackPlan();
            assertThat(plan.rolledBack()).isFalse();
            assertThat(plan.plan()).contains("switch the calls from canary to stable");
            assertThat(testMonitor.active()).isEqualTo("canary");

            RollbackResult result = testMonitor.monitor.rollback(ALICE, "customers complain");

            assertThat(result.rolledBack()).isTrue();
            assertThat(result.from()).contains("canary");
            assertThat(result.to()).contains("stable");
            assertThat(result.verified()).contains(true);
            assertThat(result.steps()).extracting(ActionStepOutcome::outcome).containsOnly("done");
            assertThat(testMonitor.active()).isEqualTo("stable");
            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isFalse();
            assertThat(testMonitor.monitor.status().state()).isEqualTo("ended");
            AuditEvent executed =
                    testMonitor.audited(AuditKind.ROLLBACK_EXECUTED).get(0);
            assertThat(executed.actor()).isEqualTo(ALICE);
            assertThat(executed.promotionId()).isEqualTo(promoted.promotionId());
            assertThat(executed.payload().path("automatic").asBoolean(true)).isFalse();
            assertThat(testMonitor
                            .audited(AuditKind.DECISION)
                            .get(0)
                            .payload()
                            .path("reason")
                            .asString())
                    .isEqualTo("Manual rollback: customers complain");
            assertThat(testMonitor.saidOf(EventType.ROLLBACK_EXECUTED)).hasSize(1);
        }
    }

    @Test
    void aRollbackByHandThatFailsChangesNothingAndSaysSo() throws IOException {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).stableByScript().release("canary").start()) {
            testMonitor.promote("canary");
            testMonitor.losePrevious();

            assertThatThrownBy(() -> testMonitor.monitor.rollback(ALICE, "customers complain"))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("the rollback to stable was not done")
                    .hasMessageContaining("did not start");

            assertThat(testMonitor.active()).isEqualTo("canary");
            assertThat(testMonitor.monitor.status().state()).isEqualTo("watching");
            assertThat(testMonitor.hasAudited(AuditKind.ROLLBACK_EXECUTED)).isFalse();
            assertThat(testMonitor.audited(AuditKind.ROLLBACK_FAILED)).hasSize(1);
        }
    }

    @Test
    void aFurtherPromotionEndsTheWatchBefore() {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").release("next").start()) {
            PromotionResult first = testMonitor.promote("canary");
            testMonitor.monitor.startCanary(ALICE, "next");
            assertThat(testMonitor.monitor.promotionPlan().plan()).contains("switch the calls from canary to next");
            PromotionResult second = testMonitor.monitor.promote(ALICE, "and another", TestMonitor.agreedBy("dana"));

            assertThat(second.promotionId()).isNotEqualTo(first.promotionId());
            assertThat(testMonitor.monitor.status().promotionId()).isEqualTo(second.promotionId());
            AuditEvent stopped =
                    testMonitor.audited(AuditKind.MONITORING_STOPPED).get(0);
            assertThat(stopped.promotionId()).isEqualTo(first.promotionId());
            assertThat(stopped.payload().path("outcome").asString()).isEqualTo("stopped");
            assertThat(second.monitoringUntil().orElseThrow())
                    .isAfter(testMonitor
                            .monitor
                            .status()
                            .watch()
                            .orElseThrow()
                            .startedAt()
                            .plus(Duration.ofMinutes(4)));
        }
    }
}

package io.weathervane.rollback;

import static io.weathervane.rollback.Plant.ALICE;
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

class PromotionsTest {
    @TempDir
    Path folder;

    @Test
    void refusesWhatCannotBeDone() {
        try (Plant plant = Plant.in(folder).release("canary").start()) {
            assertThatThrownBy(() -> plant.monitor.promote(ALICE, "why not", Plant.agreedBy("dana")))
                    .isInstanceOf(RollbackRefusedException.class)
                    .hasMessageContaining("there is no canary to promote")
                    .hasMessageContaining("worker_start_canary");
            assertThatThrownBy(plant.monitor::promotionPlan).hasMessageContaining("there is no canary");
            assertThatThrownBy(() -> plant.monitor.rollback(ALICE, "why not"))
                    .isInstanceOf(RollbackRefusedException.class)
                    .hasMessageContaining("there is no previous worker to go back to")
                    .hasMessageContaining("kill_switch_engage");
            assertThatThrownBy(() -> plant.monitor.startCanary(ALICE, "canery"))
                    .isInstanceOf(RollbackRefusedException.class)
                    .hasMessageContaining("did you mean canary?");

            plant.monitor.startCanary(ALICE, "canary");
            plant.kill(plant.workers.view().canary().orElseThrow().pid());
            Await.until(
                    "the canary is dead",
                    () -> plant.workers.view().canary().orElseThrow().state() == WorkerState.EXITED);
            assertThatThrownBy(() -> plant.monitor.promote(ALICE, "why not", Plant.agreedBy("dana")))
                    .isInstanceOf(RollbackRefusedException.class)
                    .hasMessageContaining("canary");

            assertThat(plant.active()).isEqualTo("stable");
            assertThat(plant.monitor.status().state()).isEqualTo("idle");
            assertThat(plant.hasAudited(AuditKind.MONITORING_STARTED)).isFalse();
            assertThat(plant.hasAudited(AuditKind.WORKER_SWITCHED)).isFalse();
        }
    }

    @Test
    void refusesAnUnhealthyCanary() {
        try (Plant plant = Plant.in(folder).release("sick", "--health-false").start()) {
            plant.monitor.startCanary(ALICE, "sick");

            assertThatThrownBy(() -> plant.monitor.promote(ALICE, "why not", Plant.agreedBy("dana")))
                    .hasMessageContaining("is not healthy");

            assertThat(plant.active()).isEqualTo("stable");
            assertThat(plant.monitor.status().state()).isEqualTo("idle");
        }
    }

    @Test
    void refusesToPromoteWhileTheKillSwitchIsOn() {
        try (Plant plant = Plant.in(folder).release("canary").start()) {
            plant.monitor.startCanary(ALICE, "canary");
            plant.flags.engage("customers complain", new Actor("bob"), Optional.empty());

            assertThatThrownBy(() -> plant.monitor.promote(ALICE, "why not", Plant.agreedBy("dana")))
                    .isInstanceOf(RollbackRefusedException.class)
                    .hasMessageContaining("the kill switch is engaged")
                    .hasMessageContaining("by bob: customers complain");
            assertThatThrownBy(plant.monitor::promotionPlan).hasMessageContaining("the kill switch is engaged");

            assertThat(plant.active()).isEqualTo("stable");
        }
    }

    @Test
    void promotesNothingThatCannotBeRecorded() throws SQLException {
        try (Plant plant = Plant.in(folder).release("canary").start()) {
            plant.monitor.startCanary(ALICE, "canary");
            try (Connection other = plant.connect();
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");

                assertThatThrownBy(() -> plant.monitor.promote(ALICE, "why not", Plant.agreedBy("dana")))
                        .isInstanceOf(RollbackRefusedException.class)
                        .hasMessageContaining("cannot be recorded");
                statement.execute("ROLLBACK");
            }

            assertThat(plant.active()).isEqualTo("stable");
            assertThat(plant.monitor.status().state()).isEqualTo("idle");
        }
    }

    @Test
    void ofTwoPromotionsAtOnceOneIsDone() throws InterruptedException {
        ExecutorService two = Executors.newFixedThreadPool(2);
        try (Plant plant = Plant.in(folder).release("canary").start()) {
            plant.monitor.startCanary(ALICE, "canary");
            Callable<Boolean> promotion = () -> plant.monitor
                    .promote(ALICE, "me first", Plant.agreedBy("dana"))
                    .promoted();

            long done = two.invokeAll(List.of(promotion, promotion)).stream()
                    .filter(PromotionsTest::succeeded)
                    .count();

            assertThat(done).isEqualTo(1);
            assertThat(plant.audited(AuditKind.MONITORING_STARTED)).hasSize(1);
            assertThat(plant.active()).isEqualTo("canary");
        } finally {
            two.shutdownNow();
        }
    }

    private static boolean succeeded(Future<Boolean> future) {
        try {
            return future.get();
        } catch (ExecutionException refused) {
            assertThat(refused).hasCauseInstanceOf(RollbackRefusedException.class);
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void rollsBackByHandWithoutTheKillSwitch() {
        try (Plant plant = Plant.in(folder).release("canary").start()) {
            PromotionResult promoted = plant.promote("canary");
            RollbackResult plan = plant.monitor.rollbackPlan();
            assertThat(plan.rolledBack()).isFalse();
            assertThat(plan.plan()).contains("switch the calls from canary to stable");
            assertThat(plant.active()).isEqualTo("canary");

            RollbackResult result = plant.monitor.rollback(ALICE, "customers complain");

            assertThat(result.rolledBack()).isTrue();
            assertThat(result.from()).contains("canary");
            assertThat(result.to()).contains("stable");
            assertThat(result.verified()).contains(true);
            assertThat(result.steps()).extracting(ActionOutcome::outcome).containsOnly("done");
            assertThat(plant.active()).isEqualTo("stable");
            assertThat(plant.flags.snapshot().killSwitchEngaged()).isFalse();
            assertThat(plant.monitor.status().state()).isEqualTo("ended");
            AuditEvent executed = plant.audited(AuditKind.ROLLBACK_EXECUTED).get(0);
            assertThat(executed.actor()).isEqualTo(ALICE);
            assertThat(executed.promotionId()).isEqualTo(promoted.promotionId());
            assertThat(executed.payload().path("automatic").asBoolean(true)).isFalse();
            assertThat(plant.audited(AuditKind.DECISION)
                            .get(0)
                            .payload()
                            .path("reason")
                            .asString())
                    .isEqualTo("Manual rollback: customers complain");
            assertThat(plant.saidOf(EventType.ROLLBACK_EXECUTED)).hasSize(1);
        }
    }

    @Test
    void aRollbackByHandThatFailsChangesNothingAndSaysSo() throws IOException {
        try (Plant plant = Plant.in(folder).stableByScript().release("canary").start()) {
            plant.promote("canary");
            plant.losePrevious();

            assertThatThrownBy(() -> plant.monitor.rollback(ALICE, "customers complain"))
                    .isInstanceOf(RollbackRefusedException.class)
                    .hasMessageContaining("the rollback to stable was not done")
                    .hasMessageContaining("did not start");

            assertThat(plant.active()).isEqualTo("canary");
            assertThat(plant.monitor.status().state()).isEqualTo("watching");
            assertThat(plant.hasAudited(AuditKind.ROLLBACK_EXECUTED)).isFalse();
            assertThat(plant.audited(AuditKind.ROLLBACK_FAILED)).hasSize(1);
        }
    }

    @Test
    void aFurtherPromotionEndsTheWatchBefore() {
        try (Plant plant = Plant.in(folder).release("canary").release("next").start()) {
            PromotionResult first = plant.promote("canary");
            plant.monitor.startCanary(ALICE, "next");
            assertThat(plant.monitor.promotionPlan().plan()).contains("switch the calls from canary to next");
            PromotionResult second = plant.monitor.promote(ALICE, "and another", Plant.agreedBy("dana"));

            assertThat(second.promotionId()).isNotEqualTo(first.promotionId());
            assertThat(plant.monitor.status().promotionId()).isEqualTo(second.promotionId());
            AuditEvent stopped = plant.audited(AuditKind.MONITORING_STOPPED).get(0);
            assertThat(stopped.promotionId()).isEqualTo(first.promotionId());
            assertThat(stopped.payload().path("outcome").asString()).isEqualTo("stopped");
            assertThat(second.monitoringUntil().orElseThrow())
                    .isAfter(plant.monitor.status().startedAt().orElseThrow().plus(Duration.ofMinutes(4)));
        }
    }
}

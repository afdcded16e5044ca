package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.monitor.Action;
import io.weathervane.monitor.MonitorMachine;
import io.weathervane.rollback.PromotionWatch.Pending;
import io.weathervane.testing.Await;
import io.weathervane.worker.SwitchNotes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that dies at a bad moment, and a database that does not take a record. */
class ResumeTest {
    private static final Duration RARELY = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    @Test
    void finishesARollbackThatWasDecidedAndNotBegun() {
        leaveDecided(Action.ROLLBACK, plant -> assertThat(plant.active()).isEqualTo("canary"));

        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            Await.until("the rollback", () -> plant.said(EventType.ROLLBACK_EXECUTED));

            assertThat(plant.active()).isEqualTo("stable");
            assertThat(plant.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(plant.audited(AuditKind.ROLLBACK_EXECUTED)).hasSize(1);
            assertThat(plant.audited(AuditKind.DECISION).get(0).decision()).contains("rollback");
            assertThat(plant.monitor.status().outcome()).contains("rolled-back");
        }
        restartChangesNothing();
    }

    @Test
    void finishesARollbackWhoseSwitchWasDone() {
        leaveDecided(Action.ROLLBACK, plant -> plant.workers.switchToActive(SwitchNotes.NONE));

        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            Await.until("the rollback", () -> plant.said(EventType.ROLLBACK_EXECUTED));

            assertThat(plant.active()).isEqualTo("stable");
            assertThat(plant.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(plant.said(EventType.ROLLBACK_FAILED)).isFalse();
        }
        restartChangesNothing();
    }

    @Test
    void finishesAnEscalationWhoseKillSwitchWasOn() {
        leaveDecided(
                Action.ESCALATE, plant -> plant.flags.engage("Escalation: because", Actor.SYSTEM, Optional.empty()));

        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            Await.until("the escalation", () -> plant.said(EventType.ESCALATION_TRIGGERED));

            assertThat(plant.active()).isEqualTo("stable");
            assertThat(plant.audited(AuditKind.KILL_SWITCH_ACTIVATED)).hasSize(1);
            assertThat(plant.audited(AuditKind.ESCALATION_TRIGGERED)).hasSize(1);
        }
        restartChangesNothing();
    }

    @Test
    void resumesTheWindowForTheTimeThatIsLeftAndRecordsTheGap() {
        Instant deadline;
        long checks;
        try (Plant plant = Plant.in(folder).release("canary").start()) {
            plant.promote("canary");
            Await.until("two checks", () -> plant.monitor.status().checks() >= 2);
            plant.monitor.close();
            deadline = plant.monitor.status().endsAt().orElseThrow();
            checks = plant.monitor.status().checks();
        }
        Instant closed = Instant.now();
        Await.until("more than two intervals passed", () -> Instant.now().isAfter(closed.plusMillis(700)));

        try (Plant plant = Plant.in(folder).release("canary").start()) {
            assertThat(plant.active()).isEqualTo("canary");
            assertThat(plant.monitor.status().endsAt().orElseThrow())
                    .as("what nobody watched is watched now")
                    .isAfter(deadline.plusMillis(600));
            assertThat(plant.monitor.status().lastDecision()).isPresent();
            Await.until("a further check", () -> plant.monitor.status().checks() > checks);

            assertThat(plant.monitor.status().state()).isEqualTo("watching");
            assertThat(plant.audited(AuditKind.MONITORING_GAP)).isNotEmpty();
            assertThat(plant.audited(AuditKind.MONITORING_GAP)
                            .get(0)
                            .payload()
                            .path("gapMs")
                            .asLong())
                    .isGreaterThan(600);
        }
    }

    @Test
    void watchesForTheTimeThatIsLeftAlsoWhenTheClockWasSetBackMeanwhile() {
        Duration left;
        try (Plant plant = Plant.in(folder).release("canary").start()) {
            plant.promote("canary");
            Await.until("two checks", () -> plant.monitor.status().checks() >= 2);
            plant.monitor.close();
            left = plant.monitor.status().timeLeft().orElseThrow();
        }

        try (Plant plant = Plant.in(folder)
                .release("canary")
                .clockOff(Duration.ofHours(-1))
                .start()) {
            assertThat(plant.monitor.status().timeLeft().orElseThrow())
                    .isBetween(left.minusSeconds(20), left.plusSeconds(1));
            assertThat(plant.audited(AuditKind.MONITORING_GAP))
                    .singleElement()
                    .satisfies(gap ->
                            assertThat(gap.payload().path("gapMs").isNull()).isTrue())
                    .satisfies(gap -> assertThat(
                                    gap.payload().path("clockSetBackMs").asLong())
                            .isBetween(3_500_000L, 3_600_000L));
        }
    }

    @Test
    void stopsWatchingAWorkerThatWasReplacedWhileTheServerWasDown() {
        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            plant.promote("canary");
            plant.monitor.close();
            plant.workers.switchToActive(SwitchNotes.NONE);
        }

        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            assertThat(plant.monitor.status().outcome()).contains("stopped");
            assertThat(plant.audited(AuditKind.MONITORING_STOPPED)).hasSize(1);
        }
    }

    @Test
    void escalatesInMemoryWhileTheDatabaseIsLockedAndRecordsItLater() throws SQLException {
        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            plant.promote("canary");
            try (Connection other = plant.connect();
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                plant.kill(plant.workers.view().active().orElseThrow().pid());
                Await.until("the escalation", () -> plant.said(EventType.ESCALATION_TRIGGERED));

                assertThat(plant.flags.snapshot().killSwitchEngaged()).isTrue();
                assertThat(plant.flags.killSwitch().durable()).isFalse();
                assertThat(plant.active()).isEqualTo("stable");
                assertThat(plant.hasAudited(AuditKind.ESCALATION_TRIGGERED)).isFalse();
                Await.until(
                        "it is told",
                        () -> plant.monitor.status().warnings().stream()
                                .anyMatch(warning -> warning.contains("cannot be written")));
                statement.execute("ROLLBACK");
            }

            Await.until("the record", () -> plant.hasAudited(AuditKind.ESCALATION_TRIGGERED));
            Await.until(
                    "the kill switch is durable", () -> plant.flags.killSwitch().durable());
            assertThat(plant.audited(AuditKind.WORKER_EXITED)).hasSize(1);
            assertThat(plant.audited(AuditKind.ESCALATION_TRIGGERED)).hasSize(1);
            Await.until(
                    "the switch is recorded",
                    () -> plant.workers.view().notes().stream().noneMatch(note -> note.contains("does not have it")));
            Await.until(
                    "nothing is behind", () -> plant.monitor.status().warnings().isEmpty());
        }
        restartChangesNothing();
    }

    /** The server as it was when it died: the decision is in the database, its actions are not finished. */
    private void leaveDecided(Action action, Consumer<Plant> begun) {
        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            plant.promote("canary");
            plant.monitor.close();
            WatchStore store = new WatchStore(plant.database);
            PromotionWatch watch = store.newest().orElseThrow();
            Pending pending = new Pending(
                    action,
                    MonitorJson.object()
                            .put("reason", "High error rate (42.5%) with 5 failures")
                            .put("errorRate", 0.425)
                            .put("failureCount", 5));
            PromotionWatch decided =
                    watch.with(MonitorMachine.acted(watch.state(), action)).pending(pending);
            plant.database.write(sql -> {
                store.save(sql, decided, Instant.now());
                return true;
            });
            begun.accept(plant);
        }
    }

    private void restartChangesNothing() {
        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            assertThat(plant.active()).isEqualTo("stable");
            assertThat(plant.monitor.status().state()).isEqualTo("ended");
            assertThat(plant.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(plant.said(EventType.ROLLBACK_EXECUTED)).isFalse();
            assertThat(plant.said(EventType.ESCALATION_TRIGGERED)).isFalse();
        }
    }
}

package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.rollback.MonitorStatus.Watch;
import io.weathervane.testing.Await;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchRecord.Pending;
import io.weathervane.watch.WatchStore;
import io.weathervane.worker.AdditionalSwitchRecordSource;
import io.weathervane.worker.ServiceName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that dies at a bad moment, and a database that does not take a record. */
class WatchResumeAfterCrashTest {
    private static final Duration RARELY = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    @Test
    void finishesARollbackThatWasDecidedAndNotBegun() {
        leaveDecided(
                DecisionAction.ROLLBACK,
                testMonitor -> assertThat(testMonitor.active()).isEqualTo("canary"));

        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            Await.until("the rollback", () -> testMonitor.published(EventType.ROLLBACK_EXECUTED));

            assertThat(testMonitor.active()).isEqualTo("stable");
            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(testMonitor.audited(AuditKind.ROLLBACK_EXECUTED)).hasSize(1);
            assertThat(testMonitor.audited(AuditKind.DECISION).get(0).decision())
                    .contains("rollback");
            assertThat(testMonitor.monitor.status().outcome()).contains(WatchOutcome.ROLLED_BACK);
        }
        restartChangesNothing();
    }

    @Test
    void finishesARollbackWhoseSwitchWasDone() {
        leaveDecided(
                DecisionAction.ROLLBACK,
                testMonitor -> testMonitor.workers.switchToActive(AdditionalSwitchRecordSource.NONE));

        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            Await.until("the rollback", () -> testMonitor.published(EventType.ROLLBACK_EXECUTED));

            assertThat(testMonitor.active()).isEqualTo("stable");
            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(testMonitor.published(EventType.ROLLBACK_FAILED)).isFalse();
        }
        restartChangesNothing();
    }

    @Test
    void finishesAnEscalationWhoseKillSwitchWasOn() {
        leaveDecided(
                DecisionAction.ESCALATE,
                testMonitor -> testMonitor.flags.engage("Escalation: because", Actor.SYSTEM, Optional.empty()));

        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            Await.until("the escalation", () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));

            assertThat(testMonitor.active()).isEqualTo("stable");
            assertThat(testMonitor.audited(AuditKind.KILL_SWITCH_ACTIVATED)).hasSize(1);
            assertThat(testMonitor.audited(AuditKind.ESCALATION_TRIGGERED)).hasSize(1);
        }
        restartChangesNothing();
    }

    @Test
    void resumesTheWindowForTheTimeThatIsLeftAndRecordsTheGap() {
        Instant deadline;
        long checks;
        try (TestMonitor testMonitor = TestMonitor.in(folder).release("canary").start()) {
            testMonitor.promote("canary");
            Await.until("two checks", () -> testMonitor.monitor.status().checks() >= 2);
            testMonitor.monitor.close();
            deadline = testMonitor.monitor.status().watch().orElseThrow().endsAt();
            checks = testMonitor.monitor.status().checks();
        }
        Instant closed = Instant.now();
        Await.until("more than two intervals passed", () -> Instant.now().isAfter(closed.plusMillis(700)));

        try (TestMonitor testMonitor = TestMonitor.in(folder).release("canary").start()) {
            assertThat(testMonitor.active()).isEqualTo("canary");
            assertThat(testMonitor.monitor.status().watch().orElseThrow().endsAt())
                    .as("what was not watched is watched now")
                    .isAfter(deadline.plusMillis(600));
            assertThat(testMonitor.monitor.status().lastDecision()).isPresent();
            Await.until("a further check", () -> testMonitor.monitor.status().checks() > checks);

            assertThat(testMonitor.monitor.status().state()).isEqualTo("watching");
            assertThat(testMonitor.audited(AuditKind.MONITORING_GAP)).isNotEmpty();
            assertThat(testMonitor
                            .audited(AuditKind.MONITORING_GAP)
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
        try (TestMonitor testMonitor = TestMonitor.in(folder).release("canary").start()) {
            testMonitor.promote("canary");
            Await.until("two checks", () -> testMonitor.monitor.status().checks() >= 2);
            testMonitor.monitor.close();
            left = testMonitor
                    .monitor
                    .status()
                    .watch()
                    .flatMap(Watch::remaining)
                    .orElseThrow()
                    .time();
        }

        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .release("canary")
                .clockOff(Duration.ofHours(-1))
                .start()) {
            assertThat(testMonitor
                            .monitor
                            .status()
                            .watch()
                            .flatMap(Watch::remaining)
                            .orElseThrow()
                            .time())
                    .isBetween(left.minusSeconds(20), left.plusSeconds(1));
            assertThat(testMonitor.audited(AuditKind.MONITORING_GAP))
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
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            testMonitor.promote("canary");
            testMonitor.monitor.close();
            testMonitor.workers.switchToActive(AdditionalSwitchRecordSource.NONE);
        }

        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            assertThat(testMonitor.monitor.status().outcome()).contains(WatchOutcome.STOPPED);
            assertThat(testMonitor.audited(AuditKind.MONITORING_STOPPED)).hasSize(1);
        }
    }

    @Test
    void escalatesInMemoryWhileTheDatabaseIsLockedAndRecordsItLater() throws SQLException {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            testMonitor.promote("canary");
            try (Connection other = testMonitor.connect();
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                testMonitor.kill(
                        testMonitor.workers.view().active().orElseThrow().pid().orElseThrow());
                Await.until("the escalation", () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));

                assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
                assertThat(testMonitor.flags.killSwitch().durable()).isFalse();
                assertThat(testMonitor.active()).isEqualTo("stable");
                assertThat(testMonitor.hasAudited(AuditKind.ESCALATION_TRIGGERED))
                        .isFalse();
                Await.until(
                        "it is told",
                        () -> testMonitor.monitor.status().warnings().stream()
                                .anyMatch(warning -> warning.contains("cannot be written")));
                statement.execute("ROLLBACK");
            }

            Await.until("the record", () -> testMonitor.hasAudited(AuditKind.ESCALATION_TRIGGERED));
            Await.until(
                    "the kill switch is durable",
                    () -> testMonitor.flags.killSwitch().durable());
            assertThat(testMonitor.audited(AuditKind.WORKER_EXITED)).hasSize(1);
            assertThat(testMonitor.audited(AuditKind.ESCALATION_TRIGGERED)).hasSize(1);
            Await.until(
                    "the switch is recorded",
                    () -> testMonitor.workers.view().notes().stream()
                            .noneMatch(note -> note.contains("does not have it")));
            Await.until(
                    "nothing is behind",
                    () -> testMonitor.monitor.status().warnings().isEmpty());
        }
        restartChangesNothing();
    }

    /** The server as it was when it died: the decision is in the database, its actions are not finished. */
    private void leaveDecided(DecisionAction action, Consumer<TestMonitor> begun) {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            testMonitor.promote("canary");
            testMonitor.monitor.close();
            WatchStore store = new WatchStore(testMonitor.database, ServiceName.DEFAULT, Clock.systemUTC());
            WatchRecord watch = store.newest().orElseThrow();
            Pending pending = new Pending(
                    action,
                    MonitorJson.object()
                            .put("reason", "High error rate (42.5%) with 5 failures")
                            .put("errorRate", 0.425)
                            .put("failureCount", 5));
            WatchRecord decided =
                    watch.with(MonitorStateMachine.acted(watch.state(), action)).pending(pending);
            testMonitor.database.write(sql -> {
                store.save(sql, decided, Instant.now());
                return true;
            });
            begun.accept(testMonitor);
        }
    }

    private void restartChangesNothing() {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            assertThat(testMonitor.active()).isEqualTo("stable");
            assertThat(testMonitor.monitor.status().state()).isEqualTo("ended");
            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(testMonitor.published(EventType.ROLLBACK_EXECUTED)).isFalse();
            assertThat(testMonitor.published(EventType.ESCALATION_TRIGGERED)).isFalse();
        }
    }
}

package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditVerifier;
import io.weathervane.event.EventType;
import io.weathervane.explanation.DecisionExplainer;
import io.weathervane.flags.EngageResult;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.testing.Await;
import io.weathervane.util.Closer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes things safe waits for no database: it is done at once, and written when that is possible. */
final class LostDatabaseActionTest {
    /** A wait for another program's lock, which is 5 s, does not fit in. */
    private static final Duration AT_ONCE = Duration.ofSeconds(4);

    private static final Duration RARELY = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void escalatesAtOnceWhenTheDatabaseIsLockedAndTheAuditHasItInOrderLater() throws Exception {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            testMonitor.promote("canary");
            whileLocked(testMonitor, () -> {
                testMonitor.kill(
                        testMonitor.workers.view().active().orElseThrow().pid().orElseThrow());

                Await.until("the escalation", AT_ONCE, () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));
                assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
                assertThat(testMonitor.active()).isEqualTo("stable");
                Await.until(
                        "it is told",
                        () -> testMonitor.database.deferredWrites().lag().degraded());
            });

            Await.until("the record", () -> testMonitor.hasAudited(AuditKind.ESCALATION_TRIGGERED));
            assertThat(seq(testMonitor, AuditKind.KILL_SWITCH_ACTIVATED))
                    .isLessThan(seq(testMonitor, AuditKind.WORKER_SWITCHED))
                    .isLessThan(seq(testMonitor, AuditKind.ESCALATION_TRIGGERED));
            Await.until(
                    "chain and files agree",
                    () -> AuditVerifier.verify(
                                    testMonitor.audit, testMonitor.database, testMonitor.workspace.analytics())
                            .intact());
        }
    }

    @Test
    void aRollbackByHandAndTheKillSwitchAnswerAtOnceAndSayWhatIsNotWritten() throws Exception {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            testMonitor.promote("canary");
            whileLocked(testMonitor, () -> {
                Timed<RollbackResult> rollback =
                        timed(() -> testMonitor.monitor.rollback(TestMonitor.ALICE, "it is slow"));
                Timed<EngageResult> engageResult =
                        timed(() -> testMonitor.flags.engage("to be sure", TestMonitor.ALICE, Optional.empty()));
                Timed<EngageResult> again =
                        timed(() -> testMonitor.flags.engage("once more", TestMonitor.ALICE, Optional.empty()));

                assertThat(rollback.result().rolledBack()).isTrue();
                assertThat(rollback.result().steps())
                        .anyMatch(step -> step.detail().contains("not recorded yet"));
                assertThat(rollback.took()).isLessThan(AT_ONCE);
                assertThat(engageResult.result().status().durable()).isFalse();
                assertThat(engageResult.result().warning().orElseThrow()).contains("not in the database yet");
                assertThat(engageResult.took()).isLessThan(AT_ONCE);
                assertThat(again.result().alreadyEngaged()).isTrue();
                assertThat(again.took()).isLessThan(AT_ONCE);
            });

            Await.until("it is durable", () -> testMonitor.flags.killSwitch().durable());
            Await.until(
                    "nothing waits",
                    () -> testMonitor.database.deferredWrites().lag().waiting() == 0);
            assertThat(testMonitor.audited(AuditKind.KILL_SWITCH_ACTIVATED)).hasSize(1);
            assertThat(testMonitor.audited(AuditKind.ROLLBACK_EXECUTED)).hasSize(1);
        }
    }

    @Test
    void checksGoOnAtTheirOwnPaceWhenTheDatabaseIsLocked() throws Exception {
        try (TestMonitor testMonitor = TestMonitor.in(folder).release("canary").start()) {
            testMonitor.promote("canary");
            whileLocked(testMonitor, () -> {
                long before = testMonitor.monitor.status().checks();

                Await.until(
                        "eight checks",
                        AT_ONCE.multipliedBy(5), // held up by the lock, eight take 40 s
                        () -> testMonitor.monitor.status().checks() > before + 8);
            });
        }
    }

    @Test
    void refusesAPromotionInWordsAndChangesNothingWhenTheDatabaseIsLocked() throws Exception {
        try (TestMonitor testMonitor = TestMonitor.in(folder).release("canary").start()) {
            testMonitor.monitor.startCanary(TestMonitor.ALICE, "canary");
            whileLocked(testMonitor, () -> {
                testMonitor.database.deferredWrites().catchUp();
                Await.until(
                        "the lock is noticed",
                        () -> testMonitor.database.deferredWrites().lag().degraded());

                assertThatThrownBy(() ->
                                testMonitor.monitor.promote(TestMonitor.ALICE, "now", TestMonitor.agreedBy("dana")))
                        .isInstanceOf(ActionRefusedException.class)
                        .hasMessageContaining("another program holds the lock");
                assertThat(testMonitor.active()).isEqualTo("stable");
            });
        }
    }

    @Test
    void escalatesAtOnceWhenTheDatabaseIsGone() throws Exception {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            testMonitor.promote("canary");
            Path file = testMonitor.database.file();
            Path away = file.resolveSibling("away.db");
            Files.move(file, away);
            testMonitor.kill(
                    testMonitor.workers.view().active().orElseThrow().pid().orElseThrow());

            Await.until("the escalation", AT_ONCE, () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));
            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(testMonitor.active()).isEqualTo("stable");

            Files.move(away, file);
            Await.until("the record", () -> testMonitor.hasAudited(AuditKind.ESCALATION_TRIGGERED));
            Await.until("it is durable", () -> testMonitor.flags.killSwitch().durable());
        }
    }

    @Test
    void theNextServerKnowsWhatThisOneCouldNotWrite() throws Exception {
        TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start();
        Closer closer = new Closer();
        closer.register(testMonitor);
        try {
            testMonitor.promote("canary");
            whileLocked(testMonitor, () -> {
                testMonitor.kill(
                        testMonitor.workers.view().active().orElseThrow().pid().orElseThrow());
                Await.until("the escalation", () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));
                Await.until(
                        "all of it is kept",
                        () -> testMonitor.database.deferredWrites().lag().kept()
                                == testMonitor.database.deferredWrites().lag().waiting());
                closer.close();
            });
        } finally {
            closer.close();
        }

        try (TestMonitor next =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            assertThat(next.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(next.active()).isEqualTo("stable");
            assertThat(next.monitor.status().outcome()).contains(WatchOutcome.ESCALATED);
            assertThat(next.audited(AuditKind.KILL_SWITCH_ACTIVATED)).hasSize(1);
            assertThat(next.audited(AuditKind.ESCALATION_TRIGGERED)).hasSize(1);
            Await.until("it is durable", () -> next.flags.killSwitch().durable());
        }
    }

    @Test
    void aCanaryThatComesAndGoesUnderALockIsInTheJournalWhenTheCallReturns() throws Exception {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            whileLocked(testMonitor, () -> {
                testMonitor.monitor.startCanary(TestMonitor.ALICE, "canary");
                assertThat(journal(testMonitor)).contains("worker-started").doesNotContain("worker-stopped");

                testMonitor.monitor.stopCanary(TestMonitor.ALICE, "x");
                assertThat(journal(testMonitor)).contains("worker-stopped");
            });

            Await.until("the record", () -> testMonitor.hasAudited(AuditKind.WORKER_STOPPED));
            assertThat(testMonitor.audited(AuditKind.WORKER_STARTED)).hasSize(1);
        }
    }

    @Test
    void tellsOfDecisionsThatTheDatabaseDoesNotHave() throws Exception {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary").checkInterval(RARELY).start()) {
            testMonitor.promote("canary");
            assertThat(new DecisionExplainer(testMonitor.audit).unwritten()).isEmpty();
            whileLocked(testMonitor, () -> {
                testMonitor.kill(
                        testMonitor.workers.view().active().orElseThrow().pid().orElseThrow());
                Await.until("the escalation", () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));

                Await.until(
                        "its decision is told",
                        () -> new DecisionExplainer(testMonitor.audit)
                                .unwritten().stream()
                                        .anyMatch(one -> one.decision().equals("escalate")));
            });
            Await.until("the record", () -> testMonitor.hasAudited(AuditKind.ESCALATION_TRIGGERED));
            Await.until(
                    "nothing waits",
                    () -> new DecisionExplainer(testMonitor.audit).unwritten().isEmpty());
        }
    }

    private static String journal(TestMonitor testMonitor) throws IOException {
        return Files.readString(
                testMonitor.database.file().resolveSibling("pending.journal"), StandardCharsets.ISO_8859_1);
    }

    private record Timed<T>(T result, Duration took) {}

    private static <T> Timed<T> timed(Supplier<T> work) {
        long begun = System.nanoTime();
        T result = work.get();
        return new Timed<>(result, Duration.ofNanos(System.nanoTime() - begun));
    }

    private static long seq(TestMonitor testMonitor, AuditKind kind) {
        return testMonitor.audited(kind).get(0).seq();
    }

    /** Does it while another program holds the lock. */
    private static void whileLocked(TestMonitor testMonitor, Act act) throws Exception {
        try (Connection other = testMonitor.connect();
                Statement statement = other.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 5000");
            statement.execute("BEGIN EXCLUSIVE");
            act.run();
        }
    }

    private interface Act {
        void run() throws Exception;
    }
}

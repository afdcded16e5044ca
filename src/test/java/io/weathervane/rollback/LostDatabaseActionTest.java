package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.audit.AuditFiles;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditVerifier;
import io.weathervane.event.EventType;
import io.weathervane.flags.EngageResult;
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
        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            plant.promote("canary");
            whileLocked(plant, () -> {
                plant.kill(plant.workers.view().active().orElseThrow().pid());

                Await.until("the escalation", AT_ONCE, () -> plant.said(EventType.ESCALATION_TRIGGERED));
                assertThat(plant.flags.snapshot().killSwitchEngaged()).isTrue();
                assertThat(plant.active()).isEqualTo("stable");
                Await.until("it is told", () -> plant.database.late().lag().degraded());
            });

            Await.until("the record", () -> plant.hasAudited(AuditKind.ESCALATION_TRIGGERED));
            assertThat(seq(plant, AuditKind.KILL_SWITCH_ACTIVATED))
                    .isLessThan(seq(plant, AuditKind.WORKER_SWITCHED))
                    .isLessThan(seq(plant, AuditKind.ESCALATION_TRIGGERED));
            try (AuditFiles files = AuditFiles.start(plant.audit, plant.database, folder)) {
                files.wake();
                Await.until(
                        "chain and files agree",
                        () -> AuditVerifier.verify(plant.audit, plant.database, folder)
                                .intact());
            }
        }
    }

    @Test
    void aRollbackByHandAndTheKillSwitchAnswerAtOnceAndSayWhatIsNotWritten() throws Exception {
        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            plant.promote("canary");
            whileLocked(plant, () -> {
                Timed<RollbackResult> rollback = timed(() -> plant.monitor.rollback(Plant.ALICE, "it is slow"));
                Timed<EngageResult> engagement =
                        timed(() -> plant.flags.engage("to be sure", Plant.ALICE, Optional.empty()));
                Timed<EngageResult> again = timed(() -> plant.flags.engage("once more", Plant.ALICE, Optional.empty()));

                assertThat(rollback.result().rolledBack()).isTrue();
                assertThat(rollback.result().steps())
                        .anyMatch(step -> step.detail().contains("not recorded yet"));
                assertThat(rollback.took()).isLessThan(AT_ONCE);
                assertThat(engagement.result().status().durable()).isFalse();
                assertThat(engagement.result().warning().orElseThrow()).contains("not in the database yet");
                assertThat(engagement.took()).isLessThan(AT_ONCE);
                assertThat(again.result().alreadyEngaged()).isTrue();
                assertThat(again.took()).isLessThan(AT_ONCE);
            });

            Await.until("it is durable", () -> plant.flags.killSwitch().durable());
            Await.until("nothing waits", () -> plant.database.late().lag().waiting() == 0);
            assertThat(plant.audited(AuditKind.KILL_SWITCH_ACTIVATED)).hasSize(1);
            assertThat(plant.audited(AuditKind.ROLLBACK_EXECUTED)).hasSize(1);
        }
    }

    @Test
    void checksGoOnAtTheirOwnPaceWhenTheDatabaseIsLocked() throws Exception {
        try (Plant plant = Plant.in(folder).release("canary").start()) {
            plant.promote("canary");
            whileLocked(plant, () -> {
                long before = plant.monitor.status().checks();

                Await.until(
                        "eight checks",
                        AT_ONCE.multipliedBy(5), // held up by the lock, eight take 40 s
                        () -> plant.monitor.status().checks() > before + 8);
            });
        }
    }

    @Test
    void refusesAPromotionInWordsAndChangesNothingWhenTheDatabaseIsLocked() throws Exception {
        try (Plant plant = Plant.in(folder).release("canary").start()) {
            plant.monitor.startCanary(Plant.ALICE, "canary");
            whileLocked(plant, () -> {
                plant.database.late().catchUp();
                Await.until(
                        "the lock is noticed", () -> plant.database.late().lag().degraded());

                assertThatThrownBy(() -> plant.monitor.promote(Plant.ALICE, "now", Plant.agreedBy("dana")))
                        .isInstanceOf(RollbackRefusedException.class)
                        .hasMessageContaining("another program holds the lock");
                assertThat(plant.active()).isEqualTo("stable");
            });
        }
    }

    @Test
    void escalatesAtOnceWhenTheDatabaseIsGone() throws Exception {
        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            plant.promote("canary");
            Path file = plant.database.file();
            Path away = file.resolveSibling("away.db");
            Files.move(file, away);
            plant.kill(plant.workers.view().active().orElseThrow().pid());

            Await.until("the escalation", AT_ONCE, () -> plant.said(EventType.ESCALATION_TRIGGERED));
            assertThat(plant.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(plant.active()).isEqualTo("stable");

            Files.move(away, file);
            Await.until("the record", () -> plant.hasAudited(AuditKind.ESCALATION_TRIGGERED));
            Await.until("it is durable", () -> plant.flags.killSwitch().durable());
        }
    }

    @Test
    void theNextServerKnowsWhatThisOneCouldNotWrite() throws Exception {
        Plant plant = Plant.in(folder).release("canary").checkInterval(RARELY).start();
        Closer closer = new Closer();
        closer.register(plant);
        try {
            plant.promote("canary");
            whileLocked(plant, () -> {
                plant.kill(plant.workers.view().active().orElseThrow().pid());
                Await.until("the escalation", () -> plant.said(EventType.ESCALATION_TRIGGERED));
                Await.until(
                        "all of it is kept",
                        () -> plant.database.late().lag().kept()
                                == plant.database.late().lag().waiting());
                closer.close();
            });
        } finally {
            closer.close();
        }

        try (Plant next =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            assertThat(next.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(next.active()).isEqualTo("stable");
            assertThat(next.monitor.status().outcome()).contains("escalated");
            assertThat(next.audited(AuditKind.KILL_SWITCH_ACTIVATED)).hasSize(1);
            assertThat(next.audited(AuditKind.ESCALATION_TRIGGERED)).hasSize(1);
            Await.until("it is durable", () -> next.flags.killSwitch().durable());
        }
    }

    @Test
    void aCanaryThatComesAndGoesUnderALockIsInTheJournalWhenTheCallReturns() throws Exception {
        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            whileLocked(plant, () -> {
                plant.monitor.startCanary(Plant.ALICE, "canary");
                assertThat(journal(plant)).contains("worker-started").doesNotContain("worker-stopped");

                plant.monitor.stopCanary(Plant.ALICE, "x");
                assertThat(journal(plant)).contains("worker-stopped");
            });

            Await.until("the record", () -> plant.hasAudited(AuditKind.WORKER_STOPPED));
            assertThat(plant.audited(AuditKind.WORKER_STARTED)).hasSize(1);
        }
    }

    @Test
    void tellsOfDecisionsThatTheDatabaseDoesNotHave() throws Exception {
        try (Plant plant =
                Plant.in(folder).release("canary").checkInterval(RARELY).start()) {
            plant.promote("canary");
            assertThat(plant.monitor.unwrittenDecisions()).isEmpty();
            whileLocked(plant, () -> {
                plant.kill(plant.workers.view().active().orElseThrow().pid());
                Await.until("the escalation", () -> plant.said(EventType.ESCALATION_TRIGGERED));

                Await.until(
                        "its decision is told",
                        () -> plant.monitor.unwrittenDecisions().stream()
                                .anyMatch(one -> one.decision().equals("escalate")));
            });
            Await.until("the record", () -> plant.hasAudited(AuditKind.ESCALATION_TRIGGERED));
            Await.until(
                    "nothing waits", () -> plant.monitor.unwrittenDecisions().isEmpty());
        }
    }

    private static String journal(Plant plant) throws IOException {
        return Files.readString(plant.database.file().resolveSibling("pending.journal"), StandardCharsets.ISO_8859_1);
    }

    private record Timed<T>(T result, Duration took) {}

    private static <T> Timed<T> timed(Supplier<T> work) {
        long begun = System.nanoTime();
        T result = work.get();
        return new Timed<>(result, Duration.ofNanos(System.nanoTime() - begun));
    }

    private static long seq(Plant plant, AuditKind kind) {
        return plant.audited(kind).get(0).seq();
    }

    /** Does it while another program holds the lock. */
    private static void whileLocked(Plant plant, Act act) throws Exception {
        try (Connection other = plant.connect();
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

package io.weathervane.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.FakeClock;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file's last line is evidence of what was lost, whether or not it is whole. */
class StateLossCheckTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final FakeClock clock = FakeClock.atNoon();
    private Path analytics;
    private Path killSwitch;
    private Path telemetry;
    private SqliteDatabase database;
    private AuditLog log;

    @BeforeEach
    void open() {
        analytics = folder.resolve("state/analytics");
        killSwitch = analytics.resolve("kill_switch_audit.log");
        telemetry = analytics.resolve("telemetry.jsonl");
        openDatabase("orchestrator");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aLostLineTornAtAnyByteReadsAsEngagedAndStays() throws Exception {
        byte[] before = engageResetAndBackUp();
        byte[] all = engageAgainAndRestore();

        for (int size = before.length + 1; size < all.length; size++) {
            Files.write(killSwitch, Arrays.copyOf(all, size));
            Files.deleteIfExists(telemetry);

            assertThat(loss()).as("torn at %d", size - before.length).hasValueSatisfying(lost -> {
                assertThat(lost.engaged()).isTrue();
                assertThat(lost.describe()).contains("kill_switch_audit.log ends with");
            });
        }
        Files.write(killSwitch, Arrays.copyOf(all, before.length + "2026-".length()));
        try (AuditFileSynchronizer files = AuditFileSynchronizer.start(log, database, analytics, Ticker.system())) {
            engage("found");
            assertThat(files.flush(LIMIT)).isTrue();
        }
        assertThat(Files.readString(killSwitch)).contains("\n2026-\n2026-").contains("found");
    }

    @Test
    void aLostLineOfTelemetryAloneIsEnoughWhereverItIsTorn() throws Exception {
        engageResetAndBackUp();
        byte[] before = Files.readAllBytes(telemetry);
        engageAgainAndRestore();
        byte[] all = Files.readAllBytes(telemetry);
        Files.delete(killSwitch);

        for (int size = before.length + 1; size < all.length; size++) {
            Files.write(telemetry, Arrays.copyOf(all, size));
            assertThat(loss().filter(StateLoss::engaged))
                    .as("torn at %d", size - before.length)
                    .isPresent();
        }
    }

    @Test
    void aTornLineThatTheDatabaseHasIsNoLoss() throws Exception {
        byte[] before = engageResetAndBackUp();
        engage("again");
        project();
        byte[] all = Files.readAllBytes(killSwitch);

        for (int size = before.length; size <= all.length; size++) {
            Files.write(killSwitch, Arrays.copyOf(all, size));
            assertThat(loss()).as("torn at %d", size - before.length).isEmpty();
        }
        byte[] zeros = Arrays.copyOf(all, all.length - 9);
        Arrays.fill(zeros, before.length + 4, zeros.length, (byte) 0); // as a power failure may leave it
        Files.write(killSwitch, zeros);
        assertThat(loss()).isEmpty();
        project();
        assertThat(Files.readAllBytes(killSwitch)).isEqualTo(all);
    }

    @Test
    void whatIsLostAndSaysThatItWasOffDoesNotEngage() throws Exception {
        engage("one");
        project();
        backUp();
        reset();
        project();
        restore();
        cut(killSwitch, 1);
        cut(telemetry, 5);

        assertThat(loss()).hasValueSatisfying(lost -> {
            assertThat(lost.engaged()).isFalse();
            assertThat(lost.describe()).contains("kill_switch_audit.log ends with RESET");
        });
    }

    @Test
    void aNoteOfAnOperatorWithoutItsEndIsNoLossAndHidesNone() throws Exception {
        engageResetAndBackUp();
        Files.writeString(killSwitch, "Reset at noon", StandardOpenOption.APPEND);
        assertThat(loss()).isEmpty();

        engageAgainAndRestore();
        Files.writeString(killSwitch, "x".repeat(300_000) + "\nlooked at it", StandardOpenOption.APPEND);
        Files.delete(telemetry);
        assertThat(loss().filter(StateLoss::engaged)).isPresent();
    }

    @Test
    void aFileThatCannotBeReadReadsAsEngaged() throws Exception {
        engageResetAndBackUp();
        Files.delete(killSwitch);
        Files.createDirectory(killSwitch);

        assertThat(loss()).hasValueSatisfying(lost -> {
            assertThat(lost.engaged()).isTrue();
            assertThat(lost.describe()).contains("kill_switch_audit.log cannot be read");
        });
    }

    private byte[] engageResetAndBackUp() throws IOException {
        engage("one");
        clock.advance(Duration.ofSeconds(2));
        reset();
        project();
        backUp();
        return Files.readAllBytes(killSwitch);
    }

    private byte[] engageAgainAndRestore() throws IOException {
        clock.advance(Duration.ofSeconds(2));
        engage("two");
        project();
        restore();
        return Files.readAllBytes(killSwitch);
    }

    private Optional<StateLoss> loss() {
        return StateLossCheck.run(log, database, analytics);
    }

    private void engage(String reason) {
        append(AuditKind.KILL_SWITCH_ACTIVATED, reason);
    }

    private void reset() {
        append(AuditKind.KILL_SWITCH_RESET, "fixed");
    }

    private void append(AuditKind kind, String reason) {
        log.append(NewAuditEvent.of(
                kind,
                new Actor("ada"),
                AuditPayloadJson.MAPPER.createObjectNode().put("reason", reason)));
    }

    private void project() {
        try (AuditFileSynchronizer files = AuditFileSynchronizer.start(log, database, analytics, Ticker.system())) {
            assertThat(files.flush(LIMIT)).isTrue();
        }
    }

    private void backUp() throws IOException {
        database.close();
        Files.copy(folder.resolve("state/orchestrator.db"), folder.resolve("state/backup.db"));
        openDatabase("orchestrator");
    }

    private void restore() {
        database.close();
        openDatabase("backup");
    }

    private void openDatabase(String name) {
        database = SqliteDatabase.open(folder.resolve("state/" + name + ".db"), StoreOptions.defaults());
        log = new AuditLog(database, clock);
    }

    private static void cut(Path file, int bytes) throws IOException {
        byte[] all = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(all, all.length - bytes));
    }
}

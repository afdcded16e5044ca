package io.weathervane.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.store.StoreException;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database locked, gone, or garbage while the server runs. */
class LostDatabaseTest {
    private static final Actor DANA = new Actor("dana");

    @TempDir
    Path folder;

    private FlagsFixture fixture;
    private LiveFlags flags;
    private Path aside;

    @BeforeEach
    void start() {
        fixture = FlagsFixture.started(folder);
        flags = fixture.flags();
        aside = folder.resolve("aside");
        flags.set(Map.of("PROMPT_MODE", "verbose"), DANA);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void tellsOfADatabaseThatCanBeReadAndNotWritten() throws SQLException {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + fixture.file);
                Statement lock = other.createStatement()) {
            lock.execute("BEGIN EXCLUSIVE");
            flags.engage("an incident", DANA, Optional.empty());

            Await.until("told", () -> fixture.eventTypes().contains(EventType.STORE_DEGRADED));
            assertThat(flags.snapshot().failSafe()).isFalse();
            assertThat(flags.view().degraded()).isFalse();
            assertThat(flags.unwrittenEngagement()).isPresent();
        }
        Await.until("audited", () -> !fixture.audited(AuditKind.STORE_RECOVERED).isEmpty());
        assertThat(fixture.audited(AuditKind.STORE_DEGRADED)).hasSize(1);
        assertThat(fixture.audited(AuditKind.STORE_DEGRADED)
                        .get(0)
                        .payload()
                        .path("readable")
                        .booleanValue())
                .isTrue();
        Await.until("it is durable", () -> flags.killSwitch().durable());
        assertThat(flags.unwrittenEngagement()).isEmpty();
    }

    @Test
    void keepsTheLastGoodFlagsAndThenFailsSafe() throws IOException {
        moveAway();

        Await.until("noticed", () -> flags.view().degraded());
        Await.until("failed safe", () -> flags.snapshot().failSafe());

        assertThat(flags.snapshot().effective()).isEqualTo(fixture.defaultsBut("DISABLE_NEW", "1"));
        assertThat(flags.snapshot().killSwitchEngaged()).isTrue();
        assertThat(flags.killSwitch().durable()).isFalse();
        assertThat(flags.killSwitch().reason()).contains("fail safe: the database cannot be read");
        assertThat(flags.view().degradedBecause().orElseThrow()).contains("cannot be read since");
        Await.until("told", () -> fixture.eventTypes().contains(EventType.STORE_DEGRADED));
        assertThatThrownBy(() -> flags.set(Map.of("UI_ENABLED", "1"), DANA)).isInstanceOf(StoreException.class);

        moveBack();
        Await.until("recovered", () -> !flags.snapshot().failSafe());
        Await.until("audited", () -> !fixture.audited(AuditKind.STORE_RECOVERED).isEmpty());

        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("verbose");
        assertThat(flags.killSwitch().engaged()).isFalse();
        assertThat(flags.view().degraded()).isFalse();
        assertThat(fixture.audited(AuditKind.STORE_DEGRADED)).hasSize(1);
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_ACTIVATED)).isEmpty();
        Await.until("told", () -> fixture.eventTypes().contains(EventType.STORE_RECOVERED));
        assertThat(flags.set(Map.of("UI_ENABLED", "1"), DANA).changed()).hasSize(1);
    }

    @Test
    void failsSafeWhenTheFileIsOverwrittenWithGarbage() throws IOException {
        byte[] garbage = "this is no database at all, whatever its name says\n"
                .repeat(500)
                .getBytes(StandardCharsets.UTF_8);
        Files.write(aside, garbage);
        Files.move(aside, fixture.file, StandardCopyOption.REPLACE_EXISTING);

        Await.until("failed safe", () -> flags.snapshot().failSafe());

        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("compact");
        flags.engage("errors", DANA, Optional.empty());
        assertThat(fixture.eventTypes()).contains(EventType.KILL_SWITCH_ACTIVATED);
        assertThat(flags.killSwitch().by()).contains("dana");
        assertThat(fixture.file).hasBinaryContent(garbage);
    }

    @Test
    void keepsAnEngagementMadeWhileTheDatabaseWasAway() throws IOException {
        moveAway();

        EngageResult engageResult = flags.engage("errors", DANA, Optional.of("p-1"));

        assertThat(flags.snapshot().killSwitchEngaged()).isTrue();
        assertThat(engageResult.status().durable()).isFalse();
        assertThat(engageResult.warning().orElseThrow()).contains("not in the database yet");
        assertThat(flags.engage("again", new Actor("lee"), Optional.empty())
                        .status()
                        .by())
                .contains("dana");

        Await.until("failed safe", () -> flags.snapshot().failSafe());
        moveBack();
        Await.until("written", () -> flags.killSwitch().durable());

        assertThat(flags.snapshot().failSafe()).isFalse();
        assertThat(flags.snapshot().killSwitchEngaged()).isTrue();
        assertThat(fixture.row("DISABLE_NEW")).contains("1");
        AuditEvent event = fixture.audited(AuditKind.KILL_SWITCH_ACTIVATED).get(0);
        assertThat(event.actor()).isEqualTo(DANA);
        assertThat(event.promotionId()).contains("p-1");
        flags.resetKillSwitch("fixed", DANA, Optional.empty(), Optional.empty(), false);
        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("verbose");
    }

    @Test
    void staysEngagedWhenAnOlderDatabaseIsPutInPlace() throws IOException {
        fixture.sqlite.run("VACUUM INTO '" + aside + "'");
        flags.engage("errors", DANA, Optional.empty());

        Files.move(aside, fixture.file, StandardCopyOption.REPLACE_EXISTING);
        Await.until(
                "written to the older database",
                () -> fixture.sqlite
                        .run("SELECT value FROM settings WHERE key = 'DISABLE_NEW'")
                        .equals("1"));

        Await.until("durable", () -> flags.killSwitch().durable());
        assertThat(flags.snapshot().killSwitchEngaged()).isTrue();
        assertThat(flags.killSwitch().by()).contains("dana");
    }

    @Test
    void servesReadsAndEngagesWhileAnotherProgramHoldsTheLock() throws SQLException {
        Connection lock = fixture.sqlite.locked();
        try (lock) {
            assertThatThrownBy(() -> flags.set(Map.of("UI_ENABLED", "1"), DANA))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.BUSY));
            assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("verbose");
            assertThat(flags.snapshot().value("UI_ENABLED")).isEqualTo("0");

            EngageResult engageResult = flags.engage("errors", DANA, Optional.empty());

            assertThat(engageResult.status().engaged()).isTrue();
            assertThat(engageResult.status().durable()).isFalse();
            assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("compact");
            assertThat(flags.view().degraded()).isFalse();
            assertThat(fixture.row("DISABLE_NEW")).as("the old row").contains("0");
            assertThatThrownBy(() -> flags.resetKillSwitch("no", DANA, Optional.empty(), Optional.empty(), true))
                    .isInstanceOf(StoreException.class);
            DirectSql.execute(lock, "UPDATE settings SET value = '1' WHERE key = 'UI_ENABLED'");
            DirectSql.execute(lock, "COMMIT");
        }

        Await.until("durable", () -> flags.killSwitch().durable());
        assertThat(flags.snapshot().killSwitchEngaged()).isTrue();
        assertThat(fixture.row("DISABLE_NEW")).contains("1");
        assertThat(fixture.row("UI_ENABLED")).contains("0");
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_ACTIVATED)).hasSize(1);
    }

    @Test
    void engagesBySqlAlthoughTheServerCannotWrite() throws SQLException {
        fixture.sqlite.run("UPDATE settings SET value = '1' WHERE key = 'DISABLE_NEW'");
        Connection lock = fixture.sqlite.locked();
        try (lock) {
            fixture.awaitFlag("DISABLE_NEW", "1");
            DirectSql.execute(lock, "ROLLBACK");
        }

        fixture.awaitRow("PROMPT_MODE", "compact");
    }

    @Test
    void startsFromWhatItCanReadWhenThereIsNoRoomToWrite() {
        fixture.stop();
        fixture.sqlite.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)"
                + " INSERT INTO settings SELECT 'NOTE_' || i, hex(randomblob(400)) FROM n;"
                + " UPDATE settings SET value = '1' WHERE key = 'DISABLE_NEW'");
        fixture.with(new StoreOptions(Duration.ofSeconds(1), 1));

        LiveFlags full = fixture.start();

        assertThat(full.snapshot().killSwitchEngaged()).isTrue();
        assertThat(full.snapshot().value("PROMPT_MODE")).isEqualTo("compact");
        assertThat(fixture.log()).anyMatch(line -> line.startsWith("flags cannot be written at the start"));
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_ACTIVATED)).isEmpty();

        fixture.with(StoreOptions.defaults());
        fixture.restart();

        assertThat(fixture.row("PROMPT_MODE")).contains("compact");
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_ACTIVATED)).hasSize(1);
    }

    @Test
    void refusesToSetAndStillEngagesWhenThereIsNoRoomToWrite() {
        fixture.sqlite.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)"
                + " INSERT INTO settings SELECT 'NOTE_' || i, hex(randomblob(400)) FROM n");
        fixture.stop();
        fixture.sqlite.run("UPDATE settings SET value = value || '+' WHERE key LIKE 'NOTE_%'");
        fixture.with(new StoreOptions(Duration.ofSeconds(1), 1));
        LiveFlags full = fixture.start();

        assertThatThrownBy(() -> full.set(Map.of("UI_ENABLED", "1"), DANA))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.FULL));
        EngageResult engageResult = full.engage("errors", DANA, Optional.empty());

        assertThat(engageResult.status().durable()).isFalse();
        assertThat(engageResult.warning().orElseThrow()).contains("no room left");
        assertThat(full.snapshot().killSwitchEngaged()).isTrue();
        assertThat(full.snapshot().value("UI_ENABLED")).isEqualTo("0");
    }

    private void moveAway() throws IOException {
        Files.move(fixture.file, aside);
    }

    private void moveBack() throws IOException {
        Files.move(aside, fixture.file);
    }
}

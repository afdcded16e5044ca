package io.weathervane.flags;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.testing.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The runbook's SQL, and worse, from another program while the server runs. */
class DirectSqlTest {
    private static final Actor DANA = new Actor("dana");
    private static final String ENGAGE = "INSERT OR REPLACE INTO settings (key, value) VALUES ('DISABLE_NEW', '1')";
    private static final String RESET = "INSERT OR REPLACE INTO settings (key, value) VALUES ('DISABLE_NEW', '0')";

    @TempDir
    Path folder;

    private FlagsFixture fixture;
    private LiveFlags flags;
    private DirectSql sqlite;

    @BeforeEach
    void start() {
        fixture = FlagsFixture.started(folder);
        flags = fixture.flags();
        sqlite = fixture.sqlite;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void putsBackARowThatIsChangedWhileEngaged() {
        flags.engage("errors", DANA, Optional.empty());

        sqlite.run("UPDATE settings SET value = 'verbose' WHERE key = 'PROMPT_MODE'");

        Await.until(
                "the change audited and put back",
                () -> fixture.auditedChanges()
                        .containsAll(List.of(
                                "PROMPT_MODE: compact -> verbose by direct-sql",
                                "PROMPT_MODE: verbose -> compact by system")));
        assertThat(fixture.row("PROMPT_MODE")).contains("compact");
        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("compact");
        Await.until(
                "it is said",
                () -> fixture.log().stream()
                        .anyMatch(line -> line.contains("PROMPT_MODE was changed by direct SQL while")));
        flags.resetKillSwitch("fixed", DANA, Optional.empty(), Optional.empty(), false);
        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("compact");
    }

    @Test
    void seedsADeletedRowAgainAndAuditsIt() {
        flags.set(Map.of("PROMPT_MODE", "verbose"), DANA);

        sqlite.run("DELETE FROM settings WHERE key = 'PROMPT_MODE'");

        Await.until(
                "seeded again",
                () -> fixture.auditedChanges()
                        .containsAll(List.of(
                                "PROMPT_MODE: verbose -> none by direct-sql",
                                "PROMPT_MODE: none -> compact by system")));
        assertThat(fixture.row("PROMPT_MODE")).contains("compact");
        fixture.awaitFlag("PROMPT_MODE", "compact");
    }

    @Test
    void takesNoDeletedRowForAResetOfTheKillSwitch() {
        flags.engage("errors", DANA, Optional.empty());

        sqlite.run("DELETE FROM settings WHERE key = 'DISABLE_NEW'");

        fixture.awaitRow("DISABLE_NEW", "1");
        assertThat(flags.snapshot().killSwitchEngaged()).isTrue();
        assertThat(flags.killSwitch().by()).contains("dana");
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_RESET)).isEmpty();
    }

    @Test
    void survivesEveryRowAndThenTheTableBeingDropped() {
        flags.set(Map.of("PROMPT_MODE", "verbose"), DANA);

        sqlite.run("DELETE FROM settings");
        fixture.awaitRow("ROUTING_TOOLS", "0");
        sqlite.run("DROP TABLE settings");
        Await.until(
                "the table is back",
                () -> sqlite.run("SELECT count(*) FROM sqlite_master WHERE name = 'settings'")
                        .equals("1"));
        fixture.awaitRow("DISABLE_NEW", "0");
        sqlite.run(ENGAGE);

        fixture.awaitFlag("DISABLE_NEW", "1");
        fixture.awaitAdopted();
        assertThat(fixture.auditedChanges()).contains("DISABLE_NEW: 0 -> 1 by direct-sql");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'yes'", "NULL", "''", "x'31'", "'1 '", "'0.0'", "2", "hex(randomblob(2000))"})
    void takesAnUnreadableKillSwitchForOn(String value) {
        flags.set(Map.of("PROMPT_MODE", "verbose"), DANA);

        sqlite.run("UPDATE settings SET value = " + value + " WHERE key = 'DISABLE_NEW'");

        fixture.awaitFlag("DISABLE_NEW", "1");
        fixture.awaitRow("DISABLE_NEW", "1");
        fixture.awaitAdopted();
        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("compact");
        assertThat(flags.killSwitch().reason().orElseThrow()).contains("unreadable and counts as on");
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_ACTIVATED))
                .extracting(AuditEvent::actor)
                .containsExactly(Actor.DIRECT_SQL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'loud'", "NULL", "''", "x'636f6d70616374'", "1", "hex(randomblob(600000))"})
    void readsAnInvalidValueAsTheDefaultAndWarnsOnce(String value) {
        flags.set(Map.of("PROMPT_MODE", "verbose"), DANA);

        sqlite.run("UPDATE settings SET value = " + value + " WHERE key = 'PROMPT_MODE'");
        fixture.awaitFlag("PROMPT_MODE", "compact");
        sqlite.run("UPDATE settings SET value = '1' WHERE key = 'UI_ENABLED'");
        fixture.awaitFlag("UI_ENABLED", "1");
        fixture.awaitAdopted();

        assertThat(fixture.log().stream().filter(line -> line.startsWith("Flag PROMPT_MODE has an invalid value")))
                .hasSize(1)
                .allMatch(line -> line.length() < 400);
        assertThat(flags.view().degraded()).isFalse();
    }

    @Test
    void reportsNothingThatAStatementDidNotChange() {
        sqlite.run("INSERT OR IGNORE INTO settings (key, value) VALUES ('PROMPT_MODE', 'verbose')");
        sqlite.run("UPDATE settings SET value = 'compact' WHERE key = 'PROMPT_MODE'");
        sqlite.run("INSERT OR REPLACE INTO settings (key, value) VALUES ('PROMPT_MODE', 'compact')");
        sqlite.run(RESET);
        sqlite.run("UPDATE settings SET value = '1' WHERE key = 'UI_ENABLED'");

        fixture.awaitFlag("UI_ENABLED", "1");
        fixture.awaitAdopted();

        assertThat(fixture.auditedChanges()).containsExactly("UI_ENABLED: 0 -> 1 by direct-sql");
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_RESET)).isEmpty();
    }

    @Test
    void auditsEveryChangeOfOneKeyBetweenTwoLooks() {
        sqlite.run("BEGIN; UPDATE settings SET value = '1' WHERE key = 'UI_ENABLED';"
                + " INSERT OR REPLACE INTO settings (key, value) VALUES ('UI_ENABLED', '0');"
                + " INSERT INTO settings (key, value) VALUES ('UI_ENABLED', '9')"
                + " ON CONFLICT (key) DO UPDATE SET value = '1'; COMMIT");

        fixture.awaitFlag("UI_ENABLED", "1");
        fixture.awaitAdopted();

        assertThat(fixture.auditedChanges())
                .containsExactly(
                        "UI_ENABLED: 0 -> 1 by direct-sql",
                        "UI_ENABLED: 1 -> 0 by direct-sql",
                        "UI_ENABLED: 0 -> 1 by direct-sql");
    }

    @Test
    void seesThroughARenamedRow() {
        sqlite.run("DELETE FROM settings WHERE key = 'DISABLE_NEW';"
                + " UPDATE settings SET key = 'DISABLE_NEW', value = '1' WHERE key = 'RESEARCH_LAYER'");

        fixture.awaitFlag("DISABLE_NEW", "1");
        fixture.awaitRow("RESEARCH_LAYER", "1");
        fixture.awaitAdopted();
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_ACTIVATED)).hasSize(1);
    }

    @Test
    void auditsWithoutTheTriggersToo() {
        sqlite.run("DROP TRIGGER settings_inserted; DROP TRIGGER settings_updated;"
                + " UPDATE settings SET value = '1' WHERE key = 'UI_ENABLED'");

        Await.until("audited", () -> fixture.auditedChanges().contains("UI_ENABLED: 0 -> 1 by direct-sql"));
        sqlite.run(ENGAGE);
        Await.until(
                "the triggers are back", () -> fixture.auditedChanges().contains("DISABLE_NEW: 0 -> 1 by direct-sql"));
    }

    @Test
    void engagesAndResetsByTheRunbooksStatements() {
        flags.set(Map.of("PROMPT_MODE", "verbose"), DANA);

        sqlite.run(ENGAGE);

        fixture.awaitFlag("DISABLE_NEW", "1");
        fixture.awaitRow("PROMPT_MODE", "compact");
        assertThat(sqlite.run("SELECT * FROM settings WHERE key='DISABLE_NEW'")).isEqualTo("DISABLE_NEW|1");
        assertThat(sqlite.run("SELECT COUNT(*) FROM settings WHERE key='DISABLE_NEW' AND value='1'"))
                .isEqualTo("1");
        assertThat(sqlite.run("SELECT key, value FROM settings ORDER BY key"))
                .contains("CONSENSUS_ENGINE|1", "DISABLE_NEW|1", "PROMPT_MODE|compact");
        assertThat(flags.killSwitch().by()).contains("direct-sql");
        assertThat(flags.killSwitch().durable()).isTrue();

        sqlite.run(RESET);

        fixture.awaitFlag("DISABLE_NEW", "0");
        fixture.awaitRow("PROMPT_MODE", "verbose");
        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("verbose");
        assertThat(sqlite.run("SELECT value FROM settings WHERE key='DISABLE_NEW'"))
                .isEqualTo("0");

        sqlite.run("UPDATE settings SET value='1' WHERE key='DISABLE_NEW'");

        fixture.awaitFlag("DISABLE_NEW", "1");
        fixture.awaitAdopted();
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_ACTIVATED))
                .extracting(AuditEvent::actor)
                .containsExactly(Actor.DIRECT_SQL, Actor.DIRECT_SQL);
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_RESET))
                .extracting(AuditEvent::actor)
                .containsExactly(Actor.DIRECT_SQL);
        assertThat(fixture.eventTypes())
                .contains(EventType.KILL_SWITCH_ACTIVATED, EventType.KILL_SWITCH_RESET, EventType.FLAGS_CHANGED);
        assertThat(fixture.log()).contains("Flag update: DISABLE_NEW=1", "Flag update: DISABLE_NEW=0");
    }

    @Test
    void keepsAFlagThatIsSetInTheSameBreathAsTheReset() {
        flags.engage("errors", DANA, Optional.empty());

        sqlite.run("BEGIN; UPDATE settings SET value = 'pool' WHERE key = 'SANDBOX_MODE';"
                + " UPDATE settings SET value = '0' WHERE key = 'DISABLE_NEW';"
                + " UPDATE settings SET value = 'verbose' WHERE key = 'PROMPT_MODE'; COMMIT");

        fixture.awaitFlag("PROMPT_MODE", "verbose");
        fixture.awaitRow("SANDBOX_MODE", "none");
        assertThat(flags.snapshot().value("SANDBOX_MODE")).isEqualTo("none");
    }

    @Test
    void readsARowThatIsNoFlagAndAuditsIt() {
        sqlite.run("INSERT OR REPLACE INTO settings (key, value) VALUES ('ROLLBACK_ERROR_THRESHOLD', '0.15')");

        Await.until(
                "the setting", () -> flags.setting("ROLLBACK_ERROR_THRESHOLD").equals(Optional.of("0.15")));
        fixture.awaitAdopted();
        flags.engage("errors", DANA, Optional.empty());

        assertThat(flags.setting("ROLLBACK_ERROR_THRESHOLD")).contains("0.15");
        assertThat(flags.setting("DISABLE_NEW")).isEmpty();
        assertThat(fixture.auditedChanges()).contains("ROLLBACK_ERROR_THRESHOLD: none -> 0.15 by direct-sql");
    }

    @Test
    void saysWhenARowIsNearlyAFlag() {
        sqlite.run("INSERT OR REPLACE INTO settings (key, value) VALUES ('disable_new', '1')");

        Await.until(
                "a warning",
                () -> fixture.log().contains("the row disable_new is not a flag, did you mean DISABLE_NEW?"));
        assertThat(flags.killSwitch().engaged()).isFalse();
    }

    @Test
    void keepsTheHistoryOfEveryDoor() {
        flags.set(Map.of("UI_ENABLED", "1"), DANA);
        sqlite.run("UPDATE settings SET value = '0' WHERE key = 'UI_ENABLED'");
        fixture.awaitFlag("UI_ENABLED", "0");
        fixture.awaitAdopted();

        List<FlagHistoryRow> rows = flags.history(Optional.of("UI_ENABLED"), 2);

        assertThat(rows).extracting(FlagHistoryRow::actor).containsExactly("direct-sql", "dana");
        assertThat(rows).extracting(FlagHistoryRow::to).containsExactly(Optional.of("0"), Optional.of("1"));
        assertThat(rows.get(1).at()).isEqualTo(fixture.clock.instant());
        assertThat(rows).allMatch(row -> row.audited().isPresent());
        assertThat(flags.history(Optional.empty(), 5)).hasSize(5);
    }
}

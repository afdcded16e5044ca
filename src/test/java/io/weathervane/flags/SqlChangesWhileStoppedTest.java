package io.weathervane.flags;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others wrote while no server ran. */
class SqlChangesWhileStoppedTest {
    private static final Actor DANA = new Actor("dana");

    @TempDir
    Path folder;

    private FlagsFixture fixture;

    @BeforeEach
    void start() {
        fixture = FlagsFixture.started(folder);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void engagesWhenTheSwitchWasSetMeanwhile() {
        fixture.flags().set(Map.of("PROMPT_MODE", "verbose"), DANA);
        fixture.stop();
        fixture.sqlite.run("INSERT OR REPLACE INTO settings (key, value) VALUES ('DISABLE_NEW', '1')");

        LiveFlags flags = fixture.start();

        assertThat(flags.snapshot().killSwitchEngaged()).isTrue();
        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("compact");
        assertThat(fixture.row("PROMPT_MODE")).contains("compact");
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_ACTIVATED).get(0).actor())
                .isEqualTo(Actor.DIRECT_SQL);
        assertThat(fixture.log()).contains("Flag DISABLE_NEW=1, reverting to safe defaults");
    }

    @Test
    void restoresWhenTheSwitchWasResetMeanwhile() {
        fixture.flags().set(Map.of("PROMPT_MODE", "verbose", "SANDBOX_MODE", "pool"), DANA);
        fixture.flags().engage("errors", DANA, Optional.empty());
        fixture.stop();
        fixture.sqlite.run("UPDATE settings SET value = 'wsjf' WHERE key = 'SCHEDULER_MODE';"
                + " UPDATE settings SET value = '0' WHERE key = 'DISABLE_NEW';"
                + " UPDATE settings SET value = 'none' WHERE key = 'SANDBOX_MODE';"
                + " UPDATE settings SET value = '1' WHERE key = 'UI_ENABLED'");

        LiveFlags flags = fixture.start();

        assertThat(flags.snapshot().killSwitchEngaged()).isFalse();
        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("verbose");
        assertThat(flags.snapshot().value("UI_ENABLED")).isEqualTo("1");
        assertThat(flags.snapshot().value("SCHEDULER_MODE"))
                .as("set while engaged")
                .isEqualTo("legacy");
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_RESET)).hasSize(1);
    }

    @Test
    void tellsOfASwitchThatWentOnAndOffMeanwhile() {
        fixture.flags().set(Map.of("PROMPT_MODE", "verbose"), DANA);
        fixture.stop();
        fixture.sqlite.run("UPDATE settings SET value = '1' WHERE key = 'DISABLE_NEW';"
                + " UPDATE settings SET value = '0' WHERE key = 'DISABLE_NEW'");

        LiveFlags flags = fixture.start();

        assertThat(flags.snapshot().killSwitchEngaged()).isFalse();
        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("verbose");
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_ACTIVATED)).hasSize(1);
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_RESET)).hasSize(1);
    }

    @Test
    void engagesAnewWhenTheSwitchWentOffAndOnMeanwhile() {
        fixture.flags().set(Map.of("PROMPT_MODE", "verbose"), DANA);
        fixture.flags().engage("errors", DANA, Optional.empty());
        fixture.stop();
        fixture.sqlite.run("UPDATE settings SET value = '0' WHERE key = 'DISABLE_NEW';"
                + " UPDATE settings SET value = '1' WHERE key = 'UI_ENABLED';"
                + " UPDATE settings SET value = '1' WHERE key = 'DISABLE_NEW'");

        LiveFlags flags = fixture.start();

        assertThat(flags.killSwitch().by()).contains("direct-sql");
        assertThat(fixture.row("UI_ENABLED")).contains("0");
        flags.resetKillSwitch("fixed", DANA, Optional.empty(), Optional.empty(), false);
        assertThat(flags.snapshot().value("UI_ENABLED")).isEqualTo("1");
        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("verbose");
    }

    @Test
    void putsBackWhatWasChangedMeanwhileUnderAnEngagedSwitch() {
        fixture.flags().engage("errors", DANA, Optional.empty());
        fixture.stop();
        fixture.sqlite.run("UPDATE settings SET value = 'verbose' WHERE key = 'PROMPT_MODE';"
                + " DELETE FROM settings WHERE key = 'DISABLE_NEW'");

        LiveFlags flags = fixture.start();

        assertThat(flags.killSwitch().by()).contains("dana");
        assertThat(fixture.row("PROMPT_MODE")).contains("compact");
        assertThat(fixture.row("DISABLE_NEW")).contains("1");
        assertThat(fixture.auditedChanges())
                .contains(
                        "PROMPT_MODE: compact -> verbose by direct-sql",
                        "PROMPT_MODE: verbose -> compact by system",
                        "DISABLE_NEW: 1 -> none by direct-sql",
                        "DISABLE_NEW: none -> 1 by system");
    }

    @Test
    void takesOverATableThatWasThereBeforeTheFirstStart() {
        fixture.stop();
        Path other = folder.resolve("other");
        other.toFile().mkdirs();
        FlagsFixture fresh = new FlagsFixture(other);
        fresh.sqlite.run("CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT);"
                + " INSERT OR REPLACE INTO settings (key, value) VALUES ('DISABLE_NEW', '1');"
                + " INSERT INTO settings VALUES ('PROMPT_MODE', 'verbose')");
        LiveFlags flags = fresh.start();

        try (fresh) {
            assertThat(flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(fresh.row("PROMPT_MODE")).contains("compact");
            flags.resetKillSwitch("fixed", DANA, Optional.empty(), Optional.empty(), false);
            assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("verbose");
        } finally {
            fixture.start();
        }
    }

    @Test
    void seedsEveryFlagOnceAndKeepsWhatIsThere() {
        fixture.flags().set(Map.of("PROMPT_MODE", "verbose"), DANA);
        long epoch = fixture.flags().snapshot().epoch();

        LiveFlags flags = fixture.restart();

        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("verbose");
        assertThat(flags.snapshot().epoch()).isGreaterThan(epoch);
        assertThat(fixture.sqlite.run("SELECT count(*) FROM settings")).isEqualTo("22");
        assertThat(fixture.sqlite.run("SELECT name FROM pragma_table_info('settings')"))
                .isEqualTo("key\nvalue");
        assertThat(fixture.auditedChanges()).isEqualTo(List.of("PROMPT_MODE: compact -> verbose by dana"));
    }

    @Test
    void seedsATeamsOwnFlagAtItsDefaultEvenWhileEngaged() {
        fixture.flags().engage("errors", DANA, Optional.empty());
        fixture.stop();
        fixture.with(FlagCatalog.builtIn().with(List.of(FlagDefinition.ofBoolean("MY_FLAG", "0", "Ours."))));

        LiveFlags flags = fixture.start();

        assertThat(flags.snapshot().value("MY_FLAG")).isEqualTo("0");
        assertThat(fixture.row("MY_FLAG")).contains("0");
        flags.resetKillSwitch("fixed", DANA, Optional.empty(), Optional.empty(), false);
        assertThat(flags.set(Map.of("MY_FLAG", "1"), DANA).changed()).hasSize(1);
    }
}

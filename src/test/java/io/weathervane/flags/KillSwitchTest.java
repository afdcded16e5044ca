package io.weathervane.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kill switch through the server itself. */
class KillSwitchTest {
    private static final Actor DANA = new Actor("dana");
    private static final Actor LEE = new Actor("lee");

    @TempDir
    Path folder;

    private FlagsFixture fixture;
    private LiveFlags flags;

    @BeforeEach
    void start() {
        fixture = FlagsFixture.started(folder);
        flags = fixture.flags();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void refusesOtherFlagsWhileEngagedAndSaysWhy() {
        flags.engage("errors", DANA, Optional.empty());

        assertThatThrownBy(() -> flags.set(Map.of("PROMPT_MODE", "verbose"), LEE))
                .isInstanceOf(FlagRefusedException.class)
                .hasMessageContaining("PROMPT_MODE cannot be set")
                .hasMessageContaining("since 2026-11-23T12:00:00Z by dana (errors)")
                .hasMessageContaining("Nothing was written")
                .hasMessageNotContaining("DISABLE_NEW=0")
                .hasMessageNotContaining("force");
        assertThat(fixture.row("PROMPT_MODE")).contains("compact");
    }

    @Test
    void refusesToEngageTogetherWithOtherFlags() {
        assertThatThrownBy(() -> flags.set(Map.of("DISABLE_NEW", "1", "PROMPT_MODE", "verbose"), DANA))
                .isInstanceOf(FlagRefusedException.class)
                .hasMessageContaining("goes alone");
        assertThat(flags.killSwitch().engaged()).isFalse();
        assertThat(fixture.row("DISABLE_NEW")).contains("0");
    }

    @Test
    void hasNoResetAmongTheFlags() {
        flags.engage("errors", DANA, Optional.empty());

        assertThatThrownBy(() -> flags.reset("DISABLE_NEW", DANA))
                .isInstanceOf(FlagRefusedException.class)
                .hasMessageContaining("kill_switch_reset");
        assertThat(flags.killSwitch().engaged()).isTrue();
    }

    @Test
    void putsEveryRowToItsDefaultAndHoldsWhatItWas() {
        flags.set(Map.of("PROMPT_MODE", "verbose", "CONSENSUS_ENGINE", "0"), LEE);

        EngageResult engageResult = flags.engage("42 % errors", DANA, Optional.of("p-1"));

        assertThat(engageResult.alreadyEngaged()).isFalse();
        assertThat(engageResult.warning()).isEmpty();
        assertThat(flags.snapshot().effective()).isEqualTo(fixture.defaultsBut("DISABLE_NEW", "1"));
        assertThat(fixture.sqlite.run(
                        "SELECT * FROM settings WHERE key IN ('PROMPT_MODE', 'CONSENSUS_ENGINE') ORDER BY key"))
                .isEqualTo("CONSENSUS_ENGINE|1\nPROMPT_MODE|compact");
        assertThat(fixture.sqlite.run("SELECT value FROM settings_held WHERE key = 'PROMPT_MODE'"))
                .isEqualTo("verbose");
        FlagsView.Flag mode = flags.view().find("PROMPT_MODE").orElseThrow();
        assertThat(mode.stored()).contains("compact");
        assertThat(mode.held()).contains("verbose");
        assertThat(mode.effective()).isEqualTo("compact");
    }

    @Test
    void saysSinceWhenAndByWhomWhenItIsOnAlready() {
        flags.engage("first", DANA, Optional.empty());
        fixture.clock.advance(Duration.ofMinutes(5));
        long epoch = flags.snapshot().epoch();

        EngageResult second = flags.engage("second", LEE, Optional.empty());

        assertThat(second.alreadyEngaged()).isTrue();
        assertThat(second.status())
                .isEqualTo(new KillSwitchStatus(
                        true,
                        Optional.of(fixture.clock.instant().minus(Duration.ofMinutes(5))),
                        Optional.of("dana"),
                        Optional.of("first"),
                        true,
                        Optional.empty()));
        assertThat(second.epoch()).isEqualTo(epoch);
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_ACTIVATED)).hasSize(1);
    }

    @Test
    void bringsBackWhatTheFlagsWereOnReset() {
        flags.set(Map.of("PROMPT_MODE", "verbose", "UI_ENABLED", "1"), LEE);
        flags.engage("errors", DANA, Optional.empty());

        KillSwitchResetResult reset =
                flags.resetKillSwitch("fixed", LEE, Optional.of("director_dana"), Optional.of("abc123"), false);

        assertThat(reset.reset()).isTrue();
        assertThat(reset.restored()).isEqualTo(Map.of("PROMPT_MODE", "verbose", "UI_ENABLED", "1"));
        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("verbose");
        assertThat(flags.snapshot().value("DISABLE_NEW")).isEqualTo("0");
        assertThat(fixture.row("PROMPT_MODE")).contains("verbose");
        assertThat(fixture.sqlite.run("SELECT count(*) FROM settings_held")).isEqualTo("0");
        assertThat(flags.killSwitch().engaged()).isFalse();
        var event = fixture.audited(AuditKind.KILL_SWITCH_RESET).get(0);
        assertThat(event.actor()).isEqualTo(LEE);
        assertThat(event.payload().get("reason").stringValue()).isEqualTo("fixed");
        assertThat(event.payload().get("approver").stringValue()).isEqualTo("director_dana");
        assertThat(event.payload().get("fixReference").stringValue()).isEqualTo("abc123");
        assertThat(event.payload().get("engagedBy").stringValue()).isEqualTo("dana");
    }

    @Test
    void doesNothingWhenResetWhileItIsOff() {
        KillSwitchResetResult reset = flags.resetKillSwitch("why not", DANA, Optional.empty(), Optional.empty(), false);

        assertThat(reset.reset()).isFalse();
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_RESET)).isEmpty();
    }

    @Test
    void isTurnedOnAndOffBySettingTheFlag() {
        flags.set(Map.of("PROMPT_MODE", "verbose"), LEE);

        FlagChangeResult on = flags.set(Map.of("DISABLE_NEW", "1"), DANA);
        FlagChangeResult off = flags.set(Map.of("DISABLE_NEW", "0", "UI_ENABLED", "1"), DANA);

        assertThat(on.changed())
                .extracting(FlagChangeResult.Changed::key)
                .containsExactly("DISABLE_NEW", "PROMPT_MODE");
        assertThat(off.epoch()).isGreaterThan(on.epoch());
        assertThat(flags.snapshot().value("PROMPT_MODE")).isEqualTo("verbose");
        assertThat(flags.snapshot().value("UI_ENABLED")).isEqualTo("1");
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_ACTIVATED)).hasSize(1);
        assertThat(fixture.audited(AuditKind.KILL_SWITCH_RESET)).hasSize(1);
        assertThat(fixture.eventTypes())
                .filteredOn(type -> type != EventType.SETTINGS_CHANGED)
                .containsExactly(
                        EventType.FLAGS_CHANGED,
                        EventType.KILL_SWITCH_ACTIVATED,
                        EventType.FLAGS_CHANGED,
                        EventType.KILL_SWITCH_RESET,
                        EventType.FLAGS_CHANGED);
    }

    @Test
    void writesTheLinesThatTheRunbookLooksFor() {
        flags.engage("errors", DANA, Optional.empty());
        fixture.restart();

        assertThat(fixture.log())
                .contains("Flag update: DISABLE_NEW=1")
                .anySatisfy(line -> assertThat(line).startsWith("LiveFlags initialized"))
                .anySatisfy(line -> assertThat(line).startsWith("LiveFlags started: polling"));
        assertThat(fixture.log().stream().filter("Flag DISABLE_NEW=1, reverting to safe defaults"::equals))
                .hasSize(2);
    }

    @Test
    void staysEngagedOverARestart() {
        flags.set(Map.of("PROMPT_MODE", "verbose"), LEE);
        flags.engage("errors", DANA, Optional.of("p-1"));
        KillSwitchStatus before = flags.killSwitch();

        LiveFlags again = fixture.restart();

        assertThat(again.killSwitch()).isEqualTo(before);
        assertThat(again.snapshot().value("PROMPT_MODE")).isEqualTo("compact");
        again.resetKillSwitch("fixed", DANA, Optional.empty(), Optional.empty(), true);
        assertThat(again.snapshot().value("PROMPT_MODE")).isEqualTo("verbose");
        assertThat(List.of(again.snapshot().epoch())).allMatch(epoch -> epoch > 1000);
    }
}

package io.weathervane.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.audit.Actor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Setting flags through the server. */
class SettingFlagsTest {
    private static final Actor DANA = new Actor("dana");

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
    void refusesAnEmptyMap() {
        assertRefused(Map.of(), "no flag was given");
    }

    @Test
    void writesNothingWhenOneOfSeveralIsWrong() {
        assertRefused(
                Map.of("PROMPT_MODE", "verbose", "SANDBOX_MODE", "pol", "UI_ENABELD", "1"),
                "SANDBOX_MODE cannot be \"pol\": allowed is none or pool; did you mean pool?",
                "\"UI_ENABELD\" is not a flag: did you mean UI_ENABLED?",
                "Nothing was written");
    }

    @Test
    void refusesAThousandKeysInAFewLines() {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            many.put("KEY_NUMBER_" + i, "1");
        }

        assertRefused(many, "1000 flags in one call are too many, at most 200", "is not a flag");
    }

    @Test
    void refusesAMegabyteWithoutRepeatingIt() {
        assertRefused(
                Map.of("PROMPT_MODE", "v".repeat(1 << 20)), "PROMPT_MODE cannot be", "(1048576 characters)", "compact");
    }

    @Test
    void refusesToResetAnUnknownFlag() {
        assertThatThrownBy(() -> flags.reset("PROMT_MODE", DANA))
                .isInstanceOf(FlagRefusedException.class)
                .hasMessageContaining("did you mean PROMPT_MODE?");
    }

    @Test
    void setsAllKeysOfACallTogether() {
        FlagChangeResult change =
                flags.set(Map.of("PROMPT_MODE", "verbose", "RESEARCH_TRIGGER_SENSITIVITY", "0.75"), DANA);

        assertThat(change.changed())
                .containsExactlyInAnyOrder(
                        new FlagChangeResult.Changed("PROMPT_MODE", Optional.of("compact"), "verbose"),
                        new FlagChangeResult.Changed("RESEARCH_TRIGGER_SENSITIVITY", Optional.of("0.5"), "0.75"));
        assertThat(change.epoch()).isEqualTo(flags.snapshot().epoch());
        assertThat(flags.snapshot().value("RESEARCH_TRIGGER_SENSITIVITY")).isEqualTo("0.75");
        assertThat(fixture.sqlite.run("SELECT value FROM settings WHERE key = 'PROMPT_MODE'"))
                .isEqualTo("verbose");
        assertThat(fixture.log()).contains("Flag update: PROMPT_MODE=verbose");
    }

    @Test
    void changesAndAuditsNothingWhenTheValueIsThereAlready() {
        flags.set(Map.of("PROMPT_MODE", "verbose"), DANA);
        long epoch = flags.snapshot().epoch();

        FlagChangeResult again = flags.set(Map.of("PROMPT_MODE", "verbose"), DANA);

        assertThat(again.changed()).isEmpty();
        assertThat(again.epoch()).isEqualTo(epoch);
        assertThat(fixture.auditedChanges()).containsExactly("PROMPT_MODE: compact -> verbose by dana");
    }

    @Test
    void resetsOneFlagToItsDefault() {
        flags.set(Map.of("PROMPT_MODE", "verbose", "UI_ENABLED", "1"), DANA);

        FlagChangeResult change = flags.reset("PROMPT_MODE", DANA);

        assertThat(change.changed())
                .containsExactly(new FlagChangeResult.Changed("PROMPT_MODE", Optional.of("verbose"), "compact"));
        assertThat(flags.snapshot().isOn("UI_ENABLED")).isTrue();
    }

    @Test
    void hasNoValueForAnUnknownFlag() {
        assertThatThrownBy(() -> flags.snapshot().value("NO_SUCH")).hasMessageContaining("NO_SUCH");
    }

    private void assertRefused(Map<String, String> request, String... parts) {
        long epoch = flags.snapshot().epoch();
        String before = fixture.sqlite.run("SELECT * FROM settings ORDER BY key");

        assertThatThrownBy(() -> flags.set(request, DANA))
                .isInstanceOf(FlagRefusedException.class)
                .hasMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(3_000));

        assertThat(flags.snapshot().epoch()).isEqualTo(epoch);
        assertThat(fixture.sqlite.run("SELECT * FROM settings ORDER BY key")).isEqualTo(before);
        assertThat(fixture.auditedChanges()).isEmpty();
    }
}

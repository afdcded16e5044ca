package io.weathervane.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagCatalogTest {
    private final FlagCatalog catalog = FlagCatalog.builtIn();

    @Test
    void namesTheNearestKeyForAnUnknownOne() {
        assertThat(catalog.problemWith("PROMT_MODE", "verbose"))
                .contains("\"PROMT_MODE\" is not a flag: did you mean PROMPT_MODE?");
        assertThat(catalog.problemWith("disable_new", "1").orElseThrow()).contains("did you mean DISABLE_NEW?");
        assertThat(catalog.problemWith("X", "1").orElseThrow()).contains("the flags are DISABLE_NEW, PROMPT_MODE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PROMPT_MODE | verbos | compact or verbose; did you mean verbose?",
                "PROMPT_MODE | VERBOSE | compact or verbose; did you mean verbose?",
                "DISABLE_NEW | true | 0 or 1",
                "UI_ENABLED | '' | 0 or 1",
                "UI_ENABLED | ' 1' | 0 or 1",
                "RESEARCH_TRIGGER_SENSITIVITY | 1.1 | a number from 0 to 1",
                "RESEARCH_TRIGGER_SENSITIVITY | NaN | a number from 0 to 1",
                "RESEARCH_TRIGGER_SENSITIVITY | 1e-3 | a number from 0 to 1",
                "CRITIC_INTELLIGENCE_LEVEL | 4 | a whole number from 1 to 3",
                "CRITIC_INTELLIGENCE_LEVEL | 2.0 | a whole number from 1 to 3",
                "CRITIC_INTELLIGENCE_LEVEL | 02 | a whole number from 1 to 3"
            })
    void saysWhatIsAllowedInsteadOfABadValue(String key, String value, String allowed) {
        assertThat(catalog.problemWith(key, value).orElseThrow())
                .startsWith(key + " cannot be \"" + value + "\"")
                .endsWith("allowed is " + allowed);
    }

    @Test
    void keepsMessagesShortAndOnOneLineWhateverIsSent() {
        String problem = catalog.problemWith("PROMPT_MODE", "a\n\"b\u0007".repeat(200_000))
                .orElseThrow();

        assertThat(problem).hasSizeLessThan(250).doesNotContain("\n", "\u0007").contains("(1000000 characters)");
        assertThat(catalog.problemWith("K\n".repeat(500_000), "1").orElseThrow())
                .hasSizeLessThan(800)
                .doesNotContain("\n");
    }

    @Test
    void refusesBadDeclarations() {
        assertThatThrownBy(() -> catalog.with(List.of(FlagDefinition.ofBoolean("DISABLE_NEW", "0", ""))))
                .hasMessageContaining("DISABLE_NEW is declared twice");
        assertThatThrownBy(() -> FlagDefinition.ofBoolean("my flag", "0", "")).hasMessageContaining("my flag");
        assertThatThrownBy(() -> FlagDefinition.ofBoolean("A", "yes", "")).hasMessageContaining("0 or 1");
        assertThatThrownBy(() -> FlagDefinition.ofEnum("A", List.of(), "x", "")).hasMessageContaining("its values");
        assertThatThrownBy(() -> FlagDefinition.ofNumber("A", FlagType.INTEGER, 3, 1, "2", ""))
                .hasMessageContaining("minimum");
        List<FlagDefinition> many = IntStream.range(0, 500)
                .mapToObj(i -> FlagDefinition.ofBoolean("F" + i, "0", ""))
                .toList();
        assertThatThrownBy(() -> catalog.with(many)).hasMessageContaining("at most 500");
    }

    @Test
    void hasTheBuiltInFlagsWithTheirDefaults() {
        assertThat(catalog.defaults())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("PROMPT_MODE", "compact"),
                        Map.entry("SANDBOX_MODE", "none"),
                        Map.entry("OTEL_ENABLED", "0"),
                        Map.entry("SCHEDULER_MODE", "legacy"),
                        Map.entry("SELECTIVE_TESTS", "0"),
                        Map.entry("DANGER_GATES", "0"),
                        Map.entry("UI_ENABLED", "0"),
                        Map.entry("MO_ENGINE", "0"),
                        Map.entry("DISABLE_NEW", "0"),
                        Map.entry("ENABLE_OUTCOME_LOGGING", "1"),
                        Map.entry("RESEARCH_LAYER", "1"),
                        Map.entry("INTELLIGENT_CRITICS", "1"),
                        Map.entry("EFFICIENT_OPERATIONS", "1"),
                        Map.entry("RESEARCH_TRIGGER_SENSITIVITY", "0.5"),
                        Map.entry("CRITIC_INTELLIGENCE_LEVEL", "2"),
                        Map.entry("CRITIC_REPUTATION", "0"),
                        Map.entry("EVIDENCE_LINKING", "0"),
                        Map.entry("VELOCITY_TRACKING", "0"),
                        Map.entry("CONSENSUS_ENGINE", "1"),
                        Map.entry("ADMIN_TOOLS", "0"),
                        Map.entry("UPGRADE_TOOLS", "0"),
                        Map.entry("ROUTING_TOOLS", "0")));
        assertThat(catalog.all()).allMatch(flag -> !flag.description().isBlank());
    }

    @Test
    void describesRangesInWords() {
        assertThat(FlagDefinition.ofNumber("A", FlagType.NUMBER, Double.NEGATIVE_INFINITY, 2.5, "-1", "")
                        .allowed())
                .isEqualTo("a number up to 2.5");
        assertThat(FlagDefinition.ofNumber("A", FlagType.INTEGER, 10, Double.POSITIVE_INFINITY, "10", "")
                        .allowed())
                .isEqualTo("a whole number from 10");
    }
}

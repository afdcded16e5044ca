package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.testing.Await;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class AdminFlagsToolTest {
    private static final String FLAGS = "mcp_admin_flags";

    @TempDir
    static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(folder, "");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void calmDown() {
        server.call(FLAGS, "{'action': 'set', 'flags': {'DISABLE_NEW': '0'}}");
        server.call(FLAGS, "{'action': 'reset', 'flag': 'PROMPT_MODE'}");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'action': 'set', 'flags': {'PROMT_MODE': 'verbose'}}| PROMT_MODE, did you mean PROMPT_MODE?",
                "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbos'}}| PROMPT_MODE, compact or verbose, did you mean"
                        + " verbose?",
                "{'action': 'set', 'flags': {'CRITIC_INTELLIGENCE_LEVEL': 4}}| CRITIC_INTELLIGENCE_LEVEL, a whole"
                        + " number from 1 to 3",
                "{'action': 'set', 'flags': {'PROMPT_MODE': ['verbose']}}| flags.PROMPT_MODE, must be a string",
                "{'action': 'set', 'flags': {}}| flags, at least 1 entry",
                "{'action': 'set'}| flags, needs at least one flag",
                "{'action': 'sett'}| action, get set reset history, did you mean \"set\"?",
                "{}| action, missing, get set reset history",
                "{'action': 'get', 'limt': 3}| limt, did you mean \"limit\"?",
                "{'action': 'get', 'flag': 'UI_ENABLE'}| UI_ENABLE, did you mean UI_ENABLED?",
                "{'action': 'reset'}| flag, key of one flag",
                "{'action': 'reset', 'flag': 'DISABLE_NEW'}| DISABLE_NEW, kill_switch_reset",
                "{'action': 'history', 'limit': 0}| limit, between 1 and 200, 0",
            })
    void aMistakeIsNamedWithWhatIsAllowed(String arguments, String words) {
        Map<String, String> before = server.state();

        String refusal = server.refused(FLAGS, arguments).replace(", ", " ");

        assertThat(refusal).contains(words.split(", "));
        assertThat(server.state()).isEqualTo(before);
    }

    @Test
    void oneBadFlagKeepsAllOthersOfTheCallFromBeingSet() {
        Map<String, String> before = server.state();

        String refusal =
                server.refused(FLAGS, "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose', 'SANDBOX_MODE': 'pol'}}");

        assertThat(refusal).contains("SANDBOX_MODE", "none or pool", "Nothing was written");
        assertThat(server.state()).isEqualTo(before);
    }

    @Test
    void aThousandFlagsAreTooMany() {
        ObjectNode arguments = TestServer.json("{\"action\": \"set\"}");
        ObjectNode flags = arguments.putObject("flags");
        for (int i = 0; i < 1000; i++) {
            flags.put("FLAG_" + i, "1");
        }

        assertThat(server.refused(FLAGS, arguments.toString()))
                .contains("\"flags\"", "at most 200", "1000")
                .hasSizeLessThan(600);
    }

    @Test
    void aValueOfAMegabyteIsRefusedInFewWords() {
        ObjectNode arguments = TestServer.json("{\"action\": \"set\"}");
        arguments.putObject("flags").put("PROMPT_MODE", "x".repeat(1 << 20));

        assertThat(server.refused(FLAGS, arguments.toString()))
                .contains("flags.PROMPT_MODE", "at most 1000 characters")
                .hasSizeLessThan(600);
    }

    @Test
    void whileTheKillSwitchIsOnOtherFlagsStayAsTheyAre() {
        server.done("kill_switch_engage", "{'reason': 'odd figures'}");

        String refusal = server.refused(FLAGS, "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose'}}");

        assertThat(refusal)
                .contains("PROMPT_MODE", "engaged since", "by alice", "odd figures", "monitor_status", "Nothing")
                .doesNotContain("DISABLE_NEW=0", "force");
        assertThat(effective("PROMPT_MODE")).isEqualTo("compact");
    }

    @Test
    void aChangeIsToldStoredAndAuditedWithWhoAndWhy() {
        ObjectNode answer = server.done(
                FLAGS, "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose'}, 'reason': 'long answers wanted'}");

        assertThat(answer.at("/changed/0").toString())
                .isEqualTo("{\"key\":\"PROMPT_MODE\",\"from\":\"compact\",\"to\":\"verbose\"}");
        assertThat(effective("PROMPT_MODE")).isEqualTo("verbose");
        assertThat(server.newest("flag-changed").toString()).contains("alice", "long answers wanted", "verbose");
        assertThat(server.textOf(FLAGS, "{'action': 'history', 'flag': 'PROMPT_MODE', 'limit': 1}"))
                .contains("PROMPT_MODE: compact -> verbose", "by alice");
    }

    @Test
    void settingWhatIsSetAlreadyChangesNothing() {
        server.done(FLAGS, "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose'}}");
        Map<String, String> before = server.state();

        assertThat(server.textOf(FLAGS, "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose'}}"))
                .contains("Nothing to change");
        assertThat(server.state()).isEqualTo(before);
    }

    @Test
    void aResetTakesOneFlagToItsDefaultAndKeepsTheReason() {
        server.done(FLAGS, "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose', 'UI_ENABLED': true}}");

        server.done(FLAGS, "{'action': 'reset', 'flag': 'PROMPT_MODE', 'reason': 'tried it'}");

        assertThat(effective("PROMPT_MODE")).isEqualTo("compact");
        assertThat(effective("UI_ENABLED")).isEqualTo("1");
        assertThat(server.newest("flag-changed").toString()).contains("tried it");
    }

    @Test
    void theRunbooksOwnCallsTurnTheKillSwitchOnAndOff() {
        server.done(FLAGS, "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose'}}");

        String on =
                server.textOf(FLAGS, "{'action': 'set', 'flags': {'DISABLE_NEW': '1'}, 'reason': 'customers call'}");
        ObjectNode held = server.done(FLAGS, "{'action': 'get', 'flag': 'PROMPT_MODE'}");
        String off = server.textOf(FLAGS, "{'action': 'set', 'flags': {'DISABLE_NEW': 0}}");

        assertThat(on).contains("DISABLE_NEW: 0 -> 1", "PROMPT_MODE: verbose -> compact", "ON", "customers call");
        assertThat(held.at("/flags/PROMPT_MODE/held").asString()).isEqualTo("verbose");
        assertThat(held.at("/killSwitch/engaged").asBoolean()).isTrue();
        assertThat(off).contains("PROMPT_MODE: compact -> verbose", "The kill switch is off");
        assertThat(server.newest("kill-switch-reset").path("actor").asString()).isEqualTo("alice");
    }

    @Test
    void aMistypedNameWithoutHistoryIsPointedOut() {
        assertThat(server.textOf(FLAGS, "{'action': 'history', 'flag': 'PROMT_MODE'}"))
                .contains("No change of PROMT_MODE", "did you mean PROMPT_MODE?");
    }

    @Test
    void withoutAFlagAllAreShownWithWhatIsAllowed() {
        ObjectNode answer = server.done(FLAGS, "{'action': 'get'}");

        assertThat(answer.path("flags").size()).isEqualTo(22);
        assertThat(answer.at("/flags/RESEARCH_TRIGGER_SENSITIVITY/allowed").asString())
                .isEqualTo("a number from 0 to 1");
    }

    @Test
    void inProductionTheKillSwitchComesOffByItsOwnToolOnly(@TempDir Path elsewhere) {
        try (TestServer production = TestServer.start(elsewhere, "environment: production\n")) {
            production.sql("INSERT OR REPLACE INTO settings (key, value) VALUES ('DISABLE_NEW', '1')");

            String atOnce = production.refused(FLAGS, "{'action': 'set', 'flags': {'DISABLE_NEW': '0'}}");
            Await.until(
                    "the row is noticed",
                    () -> production
                            .done(FLAGS, "{'action': 'get'}")
                            .at("/killSwitch/engaged")
                            .asBoolean());
            String later = production.refused(FLAGS, "{'action': 'set', 'flags': {'DISABLE_NEW': false}}");

            assertThat(atOnce).contains("kill_switch_reset", "production", "Nothing was changed");
            assertThat(later).contains("kill_switch_reset", "ON").doesNotContain("force");
            assertThat(production
                            .done(FLAGS, "{'action': 'get', 'flag': 'DISABLE_NEW'}")
                            .at("/flags/DISABLE_NEW/stored")
                            .asString())
                    .isEqualTo("1");
        }
    }

    private static String effective(String key) {
        return server.done(FLAGS, "{'action': 'get', 'flag': '" + key + "'}")
                .at("/flags/" + key + "/effective")
                .asString();
    }
}

package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class KillSwitchToolsTest {
    private static final String FIXED =
            "'reason': 'fixed', 'approver': 'director_dana', 'fix_reference': 'commit 4f2a'";

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
    void off() {
        server.call("kill_switch_reset", "{" + FIXED + ", 'force': true}");
        server.done("mcp_admin_flags", "{'action': 'reset', 'flag': 'PROMPT_MODE'}");
    }

    @Test
    void aResetNeedsAReasonAndAnApprover() {
        server.done("kill_switch_engage", "{}");

        assertThat(server.refused("kill_switch_reset", "{'approver': 'dana', 'fix_reference': 'x'}"))
                .contains("reason is required", "dry_run", "stays as it is");
        assertThat(server.refused("kill_switch_reset", "{'reason': 'fixed', 'approver': ' ', 'force': true}"))
                .contains("approver is required");
        assertThat(server.refused("kill_switch_reset", "{'aprover': 'dana'}")).contains("did you mean \"approver\"?");
        assertThat(engaged()).isTrue();
    }

    @Test
    void anUnmetPreconditionKeepsItOnAndTheRefusalDoesNotSayHowToGetPast() {
        server.done("kill_switch_engage", "{}");

        String refusal = server.refused("kill_switch_reset", "{'reason': 'I want to', 'approver': 'me'}");

        assertThat(refusal)
                .contains("The kill switch stays on", "fix reference", "is none", "should be", "dry_run")
                .doesNotContain("force");
        assertThat(engaged()).isTrue();
    }

    @Test
    void aDryRunShowsEveryPreconditionAndWhatWouldComeBackAndChangesNothing() {
        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose'}}");
        server.done("kill_switch_engage", "{}");
        Map<String, String> before = server.state();

        ObjectNode preview = server.done("kill_switch_reset", "{'dry_run': true}");
        String text = server.textOf("kill_switch_reset", "{" + FIXED + ", 'force': true, 'dry_run': true}");

        assertThat(preview.path("preconditions").size()).isEqualTo(4);
        assertThat(preview.at("/restored/PROMPT_MODE").asString()).isEqualTo("verbose");
        assertThat(preview.path("reset").asBoolean()).isFalse();
        assertThat(text)
                .contains("Nothing was changed (dry run)", "met:     fix reference: commit 4f2a", "Every precondition")
                .contains("would restore: PROMPT_MODE=verbose");
        assertThat(server.state()).isEqualTo(before);
    }

    @Test
    void withEveryPreconditionMetTheFlagsComeBack() {
        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose'}}");
        server.done("kill_switch_engage", "{}");

        String text = server.textOf("kill_switch_reset", "{" + FIXED + "}");

        assertThat(text).contains("Reset. The kill switch is off", "Restored: PROMPT_MODE=verbose.");
        JsonNode event = server.newest("kill-switch-reset");
        assertThat(event.path("actor").asString()).isEqualTo("alice");
        assertThat(event.path("payload").toString())
                .contains("director_dana", "commit 4f2a")
                .doesNotContain("\"forced\":true");
    }

    @Test
    void forceResetsAllTheSameAndLeavesItsMark() {
        server.done("kill_switch_engage", "{}");

        ObjectNode answer =
                server.done("kill_switch_reset", "{'reason': 'false alarm', 'approver': 'dana', 'force': true}");

        assertThat(answer.path("reset").asBoolean()).isTrue();
        assertThat(answer.path("preconditions").toString()).contains("\"ok\":false");
        assertThat(server.newest("kill-switch-reset").at("/payload/forced").asBoolean())
                .isTrue();
    }

    @Test
    void whatIsOffAlreadyIsNotResetAgain() {
        Map<String, String> before = server.state();

        String text = server.textOf("kill_switch_reset", "{'reason': 'sure?', 'approver': 'dana'}");

        assertThat(text).contains("off already", "nothing was changed");
        assertThat(server.state()).isEqualTo(before);
    }

    @Test
    void engagingIsDoneWhenTheCallReturnsAndAuditedWithWhoAndWhy() {
        String text = server.textOf("kill_switch_engage", "{'reason': 'customers see errors'}");

        assertThat(text).contains("Done.", "ON (DISABLE_NEW=1) since", "by alice: customers see errors");
        assertThat(engaged()).isTrue();
        assertThat(server.newest("kill-switch-activated").toString()).contains("alice", "customers see errors");
    }

    @Test
    void engagingTwiceSaysSinceWhenAndByWhom() {
        ObjectNode first = server.done("kill_switch_engage", "{'reason': 'first'}");
        Map<String, String> before = server.state();

        ObjectNode second = server.done("kill_switch_engage", "{'reason': 'second'}");
        String text = server.textOf("kill_switch_engage", "{}");

        assertThat(second.path("alreadyEngaged").asBoolean()).isTrue();
        assertThat(second.path("killSwitch")).isEqualTo(first.path("killSwitch"));
        assertThat(text).contains("on already", first.at("/killSwitch/since").asString(), "by alice: first");
        assertThat(server.state()).isEqualTo(before);
    }

    @Test
    void withoutAReasonTheAuditStillSaysWho() {
        server.done("kill_switch_engage", "{}");

        assertThat(server.newest("kill-switch-activated").at("/payload/reason").asString())
                .isEqualTo("Manual emergency stop by alice");
    }

    private static boolean engaged() {
        return server.done("monitor_status", "{}").at("/killSwitch/engaged").asBoolean();
    }
}

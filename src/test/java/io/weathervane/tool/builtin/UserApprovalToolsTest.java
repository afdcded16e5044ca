package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.app.TestServer;
import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.tool.ToolResult;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Outside production: the user of the client approves what is risky, and nothing safe ever asks. */
class UserApprovalToolsTest {
    private static final String RESET = "kill_switch_reset";
    private static final String PROMOTE = "worker_promote";
    private static final String FIXED = "{'reason': 'fixed', 'fix_reference': 'commit 4f2a'}";

    @TempDir
    static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(folder, TestServer.WITH_WORKERS);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void tidy() {
        server.call(RESET, "{'reason': 'test', 'approver': 'dana', 'force': true}");
        server.call("worker_stop_canary", "{}");
        server.call("worker_rollback", "{}");
    }

    @ParameterizedTest
    @CsvSource({"decline, false, declined", "cancel, false, closed the question", "accept, false, did not confirm"})
    void whatTheUserDoesNotConfirmIsNotDone(String action, boolean confirm, String said) {
        server.done("kill_switch_engage", "{}");
        Map<String, String> before = server.state();
        ScriptedUser user = ScriptedUser.waitedFor(action, confirm);

        ToolResult answer = call(RESET, FIXED, user);

        assertThat(answer.isError()).isTrue();
        assertThat(TestServer.text(answer)).contains(said, "did nothing");
        assertThat(server.state()).isEqualTo(before);
    }

    @Test
    void theQuestionSaysWhatWillHappenWhoAsksWhyAndHowThingsStand() {
        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose'}}");
        server.done("kill_switch_engage", "{'reason': 'odd figures'}");
        ScriptedUser user = ScriptedUser.waitedFor("decline", false);

        call(RESET, "{'reason': 'fixed\\nmet: everything', 'fix_reference': 'commit 4f2a'}", user);

        assertThat(user.message())
                .contains("reset the kill switch, on since", "by alice", "Tool: kill_switch_reset, called by alice")
                .contains("met:     fix reference: commit 4f2a", "odd figures", "PROMPT_MODE=verbose")
                .contains("Reason given: \"fixed met: everything\"");
        assertThat(user.asked
                        .get(0)
                        .params()
                        .at("/requestedSchema/properties/confirm/type")
                        .asString())
                .isEqualTo("boolean");
        assertThat(user.asked.get(0).params().at("/requestedSchema/properties").size())
                .isEqualTo(1);
    }

    @Test
    void aConfirmedResetIsDoneAndItsApproverIsTheUser() {
        server.done("kill_switch_engage", "{}");

        ToolResult answer = call(RESET, FIXED, ScriptedUser.waitedFor("accept", true));

        assertThat(TestServer.text(answer)).contains("Reset. The kill switch is off");
        assertThat(approver(server.newest("kill-switch-reset"))).isEqualTo("alice by elicitation");
    }

    @Test
    void aNamedApproverIsConfirmedToo() {
        server.done("kill_switch_engage", "{}");

        call(
                RESET,
                "{'reason': 'fixed', 'fix_reference': 'x', 'approver': 'director_dana'}",
                ScriptedUser.waitedFor("accept", true));

        assertThat(approver(server.newest("kill-switch-reset")))
                .isEqualTo("director_dana, confirmed by alice by elicitation");
    }

    @Test
    void aModernClientCallsAgainWithTheAnswerAndOnlyThenIsItDone() {
        server.done("kill_switch_engage", "{}");
        ScriptedUser user = ScriptedUser.answeringLater("accept", true);

        assertThatThrownBy(() -> call(RESET, FIXED, user)).isInstanceOf(InputRequiredException.class);
        assertThat(engaged()).isTrue();
        ToolResult second = call(RESET, FIXED, user);

        assertThat(second.isError()).isFalse();
        assertThat(user.asked).hasSize(1);
        assertThat(engaged()).isFalse();
    }

    @Test
    void anAnswerDoesNotCountForAnotherEngagement() {
        server.done("kill_switch_engage", "{'reason': 'first'}");
        ScriptedUser user = ScriptedUser.answeringLater("accept", true);
        assertThatThrownBy(() -> call(RESET, FIXED, user)).isInstanceOf(InputRequiredException.class);

        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'DISABLE_NEW': '0'}}");
        server.done("kill_switch_engage", "{'reason': 'second, and worse'}");

        assertThatThrownBy(() -> call(RESET, FIXED, user)).isInstanceOf(InputRequiredException.class);
        assertThat(user.message()).contains("second, and worse");
        assertThat(engaged()).isTrue();
    }

    @Test
    void whatChangedWhileTheUserThoughtIsNotDone() {
        server.done("worker_start_canary", "{'release': 'good'}");
        ScriptedUser user = ScriptedUser.waitedFor("accept", true).meanwhile(() -> {
            server.done("worker_stop_canary", "{}");
            server.done("worker_start_canary", "{'release': 'bad'}");
        });

        ToolResult answer = call(PROMOTE, "{}", user);

        assertThat(answer.isError()).isTrue();
        assertThat(TestServer.text(answer))
                .contains("Approved: promote good in place of stable", "would now promote bad in place of stable");
        assertThat(server.done("worker_status", "{}").at("/active/label").asString())
                .isEqualTo("stable");
    }

    @Test
    void aConfirmedPromotionIsDoneAndSaysWhoAgreed() {
        server.done("worker_start_canary", "{'release': 'good'}");
        ScriptedUser user = ScriptedUser.waitedFor("accept", true);

        ToolResult answer = call(PROMOTE, "{'reason': 'release 1.5'}", user);

        assertThat(TestServer.text(answer)).contains("good is the active worker");
        assertThat(user.message()).contains("promote good in place of stable", "release 1.5", "kill switch: off");
        assertThat(approver(server.newest("monitoring-started"))).isEqualTo("alice by elicitation");
    }

    @Test
    void confirmCountsOnlyWhereNobodyCanBeAsked() {
        server.done("worker_start_canary", "{'release': 'good'}");
        ScriptedUser user = ScriptedUser.waitedFor("decline", false);

        assertThat(call(PROMOTE, "{'confirm': true}", user).isError()).isTrue();
        assertThat(user.asked).hasSize(1);

        assertThat(server.refused(PROMOTE, "{}")).contains("confirm is required", "cannot ask", "dry_run");
        assertThat(server.refused(PROMOTE, "{'confirm': false}")).contains("confirm is required");
        assertThat(server.done(PROMOTE, "{'confirm': true}").path("promoted").asBoolean())
                .isTrue();
        assertThat(approver(server.newest("monitoring-started"))).isEqualTo("alice by confirm");
    }

    @Test
    void nobodyIsAskedAboutWhatWouldBeRefusedAnyway() {
        ScriptedUser user = ScriptedUser.waitedFor("accept", true);
        assertThat(call(PROMOTE, "{}", user).isError()).isTrue();
        assertThat(TestServer.text(call(RESET, FIXED, user))).contains("It was off already");
        server.done("worker_start_canary", "{'release': 'good'}");
        server.done("kill_switch_engage", "{}");

        assertThat(TestServer.text(call(PROMOTE, "{}", user))).contains("kill switch is engaged");
        assertThat(TestServer.text(call(RESET, "{'reason': 'x'}", user))).contains("stays on", "fix reference");
        assertThat(user.asked).isEmpty();
    }

    @Test
    void aDryRunAndEverythingSafeNeverAsk() {
        server.done("worker_start_canary", "{'release': 'good'}");
        ScriptedUser user = ScriptedUser.waitedFor("decline", false);

        assertThat(TestServer.text(call(PROMOTE, "{'dry_run': true}", user)))
                .contains("dry run", "switch the calls from stable to good", "asks the client's user");
        server.done(PROMOTE, "{'confirm': true}");
        assertThat(call("worker_rollback", "{}", user).isError()).isFalse();
        assertThat(call("kill_switch_engage", "{}", user).isError()).isFalse();
        assertThat(TestServer.text(call(RESET, "{'dry_run': true}", user)))
                .contains("dry run", "not met: fix reference");
        assertThat(call("mcp_admin_flags", "{'action': 'set', 'flags': {'DISABLE_NEW': '0'}}", user)
                        .isError())
                .isFalse();
        assertThat(user.asked).isEmpty();
    }

    private static ToolResult call(String tool, String arguments, ScriptedUser user) {
        return server.call(tool, TestServer.json(arguments.replace('\'', '"')), user);
    }

    private static boolean engaged() {
        return server.done("monitor_status", "{}").at("/killSwitch/engaged").asBoolean();
    }

    private static String approver(JsonNode event) {
        return event.path("payload").path("approver").asString();
    }
}

package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.testing.Await;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.ToolResult;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** In production a second person approves what is risky. */
class ApprovalToolsTest {
    private static final Caller ALICE = new Caller("alice", Caller.Transport.SOCKET);
    private static final Caller BOB =
            new Caller("bob", Caller.Transport.HTTP, Set.of(CallerRole.VIEWER, CallerRole.APPROVER));
    private static final Pattern ID = Pattern.compile("a-[0-9a-f]{8}");
    private static final String RESET = "kill_switch_reset";
    private static final String PROMOTE = "worker_promote";
    private static final String GRANT = "approval_grant";
    private static final String FIXED = "'reason': 'fixed', 'fix_reference': 'commit 4f2a'";

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(folder, "environment: production\n" + TestServer.WITH_WORKERS);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theRequestersOwnGrantIsRefusedThroughEveryDoor() {
        server.done("kill_switch_engage", "{}");
        String id = askForReset();

        for (Caller.Transport transport : Caller.Transport.values()) {
            assertThat(refused(GRANT, "{'id': '" + id + "'}", new Caller("alice", transport)))
                    .contains("asked for by alice", "nobody grants their own");
        }
        assertThat(refused(RESET, with(id), ALICE)).contains("is not granted yet");
        assertThat(engaged()).isTrue();
    }

    @Test
    void whoIsNotKnownByNameOrIsAProgramGrantsNothing() {
        server.done("kill_switch_engage", "{}");
        String id = askForReset();

        assertThat(refused(GRANT, "{'id': '" + id + "'}", new Caller(Caller.ANONYMOUS, Caller.Transport.HTTP)))
                .contains("must be known by name", "scripts/weathervane call approval_grant --id " + id);
        assertThat(refused(GRANT, "{'id': '" + id + "'}", new Caller("assistant", Caller.Transport.STDIO)))
                .contains("A person grants", "Nothing was granted");
        Caller operator = new Caller("eve", Caller.Transport.HTTP, Set.of(CallerRole.VIEWER, CallerRole.OPERATOR));
        assertThat(refused(GRANT, "{'id': '" + id + "'}", operator)).contains("needs the role approver");
        assertThat(server.newest("approval-granted").isMissingNode()).isTrue();
    }

    @Test
    void whoIsNotKnownByNameAsksForNothingAndCanStillMakeItSafe() {
        Caller anonymous = new Caller(Caller.ANONYMOUS, Caller.Transport.HTTP);
        textOf("kill_switch_engage", "{'reason': 'odd figures'}", anonymous);

        assertThat(refused(RESET, "{" + FIXED + "}", anonymous))
                .contains("Nothing was done", "the requester must be known by name")
                .contains("scripts/weathervane call kill_switch_reset", "scripts/weathervane token");
        assertThat(refused(RESET, with(grantedReset()), anonymous)).contains("the requester must be known by name");
        assertThat(server.done("audit_query", "{'kinds': ['approval-requested']}")
                        .path("events")
                        .size())
                .as("only alice has asked")
                .isEqualTo(1);
        assertThat(engaged()).isTrue();
    }

    @Test
    void whoCanBeAskedIsAskedBeforeTheyGrant() {
        server.done("kill_switch_engage", "{}");
        String id = askForReset();
        ScriptedUser no = ScriptedUser.waitedFor("decline", false);
        ScriptedUser yes = ScriptedUser.waitedFor("accept", true);

        assertThat(server.call(GRANT, TestServer.json("{\"id\": \"" + id + "\"}"), BOB, no)
                        .isError())
                .isTrue();
        assertThat(server.newest("approval-granted").isMissingNode()).isTrue();
        assertThat(server.call(GRANT, TestServer.json("{\"id\": \"" + id + "\"}"), BOB, yes)
                        .isError())
                .isFalse();
        assertThat(yes.message()).contains(id, "asked for by alice", "\"fixed\"", "met:     fix reference");
    }

    @Test
    void aFirstCallAsksAndSaysHowToGoOnAndARepeatFindsTheSame() {
        server.done("kill_switch_engage", "{}");

        String text = refused(RESET, "{" + FIXED + "}", ALICE);

        String id = idIn(text);
        assertThat(text)
                .contains("Nothing was done yet", "another person's approval", "pending until", "but alice")
                .contains("scripts/weathervane call approval_grant --id " + id)
                .contains("same arguments and approval_id \"" + id + "\"");
        assertThat(idIn(refused(RESET, "{" + FIXED + "}", ALICE))).isEqualTo(id);
        assertThat(server.newest("approval-requested").toString()).contains("alice", id);
        assertThat(engaged()).isTrue();
    }

    @Test
    void neitherConfirmNorANamedApproverNorTheUsersOwnYesReplacesTheSecondPerson() {
        server.done("worker_start_canary", "{'release': 'good'}");
        ScriptedUser user = ScriptedUser.waitedFor("accept", true);

        assertThat(refused(PROMOTE, "{'confirm': true}", ALICE)).contains("another person's approval");
        assertThat(server.call(PROMOTE, TestServer.json("{\"confirm\": true}"), ALICE, user)
                        .isError())
                .isTrue();
        server.done("kill_switch_engage", "{}");
        assertThat(refused(RESET, "{" + FIXED + ", 'approver': 'director_dana'}", ALICE))
                .contains("another person's approval");
        assertThat(user.asked).isEmpty();
        assertThat(engaged()).isTrue();
    }

    @Test
    void aGrantedResetIsDoneOnceAndItsApproverIsWhoGranted() {
        server.done("kill_switch_engage", "{}");
        String named = FIXED + ", 'approver': 'director_dana'";
        String id = idIn(refused(RESET, "{" + named + "}", ALICE));

        String granted = textOf(GRANT, "{'id': '" + id + "', 'reason': 'I looked at the fix'}", BOB);
        assertThat(granted)
                .contains(
                        "Granted: " + id, "asked for by alice", "\"fixed\"", "commit 4f2a", "met:     no failed check")
                .contains("Nothing is done yet");
        assertThat(refused(RESET, "{" + named + "}", ALICE)).contains("is granted by bob", "approval_id \"" + id);
        String done = textOf(RESET, "{" + named + ", 'approval_id': '" + id + "'}", ALICE);

        assertThat(done).contains("Reset. The kill switch is off");
        JsonNode reset = server.newest("kill-switch-reset");
        assertThat(reset.path("actor").asString()).isEqualTo("alice");
        assertThat(reset.at("/payload/approver").asString()).isEqualTo("bob");
        assertThat(server.newest("approval-used").toString()).contains("alice", "bob", id);
        server.done("kill_switch_engage", "{'reason': 'again'}");
        assertThat(refused(RESET, "{" + named + ", 'approval_id': '" + id + "'}", ALICE))
                .contains("was used already", "without approval_id");
        assertThat(engaged()).isTrue();
    }

    @Test
    void anApprovalOfOneEngagementDoesNotResetTheNext() {
        server.done("kill_switch_engage", "{'reason': 'first'}");
        String id = grantedReset();
        server.sql("UPDATE settings SET value = '0' WHERE key = 'DISABLE_NEW'");
        server.sql("UPDATE settings SET value = '1' WHERE key = 'DISABLE_NEW'");
        Await.until(
                "the second engagement is noticed",
                () -> server.done("monitor_status", "{}")
                        .at("/killSwitch/by")
                        .asString("")
                        .equals("direct-sql"));

        assertThat(refused(RESET, with(id), ALICE))
                .contains(
                        "Approved: reset the kill switch, on since", "by alice", "The call would now", "by direct-sql")
                .contains("was not used and stays good until");
        assertThat(engaged()).isTrue();
    }

    @Test
    void onlyTheVerySameCallOfTheSameCallerMayUseIt() {
        server.done("kill_switch_engage", "{}");
        String id = grantedReset();

        assertThat(refused(RESET, "{'reason': 'other', 'fix_reference': 'x', 'approval_id': '" + id + "'}", ALICE))
                .contains("was given for the arguments", "commit 4f2a");
        assertThat(refused(RESET, "{" + FIXED + ", 'force': true, 'approval_id': '" + id + "'}", ALICE))
                .contains("was given for the arguments");
        assertThat(refused(RESET, with(id), new Caller("mallory", Caller.Transport.SOCKET)))
                .contains("belongs to alice");
        assertThat(refused(RESET, with("a-00000000"), ALICE))
                .contains("no approval \"a-00000000\"", "without approval_id");
        assertThat(engaged()).isTrue();
        assertThat(textOf(RESET, with(id), ALICE)).contains("Reset.");
    }

    @Test
    void anUpgradeIsTheSameWhetherItsCallerWaitsForItsEndOrNot() {
        String upgrade = "'canary': 'broken', 'id': 'u', 'promote': true";
        String id = idIn(refused("upgrade_run", "{" + upgrade + ", 'wait': false}", ALICE));
        textOf(GRANT, "{'id': '" + id + "'}", BOB);

        assertThat(refused(
                        "upgrade_run", "{" + upgrade + ", 'canary_weights': [5], 'approval_id': '" + id + "'}", ALICE))
                .contains("was given for the arguments");
        assertThat(TestServer.text(call("upgrade_run", "{" + upgrade + ", 'approval_id': '" + id + "'}", ALICE)))
                .as("it was begun, waited for, and came as far as it can")
                .contains("the preflight did not pass", "/nowhere/worker");
    }

    @Test
    void anExpiredOneDoesNothing() {
        server.done("kill_switch_engage", "{}");
        String id = grantedReset();
        server.sql("UPDATE approvals SET expires_at = requested_at");

        assertThat(refused(RESET, with(id), ALICE)).contains("expired at", "without approval_id");
        assertThat(engaged()).isTrue();
    }

    @Test
    void aKillSwitchEngagedMeanwhileStopsTheApprovedPromotionAndSaysWhatIsLeft() {
        server.done("worker_start_canary", "{'release': 'good'}");
        String id = grantedPromotion();
        server.done("kill_switch_engage", "{'reason': 'odd figures'}");

        assertThat(refused(PROMOTE, "{'approval_id': '" + id + "'}", ALICE))
                .contains("kill switch is engaged", "Approval " + id + " was not used and stays good until");
        assertThat(textOf(GRANT, "{}", BOB)).contains(id, "granted", "now it would be refused", "odd figures");
        assertThat(active()).isEqualTo("stable");

        resetWithApproval();
        assertThat(textOf(PROMOTE, "{'approval_id': '" + id + "'}", ALICE)).contains("good is the active worker");
    }

    @Test
    void anotherCanaryThanTheApprovedOneIsNotPromoted() {
        server.done("worker_start_canary", "{'release': 'good'}");
        String id = grantedPromotion();
        server.done("worker_stop_canary", "{}");
        server.done("worker_start_canary", "{'release': 'bad'}");

        assertThat(refused(PROMOTE, "{'approval_id': '" + id + "'}", ALICE))
                .contains("Approved: promote good in place of stable (sha256 ", "The call would now promote bad");
        assertThat(active()).isEqualTo("stable");
    }

    @Test
    void ofManyPromotionsAtOnceWithOneApprovalOneIsDone() throws Exception {
        server.done("worker_start_canary", "{'release': 'good'}");
        String id = grantedPromotion();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Boolean>> results = new ArrayList<>();
        Callable<Boolean> promotion =
                () -> call(PROMOTE, "{'approval_id': '" + id + "'}", ALICE).isError();
        for (int i = 0; i < 4; i++) {
            results.add(threads.submit(promotion));
        }
        int done = 0;
        for (Future<Boolean> refused : results) {
            done += refused.get() ? 0 : 1;
        }
        threads.shutdown();

        assertThat(done).isEqualTo(1);
        JsonNode promoted = server.newest("monitoring-started");
        assertThat(promoted.at("/payload/approver").asString()).isEqualTo("bob");
        assertThat(server.done("audit_query", "{'kinds': ['approval-used']}")
                        .path("events")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void aLockedDatabaseLeavesTheApprovalAsItWas() throws SQLException {
        server.done("worker_start_canary", "{'release': 'good'}");
        String id = grantedPromotion();
        try (Connection other = DriverManager.getConnection(
                        "jdbc:sqlite:" + server.workspace().database());
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThat(refused(PROMOTE, "{'approval_id': '" + id + "'}", ALICE))
                    .contains("cannot be recorded", "nothing was switched", "was not used and stays good until");
            statement.execute("ROLLBACK");
        }

        assertThat(active()).isEqualTo("stable");
        assertThat(textOf(PROMOTE, "{'approval_id': '" + id + "'}", ALICE)).contains("good is the active worker");
    }

    @Test
    void aRestartBetweenForgetsNeitherTheRequestNorTheGrant() {
        server.done("kill_switch_engage", "{}");
        String id = askForReset();
        stop();
        start();
        assertThat(textOf(GRANT, "{}", BOB)).contains(id, "pending", "asked for by alice");
        textOf(GRANT, "{'id': '" + id + "'}", BOB);
        stop();
        start();

        assertThat(textOf(RESET, with(id), ALICE)).contains("Reset.");
    }

    @Test
    void aRefusalIsHeardAndAGrantCanBeTakenBack() {
        server.done("kill_switch_engage", "{}");
        String id = grantedReset();

        assertThat(textOf(GRANT, "{'id': '" + id + "', 'decision': 'refuse', 'reason': 'the fix is not out'}", BOB))
                .contains("Refused: " + id);

        assertThat(refused(RESET, with(id), ALICE)).contains("was refused by bob", "the fix is not out");
        assertThat(textOf(GRANT, "{}", BOB)).contains("No approval is open");
        assertThat(engaged()).isTrue();
    }

    @Test
    void aDryRunAsksForNoApprovalAndSaysThatOneIsNeeded() {
        server.done("worker_start_canary", "{'release': 'good'}");

        assertThat(textOf(PROMOTE, "{'dry_run': true}", ALICE)).contains("needs another person's approval first");

        assertThat(server.newest("approval-requested").isMissingNode()).isTrue();
        assertThat(refused("worker_rollback", "{}", ALICE)).contains("no previous worker");
    }

    private void resetWithApproval() {
        String forced = "'reason': 'false alarm', 'force': true";
        String id = idIn(refused(RESET, "{" + forced + "}", ALICE));
        textOf(GRANT, "{'id': '" + id + "'}", BOB);
        textOf(RESET, "{" + forced + ", 'approval_id': '" + id + "'}", ALICE);
    }

    private String askForReset() {
        return idIn(refused(RESET, "{" + FIXED + "}", ALICE));
    }

    private String grantedReset() {
        String id = askForReset();
        textOf(GRANT, "{'id': '" + id + "'}", BOB);
        return id;
    }

    private String grantedPromotion() {
        String id = idIn(refused(PROMOTE, "{}", ALICE));
        textOf(GRANT, "{'id': '" + id + "'}", BOB);
        return id;
    }

    private static String with(String id) {
        return "{" + FIXED + ", 'approval_id': '" + id + "'}";
    }

    private static String idIn(String text) {
        Matcher id = ID.matcher(text);
        assertThat(id.find()).as(text).isTrue();
        return id.group();
    }

    private boolean engaged() {
        return server.done("monitor_status", "{}").at("/killSwitch/engaged").asBoolean();
    }

    private String active() {
        return server.done("worker_status", "{}").at("/active/label").asString();
    }

    private ToolResult call(String tool, String arguments, Caller caller) {
        ObjectNode json = TestServer.json(arguments.replace('\'', '"'));
        return server.call(tool, json, caller, CallChannel.none());
    }

    private String textOf(String tool, String arguments, Caller caller) {
        return textOf(tool, arguments, caller, false);
    }

    private String refused(String tool, String arguments, Caller caller) {
        return textOf(tool, arguments, caller, true);
    }

    private String textOf(String tool, String arguments, Caller caller, boolean refused) {
        ToolResult result = call(tool, arguments, caller);
        assertThat(result.isError()).as(TestServer.text(result)).isEqualTo(refused);
        return TestServer.text(result);
    }
}

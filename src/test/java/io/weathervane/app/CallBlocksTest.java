package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.weathervane.block.CallBlocks;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.EchoWorker;
import io.weathervane.testing.ServerProcess;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.ToolResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Calls of workers' tools that operators block, on two services with workers. */
class CallBlocksTest {
    private static final Caller VIEWER = new Caller("vera", Caller.Transport.HTTP, Set.of(CallerRole.VIEWER));
    private static final Caller ALICE = new Caller("alice", Caller.Transport.SOCKET);

    /** A worker that lists a tool and leaves calls of it unanswered. */
    private static final String NEVER_ANSWERS = """
        while IFS= read -r line; do
            id=${line#*'"id":'}
            case $line in
            *'"initialize"'*) r='{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
            *'"tools/list"'*) r='{"tools":[{"name":"wait","inputSchema":{"type":"object"}}]}' ;;
            *'"ping"'*) r='{}' ;;
            *) continue ;;
            esac
            printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "${id%%[,\\}]*}" "$r"
        done
        """;

    private static final int CALLS = 100_000;

    /** Each call goes on as a task; its cancellation is noted in the file of its first argument. */
    private static final String BEGINS_TASKS = """
        while IFS= read -r line; do
            id=${line#*'"id":'}
            task=${line#*'"taskId":"'}; task=${task%%\\"*}
            status=working
            case $line in
            *'"initialize"'*) r='{"protocolVersion":"2025-11-25","capabilities":{"tools":{},"tasks":{"cancel":{}}},"serverInfo":{"name":"s","version":"1"}}' ;;
            *'"tools/list"'*) r='{"tools":[{"name":"wait","inputSchema":{"type":"object"}},{"name":"other","inputSchema":{"type":"object"}}]}' ;;
            *'"tools/call"'*) calls=$((calls + 1)); task=t-$calls ;;
            *'"tasks/cancel"'*) echo "$task" >>"$1"; status=cancelled ;;
            *'"ping"'*) r='{}' ;;
            *) continue ;;
            esac
            described="\\"taskId\\":\\"$task\\",\\"status\\":\\"$status\\",\\"createdAt\\":\\"2026-01-01T00:00:00Z\\",\\"ttl\\":60000"
            case $line in
            *'"tools/call"'*) r="{\\"task\\":{$described}}" ;;
            *'"tasks/cancel"'*) r="{$described}" ;;
            esac
            printf '{"jsonrpc":"2.0","id":%s,"result":%s}\\n' "${id%%[,\\}]*}" "$r"
        done
        """;

    private static final ExecutorService CLIENTS = Executors.newCachedThreadPool();

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() {
        server = started("");
    }

    private TestServer started(String head) {
        return TestServer.start(folder, head + """
            services:
              pay: {releases: {stable: {kind: mcp, command: [%1$s]}}}
              find: {releases: {stable: {kind: mcp, command: [%1$s]}}}
            """.formatted(String.join(", ", EchoWorker.command())));
    }

    @AfterAll
    static void endClients() {
        CLIENTS.shutdownNow();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aRefusedCallSaysSinceWhenByWhomWhyAndHowToLiftItAndIsNoFailureOfTheWorker() {
        server.done("calls_block", "{'tool': 'pay_*', 'reason': 'double charges'}");

        String refusal = server.refused("pay_echo", "{'text': 'hello'}");

        assertThat(refusal)
                .contains("all calls of pay_* are blocked since 20", " by alice: double charges. ")
                .contains("pay_echo was not called and nothing was done", "calls unblock 'tool:pay_*'");
        assertThat(refusalOf("pay_get_forecast")).isNotEmpty();
        assertThat(refusalOf("find_echo")).isEmpty();
        ObjectNode pay = server.done("worker_status", "{'service': 'pay'}");
        assertThat(pay.at("/active/requests").asInt(-1)).isZero();
        assertThat(pay.at("/active/errors").asInt(-1)).isZero();
        assertThat(pay.path("blockedCalls").asInt(-1)).isEqualTo(2);
        assertThat(server.done("worker_status", "{'service': 'find'}")
                        .path("blockedCalls")
                        .asInt(-1))
                .isZero();
    }

    @Test
    void whatIsBlockedGoesByToolServiceWritesOrAll() {
        assertThat(server.refused("calls_block", "{}")).contains("tool (a pattern such as pay_*)", "Nothing was done");
        assertThat(server.refused("calls_block", "{'service': 'pey'}")).contains("service is one of: pay, find");
        assertThat(server.refused("calls_block", "{'service': 'pay', 'tool': 'x'}"))
                .contains("leave it out here");
        assertThat(server.refused("calls_block", "{'scope': 'all', 'service': 'pay'}"))
                .contains("leave it out here");
        assertThat(server.refused("calls_block", "{'tool': 'a b'}")).contains("a pattern has");

        assertThat(blocked("{'service': 'pay', 'scope': 'writes'}")).isEqualTo("writes:pay");
        assertThat(refused()).containsExactly("pay_record_observation");
        assertThat(blocked("{'scope': 'writes'}")).isEqualTo("writes");
        assertThat(refused()).containsExactlyInAnyOrder("pay_record_observation", "find_record_observation");
        assertThat(blocked("{'service': 'find'}")).isEqualTo("service:find");
        assertThat(refused())
                .containsExactlyInAnyOrder(
                        "pay_record_observation", "find_echo", "find_get_forecast", "find_record_observation");
        assertThat(blocked("{'scope': 'all'}")).isEqualTo("all");
        assertThat(refused()).hasSize(6);
    }

    @Test
    void aToolThatIsInNoListCountsAsOneThatWrites() {
        server.done("calls_block", "{'service': 'pay', 'scope': 'writes'}");

        assertThat(refusalOf("pay_not_listed")).contains("Blocked:");
        assertThat(refusalOf("find_not_listed")).isEmpty();
    }

    @Test
    void toolsOfOursProbesAndRollbacksAreNotStopped() {
        server.done("calls_block", "{'scope': 'all'}");

        assertThat(server.done("worker_status", "{'service': 'pay'}")
                        .path("status")
                        .asString(""))
                .isEqualTo("ok");
        assertThat(server.done("kill_switch_engage", "{}")
                        .at("/killSwitch/engaged")
                        .asBoolean())
                .isTrue();
        assertThat(server.services().get(0).workers().manager().probeActive().ok())
                .isTrue();
    }

    @Test
    void aViewerMayBlockAndNotUnblock() {
        ToolResult blocked = call("calls_block", "{'scope': 'all', 'reason': 'smoke'}", VIEWER);
        assertThat(blocked.isError()).as(TestServer.text(blocked)).isFalse();

        assertThat(TestServer.text(call("calls_unblock", "{'id': 'all', 'reason': 'ok', 'approver': 'x'}", VIEWER)))
                .contains("needs the role operator");
        assertThat(refusalOf("pay_echo")).contains(" by vera: smoke");
    }

    @Test
    void liftingNeedsAReasonAndAnApprover() {
        assertThat(server.refused("calls_unblock", "{'id': 'all', 'reason': 'x', 'approver': 'y'}"))
                .contains("There is no block all", "No calls are blocked");
        server.done("calls_block", "{'scope': 'all', 'reason': 'smoke'}");
        assertThat(server.refused("calls_unblock", "{'id': 'everything'}")).contains("id: it must be all, writes");
        assertThat(server.refused("calls_unblock", "{'id': 'all'}")).contains("reason is required");
        assertThat(server.refused("calls_unblock", "{'id': 'all', 'reason': 'smoke is gone'}"))
                .contains("approver is required");
        assertThat(server.textOf("calls_unblock", "{}")).contains("BLOCKED: all calls of workers' tools", "smoke");
        assertThat(refusalOf("pay_echo")).isNotEmpty();

        assertThat(server.textOf("calls_unblock", "{'scope': 'all', 'reason': 'smoke is gone', 'approver': 'dana'}"))
                .contains("Calls are let through again", "No calls are blocked.");

        assertThat(refusalOf("pay_echo")).isEmpty();
        assertThat(server.newest("calls-blocked").at("/payload/scope").asString(""))
                .isEqualTo("all");
        assertThat(server.newest("calls-unblocked").at("/payload/approver").asString(""))
                .isEqualTo("dana");
        assertThat(server.newest("calls-unblocked").at("/actor").asString("")).isEqualTo("alice");
    }

    @Test
    void aTableThatCannotBeReadAtTheStartBlocksEveryCallUntilItCan() {
        server.sql("ALTER TABLE call_blocks RENAME TO kept");
        server.sql("CREATE TABLE call_blocks (other TEXT)");
        server.close();

        server = started("");

        assertThat(TestServer.text(server.callWorker("pay_echo", "{'text': 'hello'}")))
                .contains("call_blocks could not be read since the start");
        assertThat(server.health().path("notes").toString()).contains("call_blocks cannot be read");

        server.sql("DROP TABLE call_blocks");
        server.sql("ALTER TABLE kept RENAME TO call_blocks");

        Await.until(
                "it can be read again",
                () -> !server.callWorker("pay_echo", "{'text': 'hello'}").isError());
    }

    @Test
    void aSecondBlockOfTheSameCallsSaysThatTheyAreBlocked() {
        server.done("calls_block", "{'scope': 'all', 'reason': 'first'}");

        assertThat(server.textOf("calls_block", "{'scope': 'all', 'reason': 'second'}"))
                .contains("Blocked already", "first");
        assertThat(server.done("calls_block", "{'scope': 'all'}").path("blocks"))
                .hasSize(1);
    }

    @Test
    void rowsThatOthersWriteAndDeleteCountWithinAMomentAndAreAudited() {
        server.sql("INSERT INTO call_blocks (scope, reason, actor) VALUES ('tool:pay_*', 'by hand', 'otto')");
        Await.until("it is in effect", () -> refusalOf("pay_echo").contains("by otto: by hand"));
        Await.until("it is audited", () -> server.newest("calls-blocked").isObject());
        assertThat(server.newest("calls-blocked").path("actor").asString("")).isEqualTo("direct-sql");
        assertThat(server.newest("calls-blocked").at("/payload/statedActor").asString(""))
                .isEqualTo("otto");

        server.sql("DELETE FROM call_blocks");
        Await.until("it is lifted", () -> refusalOf("pay_echo").isEmpty());
        Await.until("that is audited", () -> server.newest("calls-unblocked").isObject());
        assertThat(server.newest("calls-unblocked").path("actor").asString("")).isEqualTo("direct-sql");
    }

    @Test
    void aRowThatMeansNothingIsRefusedByTheTable() {
        assertThatThrownBy(() -> server.sql("INSERT INTO call_blocks (scope) VALUES ('everything')"))
                .hasMessageContaining("CHECK constraint failed");
    }

    @Test
    void aRowThatIsNotUnderstoodBlocksEverything() {
        server.sql("INSERT INTO call_blocks (scope) VALUES ('tool:pay echo')");

        Await.until("it is in effect", () -> refusalOf("find_echo").contains("a row of call_blocks is not understood"));
    }

    @Test
    void whatIsBlockedHoldsWhenTheTableIsDroppedAndIsWrittenBack() {
        server.done("calls_block", "{'tool': 'pay_*', 'reason': 'keep'}");
        server.sql("DROP TABLE call_blocks");

        Await.until("the table is back", () -> scopes().contains("tool:pay_*"));
        assertThat(refusalOf("pay_echo")).contains("keep");
    }

    @Test
    void itIsShownWhereTheStateIs() {
        server.done("calls_block", "{'scope': 'writes', 'reason': 'look'}");

        for (String text : List.of(
                server.textOf("worker_status", "{'service': 'pay'}"),
                server.textOf("monitor_status", "{'service': 'pay'}"))) {
            assertThat(text).contains("BLOCKED: all calls of tools that do not say they only read", "look");
        }
        assertThat(server.resources()
                        .read("weathervane://flags", ALICE)
                        .orElseThrow()
                        .json()
                        .toString())
                .contains("writes", "look");
        assertThat(server.health().at("/blocks/0/id").asString("")).isEqualTo("writes");
    }

    @Test
    void theEngagedKillSwitchBlocksWhatTheConfigurationSays() {
        server.close();
        server = started("killSwitch: {blocks: writes}\n");
        assertThat(refused()).isEmpty();

        server.done("kill_switch_engage", "{'reason': 'fire'}");

        assertThat(refused()).containsExactlyInAnyOrder("pay_record_observation", "find_record_observation");
        assertThat(refusalOf("pay_record_observation"))
                .contains("the kill switch is engaged: fire", "ends with kill_switch_reset");
        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'" + FlagCatalog.KILL_SWITCH + "': '0'}}");
        assertThat(refused()).isEmpty();
    }

    @Test
    void callsInFlightAreEndedOnRequestAndCountForNothing() throws Exception {
        server.close();
        server = TestServer.start(folder, """
            workers:
              toolPrefix: slow_
              releases: {stable: {kind: mcp, command: [sh, -c, %s]}}
            """.formatted(JsonRpcCodec.JSON.writeValueAsString(NEVER_ANSWERS)));
        URI mcp = server.listen(server.dispatcher(registry -> registry)).resolve("/mcp");
        Future<JsonNode> waiting = CLIENTS.submit(() -> ServerProcess.call(mcp, "slow_wait", "{}"));
        Await.until("it waits for the worker", () -> inFlight() == 1);

        assertThat(server.done("calls_block", "{'tool': 'other'}")
                        .path("cancelled")
                        .asInt(-1))
                .isZero();
        assertThat(server.done("calls_block", "{'tool': 'slow_*', 'reason': 'stuck'}")
                        .path("cancelled")
                        .asInt(-1))
                .isZero();
        assertThat(inFlight()).isEqualTo(1);
        assertThat(server.textOf("calls_block", "{'tool': 'slow_*', 'in_flight': 'cancel'}"))
                .contains("Calls in flight that were ended: 1.");

        assertThat(ServerProcess.text(waiting.get(10, TimeUnit.SECONDS)))
                .contains("all calls of slow_* are blocked", "stuck", "was in flight and was ended");
        Await.until("the worker has it no more", () -> inFlight() == 0);
        assertThat(server.done("worker_status", "{}").at("/active/errors").asInt(-1))
                .isZero();
        assertThat(server.done("worker_status", "{}").at("/failures/releases").toString())
                .doesNotContain("given-up");
    }

    @Test
    void openTasksOfTheToolsAreCancelledOnRequestWhoeverTheyAreOf() {
        server.close();
        Path cancelled = folder.resolve("cancelled");
        server = TestServer.start(folder, """
            workers:
              toolPrefix: slow_
              releases: {stable: {kind: mcp, command: [sh, -c, %s, worker, %s]}}
            """.formatted(JsonRpcCodec.JSON.writeValueAsString(BEGINS_TASKS), cancelled));
        server.callWorker("slow_wait", "{}");
        server.callWorker("slow_wait", "{}");
        server.callWorker("slow_other", "{}");

        assertThat(server.done("calls_block", "{'tool': 'slow_*'}")
                        .path("cancelledTasks")
                        .asInt(-1))
                .isZero();
        assertThat(server.textOf("calls_block", "{'tool': 'slow_wait', 'in_flight': 'cancel'}"))
                .contains("Calls in flight that were ended: 0. Tasks that their workers were told to end: 2.");

        Await.until("the worker has cancelled both", () -> lines(cancelled).size() == 2);
        assertThat(lines(cancelled)).containsExactlyInAnyOrder("t-1", "t-2");
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCallPaysNothingForBlocksWhereThereAreNone() {
        CallBlocks blocks = server.blocks();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        askOften(blocks);
        long before = threads.getCurrentThreadAllocatedBytes();

        askOften(blocks);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(CALLS);
    }

    private static void askOften(CallBlocks blocks) {
        for (int call = 0; call < CALLS; call++) {
            assertThatNotBlocked(blocks);
        }
    }

    private static void assertThatNotBlocked(CallBlocks blocks) {
        if (blocks.blocking("pay_echo", "pay", false).isPresent()) {
            throw new AssertionError("nothing is blocked");
        }
    }

    private int inFlight() {
        return server.done("worker_status", "{}").at("/active/inFlight").asInt(-1);
    }

    @Test
    void aBlockOutlivesTheServer() {
        server.done("calls_block", "{'tool': 'pay_*', 'reason': 'lasting'}");
        server.close();
        server = started("");

        assertThat(refusalOf("pay_echo")).contains("lasting");
    }

    @Test
    void aBlockOutlivesATableThatIsDroppedWhileNoServerRuns() throws Exception {
        server.done("calls_block", "{'tool': 'pay_*', 'reason': 'lasting'}");
        server.done("calls_block", "{'tool': 'find_*', 'reason': 'short'}");
        server.sql("DELETE FROM call_blocks WHERE scope = 'tool:find_*'");
        Await.until("it is lifted", () -> refusalOf("find_echo").isEmpty());
        server.close();
        try (Connection other = connect();
                Statement drop = other.createStatement()) {
            drop.execute("DROP TABLE call_blocks");
        }

        server = started("");

        assertThat(refusalOf("pay_echo")).contains("Blocked: ");
        Await.until("the table is back", () -> scopes().equals(List.of("tool:pay_*")));
        Await.until(
                "the other one is called again", () -> refusalOf("find_echo").isEmpty());
        assertThat(refusalOf("pay_echo")).contains("lasting");
    }

    @Test
    void aBlockIsInEffectWhileTheDatabaseIsLocked() throws Exception {
        try (Connection other = connect();
                Statement lock = other.createStatement()) {
            lock.execute("BEGIN IMMEDIATE");
            long begun = System.nanoTime();
            ObjectNode answer = server.done("calls_block", "{'scope': 'all', 'reason': 'now'}");
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);

            assertThat(answer.path("durable").asBoolean(true)).isFalse();
            assertThat(tookMs).isLessThan(5_000);
            assertThat(refusalOf("pay_echo")).contains("now");
            lock.execute("ROLLBACK");
        }
        Await.until("it is written", () -> scopes().contains("all"));
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + server.workspace().database());
    }

    /** What the table has, as another program reads it; nothing while there is no table. */
    private List<String> scopes() {
        List<String> scopes = new ArrayList<>();
        try (Connection other = connect();
                Statement query = other.createStatement();
                ResultSet rows = query.executeQuery("SELECT scope FROM call_blocks")) {
            while (rows.next()) {
                scopes.add(rows.getString(1));
            }
            return scopes;
        } catch (SQLException e) {
            return List.of();
        }
    }

    private String blocked(String arguments) {
        return server.done("calls_block", arguments).path("id").asString("");
    }

    /** The listed tools of the workers whose calls are refused now. */
    private List<String> refused() {
        return server.tools(ALICE).stream()
                .filter(tool -> !tool.service().isEmpty())
                .map(tool -> tool.name())
                .filter(name -> !refusalOf(name).isEmpty())
                .toList();
    }

    /** Empty when the worker answers. */
    private String refusalOf(String tool) {
        ToolResult answer = call(tool, "{'text': 'hello', 'city': 'Bern'}", ALICE);
        return answer.isError() ? TestServer.text(answer) : "";
    }

    private ToolResult call(String tool, String arguments, Caller caller) {
        JsonNode json = TestServer.json(arguments.replace('\'', '"'));
        return server.requested(tool, json).call(caller, CallChannel.none());
    }
}

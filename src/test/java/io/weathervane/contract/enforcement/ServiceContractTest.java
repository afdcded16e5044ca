package io.weathervane.contract.enforcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.app.TestServer;
import io.weathervane.config.ConfigException;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.ToolResult;
import io.weathervane.util.Closer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A reviewed contract against workers that do not keep it: real processes, whose lists change while they run. */
class ServiceContractTest {
    private static final String YAML = """
        %s
        monitor: {checkInterval: 100ms, gracePeriod: 10m}
        upgrade: {probes: [{tool: read, arguments: {}}]}
        workers:
          contract: {file: contract.json, onDrift: %s}
          initial: stable
          drainTimeout: 500ms
          stopTimeout: 1s
          releases:
            stable: {kind: mcp, command: [sh, listing.sh, stable.tools]}
            next: {kind: mcp, command: [sh, listing.sh, next.tools]}
        """;

    @TempDir
    private Path folder;

    private final Closer closer = new Closer();

    @BeforeEach
    void writeWorkers() throws IOException {
        ListingWorker.write(folder);
        ListingWorker.promise(folder, "contract.json", ListingWorker.MOVE, ListingWorker.READ, ListingWorker.RELIST);
        ListingWorker.list(folder, "stable.tools", ListingWorker.MOVE, ListingWorker.READ, ListingWorker.RELIST);
        ListingWorker.list(
                folder, "next.tools", ListingWorker.MOVE_DESTRUCTIVE, ListingWorker.READ, ListingWorker.RELIST);
    }

    @AfterEach
    void stopServer() {
        closer.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"tools\": 7}", "nonsense"})
    void withoutAContractInTheFileAServerDoesNotStart(String content) throws IOException {
        Files.delete(folder.resolve("contract.json"));
        if (!content.isEmpty()) {
            Files.writeString(folder.resolve("contract.json"), content);
        }

        assertThatThrownBy(() -> serve("block"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("contract of the service default: The contract " + folder)
                .hasMessageContaining("contract.json");
    }

    @Test
    void aDriftAfterASwitchIsAlertedOnceAndStopsNothing() throws IOException {
        TestServer server = serve("alert");
        assertThat(state(server)).isEqualTo("kept");

        promote(server, "next");
        Await.until("it has drifted", () -> state(server).equals("drifted"));

        assertThat(server.textOf("move", "{}")).isEqualTo("done");
        JsonNode event = server.newest("contract-drift").path("payload");
        assertThat(event.path("tools").path(0).path("tool").asString("")).isEqualTo("move");
        assertThat(event.path("tools").path(0).path("findings").path(0).asString(""))
                .isEqualTo("less-safe-hint: destructiveHint was false, is true");
        assertThat(server.health().path("status").asString("")).isEqualTo("ok");
        assertThat(server.health().path("notes").toString()).contains("move (less safe hint", "nothing is refused");
        assertThat(server.textOf("worker_status", "{}")).contains("contract.json (onDrift alert): drifted");
        long alerted = drifts(server);

        server.close();
        TestServer again = serve("alert");
        Await.until("it is compared", () -> state(again).equals("drifted"));
        assertThat(drifts(again))
                .as("the same drift is told once")
                .isEqualTo(alerted)
                .isOne();
    }

    @Test
    void aContractHoldsFromTheReloadThatBringsItUntilTheOneThatTakesIt() throws IOException {
        ListingWorker.promise(folder, "contract.json", ListingWorker.MOVE, ListingWorker.READ, ListingWorker.RELIST);
        ListingWorker.list(folder, "stable.tools", ListingWorker.MOVE_DESTRUCTIVE, ListingWorker.READ);
        String with = YAML.formatted("", "block");
        String without = with.replaceAll("(?m)^ *contract:.*\\R", "");
        TestServer server = closer.register(TestServer.start(folder, without));
        assertThat(server.textOf("move", "{}")).isEqualTo("done");

        Files.writeString(folder.resolve("weathervane.yaml"), with.replace("contract.json", "nowhere.json"));
        server.reload();
        assertThat(server.health().path("notes").toString()).contains("the configuration is refused", "nowhere.json");
        assertThat(server.textOf("move", "{}")).isEqualTo("done");

        Files.writeString(folder.resolve("weathervane.yaml"), with);
        server.reload();
        assertThat(server.refused("move", "{}")).contains("breaks the contract");
        assertThat(server.textOf("read", "{}")).isEqualTo("done");

        server.done("contract_approve", "{'tool': 'move', 'confirm': true, 'reason': 'reviewed'}");
        Files.writeString(folder.resolve("weathervane.yaml"), YAML.formatted("", "alert"));
        server.reload();
        Files.writeString(folder.resolve("weathervane.yaml"), with);
        server.reload();
        assertThat(server.textOf("move", "{}"))
                .as("what was approved stays approved")
                .isEqualTo("done");

        Files.writeString(folder.resolve("weathervane.yaml"), without);
        server.reload();
        assertThat(server.textOf("worker_status", "{}")).doesNotContain("contract.json");
    }

    @Test
    void aToolThatBreaksTheContractIsRefusedUntilItIsApprovedAndAgainAfterAnotherChange() throws IOException {
        TestServer server = serve("block");
        promote(server, "next");

        assertThat(server.refused("move", "{}"))
                .contains(
                        "breaks the contract " + folder.resolve("contract.json") + " of default",
                        "destructiveHint was false, is true",
                        "weathervane contract approve --tool move");
        assertThat(server.textOf("read", "{}")).isEqualTo("done");
        assertThat(server.health().path("status").asString("")).isEqualTo("degraded");
        assertThat(server.refused("contract_approve", "{}")).contains("confirm is required");
        assertThat(server.textOf("contract_approve", "{'dry_run': true}")).contains("approve what breaks", "move");
        assertThat(server.refused("contract_approve", "{'tool': 'read', 'confirm': true}"))
                .contains("\"read\" of default does not break the contract", "these do: move");
        assertThat(server.refused("move", "{}")).contains("breaks the contract");

        server.done("contract_approve", "{'tool': 'move', 'confirm': true, 'reason': 'reviewed'}");

        assertThat(server.textOf("move", "{}")).isEqualTo("done");
        assertThat(server.health().path("status").asString("")).isEqualTo("ok");
        JsonNode approved = server.newest("contract-approved");
        assertThat(approved.path("payload").path("approver").asString("")).isEqualTo("alice by confirm");
        assertThat(approved.path("payload").path("reason").asString("")).isEqualTo("reviewed");
        assertThat(server.refused("contract_approve", "{'confirm': true}")).contains("Nothing of default breaks");

        ListingWorker.list(folder, "next.tools", ListingWorker.MOVE_OPEN, ListingWorker.READ, ListingWorker.RELIST);
        assertThat(server.textOf("relist", "{}")).isEqualTo("done");
        Await.until("the new list is compared", () -> state(server).equals("drifted"));
        assertThat(server.refused("move", "{}")).contains("openWorldHint was false, is true");
    }

    @Test
    void anApprovalOutlivesTheServerAndNotANewContract() throws IOException {
        TestServer server = serve("block");
        promote(server, "next");
        Await.until("it has drifted", () -> state(server).equals("drifted"));
        server.done("contract_approve", "{'confirm': true}");
        server.close();

        TestServer again = serve("block");
        assertThat(again.textOf("move", "{}")).isEqualTo("done");

        ListingWorker.promise(
                folder,
                "contract.json",
                ListingWorker.MOVE.replace("\"type\":\"object\"", "\"type\":\"object\",\"title\":\"x\""),
                ListingWorker.READ,
                ListingWorker.RELIST);
        Await.until("the new contract is in force", () -> state(again).equals("drifted"));
        assertThat(again.refused("move", "{}")).contains("breaks the contract");
        assertThat(again.newest("contract-changed")
                        .path("payload")
                        .path("tools")
                        .asInt())
                .isEqualTo(3);

        ListingWorker.promise(
                folder, "contract.json", ListingWorker.MOVE_DESTRUCTIVE, ListingWorker.READ, ListingWorker.RELIST);
        Await.until("the contract is kept", () -> state(again).equals("kept"));
        assertThat(again.textOf("move", "{}")).isEqualTo("done");
    }

    /** The worker says nothing of it; a client that lists the tools finds out. */
    @Test
    void aListThatChangesUnsaidIsComparedBeforeItsToolsAreCalled() throws IOException {
        TestServer server = serve("block");
        assertThat(server.textOf("move", "{}")).isEqualTo("done");

        ListingWorker.list(
                folder, "stable.tools", ListingWorker.MOVE_DESTRUCTIVE, ListingWorker.READ, ListingWorker.RELIST);
        Await.until("the list is new", () -> {
            server.tools();
            return server.call("move", "{}").isError();
        });

        assertThat(server.refused("move", "{}")).contains("breaks the contract");
        assertThat(server.textOf("read", "{}")).isEqualTo("done");
    }

    @Test
    void aRemovedToolIsADriftAndANewOneIsNone() throws IOException {
        ListingWorker.list(
                folder,
                "stable.tools",
                ListingWorker.READ,
                ListingWorker.RELIST,
                ListingWorker.READ.replace("\"read\"", "\"list\""));
        TestServer server = serve("block");

        Await.until("it is compared", () -> state(server).equals("drifted"));
        assertThat(server.refused("move", "{}")).contains("removed tool: the tool is gone");
        assertThat(server.textOf("list", "{}")).isEqualTo("done");
    }

    @Test
    void anEditedFileThatIsNonsenseLeavesTheLastGoodContractInForce() throws IOException {
        TestServer server = serve("block");
        String good = Files.readString(folder.resolve("contract.json"));

        Files.writeString(folder.resolve("contract.json"), "{\"contractVersion\": 1, \"tools\": [{}]}");
        Await.until(
                "health says so",
                () -> server.health().path("status").asString("").equals("degraded"));

        assertThat(server.health().path("notes").toString())
                .contains("contract.json at /tools/0/name must be the tool's name", "The last good contract stays");
        promote(server, "next");
        assertThat(server.refused("move", "{}")).contains("breaks the contract");
        assertThat(server.textOf("monitor_status", "{}")).contains("must be the tool's name");
        Files.delete(folder.resolve("contract.json"));
        Await.until(
                "health says so",
                () -> server.health().path("notes").toString().contains("contract.json does not exist"));
        assertThat(server.refused("move", "{}")).contains("breaks the contract");

        Files.writeString(folder.resolve("contract.json"), good);
        server.done("worker_rollback", "{}");
        server.done(
                "kill_switch_reset", "{'reason': 'over', 'approver': 'dana', 'fix_reference': 'X-1', 'force': true}");
        Await.until(
                "all is well", () -> server.health().path("status").asString("").equals("ok"));
    }

    @Test
    void aDriftStopsNeitherTheKillSwitchNorARollbackNorAToolOfOurs() throws IOException {
        TestServer server = serve("refuse");
        server.done("worker_start_canary", "{'release': 'next'}");
        server.done("contract_approve", "{'confirm': true}");
        server.done("worker_promote", "{'confirm': true}");
        ListingWorker.list(folder, "next.tools", ListingWorker.RELIST);
        server.textOf("relist", "{}");
        Await.until("all but one tool is gone", () -> state(server).equals("drifted"));
        ListingWorker.list(folder, "stable.tools", ListingWorker.MOVE_DESTRUCTIVE);

        server.done("kill_switch_engage", "{'reason': 'now'}");
        server.done("worker_rollback", "{}");
        server.done("evidence_collect", "{}");

        assertThat(server.done("worker_status", "{}").at("/active/label").asString(""))
                .isEqualTo("stable");
    }

    @Test
    void aCanaryThatBreaksTheContractIsNotPromotedWhereThatIsRefused() throws IOException {
        TestServer server = serve("refuse");

        JsonNode upgrade = server.done(
                "upgrade_run",
                "{'canary': 'next', 'id': 'u', 'promote': true, 'confirm': true, 'accept_change': ['move:annotation-flipped']}");
        assertThat(upgrade.path("status").asString(""))
                .as(upgrade.toPrettyString())
                .isEqualTo("aborted");
        assertThat(upgrade.path("reason").asString(""))
                .contains("the canary breaks the contract", "move (less safe hint", "onDrift refuse");

        server.done("worker_start_canary", "{'release': 'next'}");
        assertThat(server.refused("worker_promote", "{'confirm': true}"))
                .contains("Nothing was promoted: the canary breaks the contract", "contract_approve");
        server.done("contract_approve", "{'confirm': true}");
        server.done("worker_promote", "{'confirm': true}");
        assertThat(server.textOf("move", "{}")).isEqualTo("done");
    }

    @Test
    void aCallThatAsksForAWorkerIsHeldAgainstThatWorkersTools() throws IOException {
        TestServer server = serve("block");
        server.done("worker_start_canary", "{'release': 'next'}");
        assertThat(server.textOf("move", "{}")).isEqualTo("done");

        assertThat(askingFor("canary", server, "move")).contains("breaks the contract", "destructiveHint was false");
        assertThat(askingFor("next", server, "move")).contains("breaks the contract");
        assertThat(askingFor("stable", server, "move")).isEqualTo("done");
        assertThat(askingFor("next", server, "read")).isEqualTo("done");

        server.done("worker_promote", "{'confirm': true}");
        assertThat(server.refused("move", "{}")).contains("breaks the contract");
        assertThat(askingFor("previous", server, "move")).isEqualTo("done");
    }

    @Test
    void aWaitingUpgradeIsPromotedOnceItsDriftIsApproved() throws IOException {
        TestServer server = serve("refuse");

        JsonNode waiting = server.done(
                "upgrade_run", "{'canary': 'next', 'id': 'u', 'accept_change': ['move:annotation-flipped']}");
        assertThat(waiting.path("status").asString(""))
                .as(waiting.toPrettyString())
                .isEqualTo("waiting");
        assertThat(waiting.path("steps").toString()).contains("it is not promoted before contract_approve");
        assertThat(server.refused("upgrade_run", "{'id': 'u', 'promote': true, 'confirm': true}"))
                .contains("The canary breaks the contract");

        server.done("contract_approve", "{'confirm': true}");
        server.done("upgrade_run", "{'id': 'u', 'promote': true, 'confirm': true, 'wait': false}");
        Await.until(
                "next is active",
                () -> server.done("worker_status", "{}")
                        .at("/active/label")
                        .asString("")
                        .equals("next"));
        Await.until(
                "the promotion is carried out, and can be undone",
                () -> !server.call("worker_rollback", "{}").isError());
    }

    @Test
    void thePreflightSaysHowTheContractStands() throws IOException {
        ListingWorker.list(folder, "stable.tools", ListingWorker.READ, ListingWorker.RELIST);
        TestServer server = serve("block");
        Await.until("it is compared", () -> state(server).equals("drifted"));

        assertThat(server.textOf("upgrade_run", "{'canary': 'next', 'dry_run': true}"))
                .contains("WARNING contract: the tools break the contract", "move (removed tool");
    }

    @Test
    void inProductionASecondPersonApprovesWhatIsShown() throws IOException {
        ListingWorker.list(
                folder, "stable.tools", ListingWorker.MOVE_DESTRUCTIVE, ListingWorker.READ, ListingWorker.RELIST);
        TestServer server = serve("environment: production", "block");
        Await.until("it is compared", () -> state(server).equals("drifted"));

        Matcher id = Pattern.compile("a-[0-9a-f]{8}").matcher(server.refused("contract_approve", "{}"));
        assertThat(id.find()).isTrue();
        Caller bob = new Caller("bob", Caller.Transport.SOCKET);
        ToolResult granted = server.call(
                "approval_grant", TestServer.json("{\"id\": \"" + id.group() + "\"}"), bob, CallChannel.none());
        assertThat(TestServer.text(granted))
                .contains("approve what breaks the contract of default", "destructiveHint was false, is true");

        ListingWorker.list(folder, "stable.tools", ListingWorker.MOVE_OPEN, ListingWorker.READ, ListingWorker.RELIST);
        server.textOf("relist", "{}");
        Await.until(
                "it is another drift",
                () -> server.textOf("worker_status", "{}").contains("openWorldHint"));
        assertThat(server.refused("contract_approve", "{'approval_id': '" + id.group() + "'}"))
                .as("what was granted is not what it is now")
                .contains("Request approval again");

        ListingWorker.list(
                folder, "stable.tools", ListingWorker.MOVE_DESTRUCTIVE, ListingWorker.READ, ListingWorker.RELIST);
        server.textOf("relist", "{}");
        Await.until(
                "it is as before", () -> !server.textOf("worker_status", "{}").contains("openWorldHint"));
        server.done("contract_approve", "{'approval_id': '" + id.group() + "'}");
        assertThat(server.textOf("move", "{}")).isEqualTo("done");
    }

    @Test
    void eachServiceStandsToItsOwnContract() throws IOException {
        ListingWorker.promise(folder, "files.json", ListingWorker.MOVE);
        ListingWorker.list(folder, "files.tools", ListingWorker.MOVE_DESTRUCTIVE);
        TestServer server = serve("", "block", """
            services:
              files:
                contract: {file: files.json, onDrift: block}
                releases: {v1: {kind: mcp, command: [sh, listing.sh, files.tools]}}
            """);
        Await.until(
                "it is compared",
                () -> server.done("worker_status", "{'service': 'files'}")
                        .at("/contract/state")
                        .asString("")
                        .equals("drifted"));

        assertThat(server.refused("files_move", "{}")).contains("files.json of files", "--tool move");
        assertThat(server.textOf("default_move", "{}")).isEqualTo("done");
        assertThat(server.refused("contract_approve", "{'service': 'default', 'confirm': true}"))
                .contains("Nothing of default breaks");
        assertThat(server.health().path("notes").toString()).contains("service files: the tools break the contract");
        server.done("contract_approve", "{'service': 'files', 'confirm': true}");
        assertThat(server.textOf("files_move", "{}")).isEqualTo("done");
    }

    private TestServer serve(String onDrift) {
        return serve("", onDrift);
    }

    private TestServer serve(String preset, String onDrift) {
        return serve(preset, onDrift, "");
    }

    private TestServer serve(String preset, String onDrift, String more) {
        return closer.register(TestServer.start(folder, YAML.formatted(preset, onDrift) + more));
    }

    private static void promote(TestServer server, String release) {
        server.done("worker_start_canary", "{'release': '" + release + "'}");
        server.done("worker_promote", "{'confirm': true}");
    }

    private static String askingFor(String worker, TestServer server, String tool) {
        ObjectNode meta = JsonRpcCodec.JSON.createObjectNode().put("io.weathervane/worker", worker);
        return TestServer.text(server.call(tool, JsonRpcCodec.JSON.createObjectNode(), new CallChannel() {
            @Override
            public ObjectNode meta() {
                return meta;
            }
        }));
    }

    private static String state(TestServer server) {
        return server.done("worker_status", "{}").at("/contract/state").asString("");
    }

    private static long drifts(TestServer server) {
        return server.done("audit_query", "{'kinds': ['contract-drift'], 'limit': 50}")
                .path("events")
                .size();
    }
}

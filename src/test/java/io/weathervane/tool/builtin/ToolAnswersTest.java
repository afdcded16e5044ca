package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.contract.enforcement.ListingWorker;
import io.weathervane.testing.Await;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Each of our own tools where it does what it was asked for: what it answers fits its output schema, and who sees only
 * the text learns what the data say.
 */
class ToolAnswersTest {
    private static final String WITH_PROBES =
            TestServer.WITH_WORKERS + "upgrade: {probes: [{tool: get_forecast, arguments: {city: Oslo}}]}\n";

    private static final String WITH_A_CONTRACT = """
        workers:
          contract: {file: contract.json, onDrift: block}
          initial: stable
          releases: {stable: {kind: mcp, command: [sh, listing.sh, stable.tools]}}
        """;

    /** A step of an upgrade that lasts until it is aborted. */
    private static final String UPGRADE =
            "{'id': 'next', 'canary': 'good', 'build': 'exec sleep 60', 'wait': false, 'confirm': true}";

    @TempDir
    private Path folder;

    @TempDir
    private Path production;

    @TempDir
    private Path reviewed;

    private final Set<String> answered = new HashSet<>();

    @Test
    void fitTheirSchemasAndSayInTheTextWhatTheDataSay() throws IOException {
        try (TestServer server = TestServer.start(folder, WITH_PROBES)) {
            changes(server);
            upgrades(server);
            investigates(server);
            try (TestServer strict = TestServer.start(production, "environment: production\n")) {
                asks(strict);
            }
            approvesADrift();

            assertThat(answered)
                    .as("tools that have answered")
                    .isEqualTo(server.own().stream()
                            .map(tool -> tool.definition().name())
                            .collect(Collectors.toSet()));
        }
    }

    private void changes(TestServer server) {
        tells(
                server,
                "mcp_admin_flags",
                "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose'}}",
                "/changed/0/key",
                "/changed/0/from",
                "/changed/0/to");
        tells(
                server,
                "kill_switch_engage",
                "{'reason': 'odd figures'}",
                "/killSwitch/since",
                "/killSwitch/by",
                "/killSwitch/reason");
        tells(
                server,
                "kill_switch_reset",
                "{'reason': 'fixed', 'approver': 'dana', 'force': true}",
                "/restored/PROMPT_MODE");
        tells(
                server,
                "calls_block",
                "{'tool': 'pay_*', 'reason': 'double charges'}",
                "/id",
                "/blocks/0/by",
                "/blocks/0/reason");
        tells(server, "calls_unblock", "{}", "/blocks/0/id", "/blocks/0/by", "/blocks/0/reason");
        tells(server, "worker_start_canary", "{'release': 'good'}", "/canary/label", "/canary/pid");
        tells(
                server,
                "worker_status",
                "{}",
                "/status",
                "/active/label",
                "/active/pid",
                "/active/state",
                "/canary/label",
                "/canary/version");
        tells(server, "worker_stop_canary", "{}");
    }

    private void upgrades(TestServer server) {
        tells(server, "upgrade_run", UPGRADE, "/id", "/from", "/to", "/folder");
        tells(server, "upgrade_status", "{}", "/id", "/from", "/to", "/folder");
        tells(server, "upgrade_abort", "{'reason': 'not today'}", "/id", "/status", "/reason", "/records/0");
    }

    private void investigates(TestServer server) {
        server.done("worker_start_canary", "{'release': 'good'}");
        tells(server, "worker_promote", "{'confirm': true}", "/promotionId", "/from", "/to", "/monitoringUntil");
        tells(server, "monitor_status", "{}", "/promotionId", "/worker", "/timeLeft", "/workers/rollbackTarget");
        tells(
                server,
                "worker_rollback",
                "{'reason': 'customers call'}",
                "/from",
                "/to",
                "/steps/0/step",
                "/steps/0/outcome");
        tells(server, "decision_explain", "{}", "/seq", "/at", "/decision", "/reason", "/wouldChange/0");
        tells(
                server,
                "audit_query",
                "{'limit': 1}",
                "/events/0/seq",
                "/events/0/at",
                "/events/0/kind",
                "/events/0/actor",
                "/nextCursor");
        tells(
                server,
                "evidence_collect",
                "{'title': 'by hand'}",
                "/incidentId",
                "/folder",
                "/summary",
                "/files/0/name");
        tells(server, "incident_report", "{}", "/incidentId", "/file", "/markdown");
    }

    private void asks(TestServer server) {
        server.done("kill_switch_engage", "{}");
        server.refused("kill_switch_reset", "{'reason': 'fixed', 'fix_reference': 'commit 4f2a'}");
        tells(
                server,
                "approval_grant",
                "{}",
                "/approvals/0/id",
                "/approvals/0/state",
                "/approvals/0/tool",
                "/approvals/0/requester");
    }

    private void approvesADrift() throws IOException {
        ListingWorker.write(reviewed);
        ListingWorker.promise(reviewed, "contract.json", ListingWorker.MOVE);
        ListingWorker.list(reviewed, "stable.tools", ListingWorker.MOVE_DESTRUCTIVE);
        try (TestServer server = TestServer.start(reviewed, WITH_A_CONTRACT)) {
            Await.until(
                    "the tools are compared",
                    () -> server.done("worker_status", "{}")
                            .at("/contract/state")
                            .asString("")
                            .equals("drifted"));
            tells(server, "contract_approve", "{'confirm': true}", "/tools/0/tool");
        }
    }

    /** Calls the tool, whose text must have the values at these places of its data. */
    private void tells(TestServer server, String tool, String arguments, String... places) {
        ToolResult result = server.call(tool, TestServer.json(arguments.replace('\'', '"')), CallChannel.none());
        String text = TestServer.text(result);
        ObjectNode data = (ObjectNode) result.json().path("structuredContent");

        assertThat(result.isError()).as("%s: %s", tool, text).isFalse();
        assertThat(text).as("text of %s", tool).isNotBlank();
        assertThat(server.schemas().validateOutput(tool, data))
                .as("%s: %s", tool, data)
                .isEmpty();
        for (String place : places) {
            JsonNode value = data.at(place);
            assertThat(value.asString("")).as("%s of %s: %s", place, tool, data).isNotBlank();
            assertThat(text).as("%s of %s", place, tool).contains(value.asString(""));
        }
        answered.add(tool);
    }
}

package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** After a real rollback: a promoted worker that failed its calls, seen and taken back by the real monitor. */
class IncidentToolsTest {
    private static final String SECRET = "hunter2-t0psecret";

    @TempDir
    static Path folder;

    private static TestServer server;
    private static String promotionId;

    @BeforeAll
    static void aBadPromotionIsRolledBack() {
        server = TestServer.start(
                folder,
                TestServer.WITH_WORKERS + "# db: postgres://weather:" + SECRET + "@db/x\n",
                Map.of("DB_PASSWORD", SECRET, "HOME", "/home/ada", "WVO_ROLLBACK_FAILURE_COUNT", "2"));
        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose'}}");
        LoggerFactory.getLogger("Custom").error("cannot connect password={}", SECRET);
        server.done("worker_start_canary", "{'release': 'bad'}");
        promotionId = server.done("worker_promote", "{'confirm': true}")
                .path("promotionId")
                .asString();
        server.workUntilAudited("rollback-executed");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theStatusTellsTheWholeStory() {
        ObjectNode status = server.done("monitor_status", "{'checks': 2}");
        String text = server.textOf("monitor_status", "{}");

        assertThat(status.path("state").asString()).isEqualTo("ended");
        assertThat(status.path("checks").size()).isEqualTo(2);
        assertThat(status.at("/lastDecision/decision").asString()).isEqualTo("rollback");
        assertThat(status.at("/policy/failureCount/source").asString()).isEqualTo("environment");
        assertThat(status.at("/policy/checkInterval/source").asString()).isEqualTo("config file");
        assertThat(status.at("/policy/errorRateThreshold/source").asString()).contains("preset");
        assertThat(text)
                .contains("The last watch, over bad (promotion " + promotionId + "), ended: rolled-back")
                .contains("rollback, High error rate")
                .contains("ON (DISABLE_NEW=1) since", "active: stable", ": breach, ", "policy from environment: ")
                .contains("no webhook is configured");
    }

    @Test
    void theStatusNeedsNoChecksAndTakesNotTooMany() {
        assertThat(server.done("monitor_status", "{'checks': 0}").path("checks").isEmpty())
                .isTrue();
        assertThat(server.refused("monitor_status", "{'checks': 51}")).contains("\"checks\"", "between 0 and 50");
    }

    @Test
    void theDecisionIsExplainedByItsConditions() {
        ObjectNode answer = server.done("decision_explain", "{}");
        String text = server.textOf("decision_explain", "{}");

        assertThat(answer.path("decision").asString()).isEqualTo("rollback");
        assertThat(answer.path("promotionId").asString()).isEqualTo(promotionId);
        assertThat(answer.path("replay").isNull()).isTrue();
        assertThat(answer.at("/inputs/checks").size()).isGreaterThanOrEqualTo(2);
        assertThat(text).contains("holds:    high-error-rate: pooled error rate", "would have changed it: a limit for");
    }

    @Test
    void underOtherThresholdsTheSameChecksWouldHaveLedElsewhere() {
        ObjectNode lenient = server.done("decision_explain", "{'thresholds': {'errorRateThreshold': 0.99}}");
        String same = server.textOf("decision_explain", "{'thresholds': {'errorRateThreshold': 0.19}}");

        assertThat(lenient.at("/replay/changed").asBoolean()).isTrue();
        assertThat(lenient.at("/replay/decision").asString()).isNotEqualTo("rollback");
        assertThat(same).contains("Under the other thresholds: the same, rollback");
    }

    @Test
    void whatCannotBeExplainedIsSaidWithTheNextCall() {
        assertThat(server.refused("decision_explain", "{'seq': 1}")).contains("Audit event 1", "audit_query");
        assertThat(server.refused("decision_explain", "{'thresholds': {}}")).contains("thresholds", "at least 1");
        assertThat(server.refused("decision_explain", "{'thresholds': {'errorRateTreshold': 0.1}}"))
                .contains("did you mean \"errorRateThreshold\"?");
        assertThat(server.refused("decision_explain", "{'thresholds': {'errorRateThreshold': 1.5}}"))
                .contains("between 0.0001 and 1");
        assertThat(server.refused("decision_explain", "{'thresholds': {'checkWindow': 1, 'failureCount': 5}}"))
                .contains("failureCount");
    }

    @Test
    void theBundleHasWhatTheRunbookGathersAndMore() throws IOException {
        Path bundle = collected();

        assertThat(json(bundle, "worker_state.json").at("/active/label").asString())
                .isEqualTo("stable");
        assertThat(json(bundle, "metrics.json").path("validation").has("errorRate"))
                .isTrue();
        assertThat(text(bundle, "rollback_logs.txt")).contains("CRITICAL: Executing automatic rollback");
        assertThat(text(bundle, "errors.txt")).contains("CRITICAL: ", "cannot connect password=[redacted]");
        assertThat(text(bundle, "flags.txt").lines())
                .contains("DISABLE_NEW|1", "PROMPT_MODE|compact", "SANDBOX_MODE|none");
        assertThat(text(bundle, "flags.json")).contains("\"held\" : \"verbose\"");
        assertThat(text(bundle, "audit.jsonl")).contains("rollback-executed", promotionId, "\"hash\"");
        assertThat(text(bundle, "log_tail.txt")).contains("Starting post-promotion health monitoring");
        assertThat(text(bundle, "config.yaml")).contains("checkInterval: 300ms");
        assertThat(text(bundle, "environment.txt"))
                .contains("HOME=/home/ada", "WVO_ROLLBACK_FAILURE_COUNT=2", "java.version=")
                .doesNotContain("DB_PASSWORD");
    }

    @Test
    void theChecksFromBeforeTheTriggerAreThereWithTheirFigures() throws IOException {
        JsonNode checks = json(collected(), "checks.json");

        assertThat(checks.at("/trigger/kind").asString()).isIn("rollback-executed", "kill-switch-activated");
        JsonNode before = checks.path("decisions")
                .valueStream()
                .filter(decision -> decision.path("beforeTrigger").asBoolean())
                .filter(decision -> decision.path("decision").asString().equals("rollback"))
                .findFirst()
                .orElseThrow();
        JsonNode newest = before.at("/details/evidence/recentChecks")
                .valueStream()
                .reduce((a, b) -> b)
                .orElseThrow();
        assertThat(newest.path("requests").asInt()).isPositive();
        assertThat(newest.path("errors").asInt()).isPositive();
        assertThat(newest.path("errorRate").asDouble()).isBetween(0.2, 1.0);
        assertThat(checks.at("/monitor/lastDecision/decision").asString()).isEqualTo("rollback");
    }

    @Test
    void theManifestHasTheSumOfEveryFileAndNoFileHasASecret() throws Exception {
        Path bundle = collected();
        JsonNode manifest = json(bundle, "manifest.json");

        for (JsonNode file : manifest.path("files")) {
            byte[] bytes = Files.readAllBytes(bundle.resolve(file.path("name").asString()));
            assertThat(file.path("sha256").asString())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        }
        assertThat(manifest.path("unavailable").isEmpty()).isTrue();
        try (Stream<Path> files = Files.list(bundle)) {
            assertThat(files)
                    .hasSize(13)
                    .allSatisfy(file -> assertThat(file).content().doesNotContain(SECRET));
        }
    }

    @Test
    void theAnswerTellsWhatHappenedAndLinksToTheManifest() {
        ToolResult result = server.call("evidence_collect", "{'title': 'High error rate'}");
        ObjectNode bundle = result.structured().orElseThrow();

        assertThat(TestServer.text(result))
                .contains(
                        "Evidence is in " + bundle.path("folder").asString(),
                        "Latest: ",
                        "incident_report",
                        "flags.txt");
        assertThat(result.json().at("/content/1/type").asString()).isEqualTo("resource_link");
        assertThat(readable(result.json().at("/content/1/uri").asString()))
                .contains(bundle.path("incidentId").asString(), "flags.txt");
        assertThat(server.newest("evidence-collected").toString())
                .contains("alice", bundle.path("incidentId").asString());
    }

    @Test
    void itTellsHowFarItIs() {
        Watcher watcher = new Watcher(Integer.MAX_VALUE);

        server.call("evidence_collect", TestServer.json("{}"), watcher);

        assertThat(watcher.seen).first().isEqualTo("0/12 worker_state.json");
        assertThat(watcher.seen).last().isEqualTo("12/12 manifest.json");
    }

    @Test
    void aCancelledCollectionKeepsNothing() throws IOException {
        List<Path> before = bundles();

        ToolResult result = server.call("evidence_collect", TestServer.json("{}"), new Watcher(3));

        assertThat(result.isError()).isTrue();
        assertThat(TestServer.text(result)).isEqualTo("The collection was cancelled; nothing was kept.");
        assertThat(bundles()).isEqualTo(before);
    }

    @Test
    void theReportIsFilledFromTheEvidence() {
        String id = server.done("evidence_collect", "{'title': 'report'}")
                .path("incidentId")
                .asString();

        ToolResult result = server.call(
                "incident_report", "{'incident_id': '" + id + "', 'investigator': 'Ada', 'approver': 'Director Dana'}");

        assertThat(TestServer.text(result))
                .contains("# Incident Report", "High error rate", "## Actions Taken")
                .contains("- Kill-switch activated: DISABLE_NEW=1", "- Rollback executed automatically")
                .contains("- Investigation: Ada", "## Kill-Switch Reset Checklist")
                .contains("- [x] Health checks running every 300ms", "- [x] Monitoring started automatically");
        assertThat(Path.of(result.structured().orElseThrow().path("file").asString()))
                .exists();
        assertThat(readable(result.json().at("/content/1/uri").asString())).startsWith("# Incident Report");
    }

    @Test
    void aReportOfAnUnknownIncidentNamesOneThatIsThere() {
        server.done("evidence_collect", "{}");

        assertThat(server.refused("incident_report", "{'incident_id': '../../etc'}"))
                .contains("no incident of this id", "the newest is ");
    }

    /** What a client gets that follows a link. */
    private static String readable(String uri) {
        return server.resources()
                .read(uri, new Caller("alice", Caller.Transport.SOCKET, Set.of(CallerRole.VIEWER)))
                .orElseThrow()
                .json()
                .path("text")
                .asString();
    }

    private static Path collected() {
        return Path.of(server.done("evidence_collect", "{}").path("folder").asString());
    }

    private static String text(Path bundle, String name) throws IOException {
        return Files.readString(bundle.resolve(name));
    }

    private static JsonNode json(Path bundle, String name) throws IOException {
        return JsonRpcCodec.JSON.readTree(text(bundle, name));
    }

    private static List<Path> bundles() throws IOException {
        try (Stream<Path> all =
                Files.list(Files.createDirectories(server.workspace().incidents()))) {
            return all.sorted().toList();
        }
    }

    /** A caller who follows the progress and cancels after some steps. */
    private static final class Watcher implements CallChannel {
        private final List<String> seen = new ArrayList<>();
        private final int cancelAfter;

        Watcher(int cancelAfter) {
            this.cancelAfter = cancelAfter;
        }

        @Override
        public void progress(double progress, double total, String message) {
            seen.add((int) progress + "/" + (int) total + " " + message);
        }

        @Override
        public boolean cancelled() {
            return seen.size() >= cancelAfter;
        }
    }
}

package io.weathervane.resource.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.ResourceTemplate;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a viewer reads from real parts: flags on SQLite, worker processes, a promotion, collected evidence. */
class BuiltInResourcesTest {
    private static final Caller VIEWER = new Caller("vera", Caller.Transport.HTTP, Set.of(CallerRole.VIEWER));

    @TempDir
    static Path folder;

    private static TestServer server;
    private static ResourceSource resources;
    private static String incident;

    @BeforeAll
    static void aPromotionAndABundle() {
        server = TestServer.start(folder, TestServer.WITH_WORKERS);
        resources = server.resources();
        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'PROMPT_MODE': 'verbose'}}");
        server.done("worker_start_canary", "{'release': 'good'}");
        server.done("worker_promote", "{'reason': 'release 1.5', 'confirm': true}");
        incident = server.done("evidence_collect", "{'title': 'Odd \\\"quotes\\\"'}")
                .path("incidentId")
                .asString();
        server.done("incident_report", "{}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everythingListedCanBeReadAsWhatItSaysItIs() {
        List<ResourceDefinition> all = resources.list(VIEWER);

        assertThat(all).extracting(ResourceDefinition::uri).startsWith("weathervane://flags", "weathervane://monitor");
        assertThat(all).extracting(ResourceDefinition::uri).doesNotHaveDuplicates();
        for (ResourceDefinition one : all) {
            JsonNode content = content(one.uri());
            assertThat(content.path("uri").asString()).isEqualTo(one.uri());
            assertThat(content.path("mimeType")).isEqualTo(one.json().path("mimeType"));
            assertThat(one.json().path("description").asString()).as(one.uri()).isNotBlank();
            if (content.path("mimeType").asString().equals("application/json")) {
                assertThat(json(one.uri()).isObject()).as(one.uri()).isTrue();
            }
            assertThat(content.path("text").asString()).as(one.uri()).hasSizeBetween(10, 60_000);
        }
    }

    @Test
    void theFlagsAreShownAsStoredAndEffective() {
        JsonNode flags = json("weathervane://flags");

        assertThat(flags.path("epoch").asLong()).isPositive();
        assertThat(flags.at("/killSwitch/engaged").asBoolean(true)).isFalse();
        assertThat(flags.at("/flags/PROMPT_MODE/effective").asString()).isEqualTo("verbose");
        assertThat(flags.at("/flags/PROMPT_MODE/stored").asString()).isEqualTo("verbose");
        assertThat(flags.at("/flags/PROMPT_MODE/default").asString()).isEqualTo("compact");
        assertThat(json("weathervane://flags/PROMPT_MODE").path("key").asString())
                .isEqualTo("PROMPT_MODE");
        assertThat(resources.read("weathervane://flags/PROMT_MODE", VIEWER)).isEmpty();
    }

    @Test
    void aValueCanBeTriedBeforeItIsSet() {
        JsonNode same = json("weathervane://flags/PROMPT_MODE/verbose");
        JsonNode other = json("weathervane://flags/PROMPT_MODE/compact");
        JsonNode wrong = json("weathervane://flags/PROMPT_MODE/loud%20and%20clear");
        JsonNode engage = json("weathervane://flags/DISABLE_NEW/1");

        assertThat(same.path("wouldChange").asBoolean(true)).isFalse();
        assertThat(other.path("wouldChange").asBoolean()).isTrue();
        assertThat(other.path("next").asString()).contains("mcp_admin_flags");
        assertThat(wrong.path("valueAllowed").asBoolean(true)).isFalse();
        assertThat(wrong.path("value").asString()).isEqualTo("loud and clear");
        assertThat(wrong.path("allowed").asString()).isEqualTo("compact or verbose");
        assertThat(engage.path("next").asString()).isEqualTo("kill_switch_engage");
    }

    @Test
    void monitorAndWorkersAreAsTheToolsGiveThem() {
        JsonNode monitor = json("weathervane://monitor");

        assertThat(server.schemas().validateOutput("monitor_status", (ObjectNode) monitor))
                .isEmpty();
        assertThat(server.schemas().validateOutput("worker_status", (ObjectNode) json("weathervane://workers")))
                .isEmpty();
        assertThat(monitor.path("state").asString()).isEqualTo("watching");
        assertThat(monitor.path("worker").asString()).isEqualTo("good");
        assertThat(monitor.at("/policy/checkInterval/source").asString()).isEqualTo("config file");
        assertThat(json("weathervane://workers").at("/previous/label").asString())
                .isEqualTo("stable");
    }

    @Test
    void theAuditTailHasTheNewestFirstWithoutWhatIsDeep() {
        JsonNode events = json("weathervane://audit").path("events");
        JsonNode changes = json("weathervane://audit/flag-changed").path("events");

        assertThat(events.path(0).path("seq").asLong())
                .isGreaterThan(events.path(1).path("seq").asLong());
        assertThat(events.valueStream().flatMap(event -> event.path("payload").valueStream()))
                .allMatch(JsonNode::isValueNode);
        assertThat(changes.size()).isEqualTo(1);
        assertThat(changes.at("/0/payload/to").asString()).isEqualTo("verbose");
        assertThat(resources.read("weathervane://audit/gossip", VIEWER)).isEmpty();
    }

    @Test
    void theIncidentsLeadToTheirFiles() {
        JsonNode index = json("weathervane://incidents");
        JsonNode bundle = index.at("/incidents/0");

        assertThat(index.path("total").asInt()).isEqualTo(1);
        assertThat(bundle.path("id").asString()).isEqualTo(incident);
        assertThat(bundle.path("title").asString()).isEqualTo("Odd \"quotes\"");
        assertThat(bundle.path("collectedAt").asString()).startsWith("20");
        assertThat(text(bundle.path("report").asString())).startsWith("# Incident Report");
        for (JsonNode file : bundle.path("files")) {
            JsonNode content = content("weathervane://incidents/" + incident + "/" + file.asString());
            assertThat(content.has("text")).as(file.asString()).isTrue();
        }
    }

    @Test
    void theRunbookIsThereAsItIs() {
        assertThat(text("weathervane://runbook")).startsWith("# Rollback & Kill-Switch Runbook");
    }

    @Test
    void aHostileAddressReadsNothing() throws Exception {
        Files.writeString(server.workspace().incidents().resolve("outside.txt"), "nobody reads this");
        String bundle = "weathervane://incidents/" + incident + "/";
        for (String uri : List.of(
                "",
                "flags",
                "weathervane://",
                "weathervane://nothing",
                "weathervane://flags/",
                "weathervane://flags//",
                "weathervane://flags/PROMPT_MODE/verbose/more",
                "weathervane://flags?x=1",
                "WEATHERVANE://FLAGS",
                "file:///etc/passwd",
                "/etc/passwd",
                "weathervane://incidents/",
                bundle,
                bundle + "..",
                bundle + "../outside.txt",
                bundle + "..%2Foutside.txt",
                bundle + "%2e%2e%2foutside.txt",
                bundle + "%2Fetc%2Fpasswd",
                bundle + "..%5Coutside.txt",
                bundle + "flags.txt%00",
                bundle + "%",
                bundle + "%zz",
                bundle + "%ff%fe",
                bundle + "a".repeat(100_000),
                "weathervane://incidents/../" + incident + "/flags.txt",
                "weathervane://incidents/%2e%2e/incidents",
                "weathervane://incidents/./flags.txt",
                "weathervane://incidents/{incident}/{file}",
                "weathervane://runbook/../flags")) {
            assertThat(resources.read(uri, VIEWER)).as(uri).isEmpty();
        }
    }

    @Test
    void whoMayNotLookSeesNothing() {
        Caller approver = new Caller("otto", Caller.Transport.HTTP, Set.of(CallerRole.APPROVER));

        assertThat(resources.list(approver)).isEmpty();
        assertThat(resources.templates(approver)).isEmpty();
        assertThat(resources.read("weathervane://flags", approver)).isEmpty();
    }

    @Test
    void theTemplatesSayWhatTheyAre() {
        assertThat(resources.templates(VIEWER))
                .extracting(ResourceTemplate::uriTemplate)
                .containsExactly(
                        "weathervane://flags/{flag}",
                        "weathervane://flags/{flag}/{value}",
                        "weathervane://audit/{kind}",
                        "weathervane://incidents/{incident}/{file}");
    }

    private static JsonNode content(String uri) {
        return resources
                .read(uri, VIEWER)
                .orElseThrow(() -> new AssertionError(uri))
                .json();
    }

    private static String text(String uri) {
        return content(uri).path("text").asString();
    }

    private static JsonNode json(String uri) {
        assertThat(content(uri).path("mimeType").asString()).isEqualTo("application/json");
        return JsonRpcCodec.JSON.readTree(text(uri));
    }
}

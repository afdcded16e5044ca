package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.config.ConfigException;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.testing.Await;
import io.weathervane.testing.EchoWorker;
import io.weathervane.testing.LogCapture;
import io.weathervane.testing.SampleCommand;
import io.weathervane.tool.Caller;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.util.HmacSignature;
import io.weathervane.util.Workspace;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Several services behind one server. */
class ServicesTest {
    private static final String TWO =
            """
            monitor: {checkInterval: 300ms, gracePeriod: 5m, minRequests: 5}
            services:
              files:
                initial: stable
                drainTimeout: 1s
                stopTimeout: 1s
                releases:
                  stable: {kind: mcp, command: [%1$s, --label, files-stable]}
                  next: {kind: mcp, command: [%1$s, --label, files-next]}
              search:
                initial: stable
                drainTimeout: 1s
                stopTimeout: 1s
                releases:
                  stable: {kind: mcp, command: [%1$s, --label, search-stable]}
                  bad: {kind: mcp, command: [%2$s, --label, search-bad, --fail-rate, "1"]}
            """.formatted(String.join(", ", EchoWorker.command()), String.join(", ", SampleCommand.of()));

    @TempDir
    private Path folder;

    @Test
    void toolsOfAllServicesAreListedUnderTheirPrefixesAndReachTheirOwnWorker() {
        try (TestServer server = TestServer.start(folder, TWO)) {
            assertThat(toolNames(server)).contains("files_echo", "search_echo").doesNotContain("echo");

            assertThat(answeredBy(server, "files_echo")).isEqualTo("files-stable");
            assertThat(answeredBy(server, "search_echo")).isEqualTo("search-stable");
        }
    }

    @Test
    void aPromotionAndItsRollbackConcernOneServiceOnly() throws IOException {
        try (TestServer server = TestServer.start(folder, TWO)) {
            server.done("worker_start_canary", "{'service': 'files', 'release': 'next'}");
            server.done("worker_promote", "{'service': 'files', 'confirm': true}");

            assertThat(answeredBy(server, "files_echo")).isEqualTo("files-next");
            assertThat(answeredBy(server, "search_echo")).isEqualTo("search-stable");
            assertThat(state(server, "files")).isEqualTo("watching");
            assertThat(state(server, "search")).isEqualTo("idle");

            server.done("worker_rollback", "{'service': 'files', 'reason': 'test'}");

            assertThat(answeredBy(server, "files_echo")).isEqualTo("files-stable");
            assertThat(server.newest("rollback-executed")
                            .path("payload")
                            .path("service")
                            .asString())
                    .isEqualTo("files");
        }
    }

    @Test
    void aReleaseThatFailsItsCallsIsUndoneByItsOwnWatchAndTheOtherServiceGoesOn() {
        try (TestServer server = TestServer.start(folder, TWO)) {
            server.done("worker_start_canary", "{'service': 'search', 'release': 'bad'}");
            server.done("worker_promote", "{'service': 'search', 'confirm': true}");

            Await.until("search is back on its previous release", () -> {
                for (int call = 0; call < 10 && active(server, "search").equals("bad"); call++) {
                    forecast(server);
                }
                return active(server, "search").equals("stable");
            });

            assertThat(answeredBy(server, "files_echo")).isEqualTo("files-stable");
            assertThat(state(server, "files")).isEqualTo("idle");
            assertThat(server.done("mcp_admin_flags", "{'action': 'get'}").toString())
                    .as("the kill switch is the server's")
                    .contains("\"DISABLE_NEW\"");
        }
    }

    @Test
    void aSignalIsPostedToTheServiceThatItIsAbout() throws Exception {
        String signals = """
            signals:
              - {name: pages, secretEnv: PAGER_SECRET, rollbackAbove: 0}
              - {name: latency, service: search, secretEnv: PAGER_SECRET, rollbackAbove: 0}
            """;
        try (TestServer server = TestServer.start(folder, TWO + signals, Map.of("PAGER_SECRET", "s3cret"))) {
            URI uri = server.listen(server.dispatcher(tools -> tools));

            assertThat(postFiring(uri, "latency")).isEqualTo(200);
            assertThat(signal(server, "search")).contains("\"latency\"", "firing");
            assertThat(signal(server, "files")).contains("\"pages\"").doesNotContain("latency", "firing");
            assertThat(postFiring(uri, "pages")).isEqualTo(200);
            assertThat(postFiring(uri, "other")).isEqualTo(404);
        }
    }

    private static int postFiring(URI server, String signal) throws Exception {
        String body = "{\"status\": \"firing\"}";
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/signals/" + signal))
                .header(
                        HmacSignature.HEADER,
                        HmacSignature.header("s3cret", Instant.now(), body.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static String signal(TestServer server, String service) {
        return server.done("monitor_status", "{'service': '" + service + "'}")
                .path("signals")
                .toString();
    }

    @Test
    void aToolThatActsOnAServiceNeedsItsNameAndListsThoseThereAre() {
        try (TestServer server = TestServer.start(folder, TWO)) {
            for (String arguments : List.of("{}", "{'service': 'default'}", "{'service': ''}")) {
                assertThat(server.refused("worker_status", arguments))
                        .contains("service is one of: files, search", "Nothing was done");
            }
        }
    }

    @Test
    void theLogTellsTheWorkersOfTwoServicesApart() {
        try (LogCapture log = new LogCapture("WorkerManager");
                TestServer server = TestServer.start(folder, TWO)) {
            assertThat(answeredBy(server, "files_echo")).isEqualTo("files-stable");

            assertThat(log.messages())
                    .anyMatch(line -> line.startsWith("worker ready worker=files/stable role=active"))
                    .anyMatch(line -> line.startsWith("worker ready worker=search/stable role=active"));
        }
    }

    @Test
    void theServicesAreListedWhateverElseTheArgumentsLack() {
        try (TestServer server = TestServer.start(folder, TWO)) {
            ToolResult result = server.call("worker_start_canary", "{}");

            assertThat(TestServer.text(result))
                    .contains("service is one of: files, search", "argument \"release\" is missing");
            assertThat(ToolResult.isMisuse(result.json())).isTrue();
        }
    }

    @Test
    void anAnswerThatNamesToolsOfAServiceSaysThatTheyTakeTheService() {
        try (TestServer server = TestServer.start(folder, TWO)) {
            String hint = "The tools named here take service \"search\" (--service search).";

            assertThat(TestServer.text(server.call("upgrade_status", "{'service': 'search'}")))
                    .endsWith(hint);
            assertThat(server.refused("worker_stop_canary", "{'service': 'search'}"))
                    .endsWith(hint);
            assertThat(TestServer.text(server.call("kill_switch_reset", "{'dry_run': true}")))
                    .contains(" of service files: ", " of service search: ");
        }
    }

    @Test
    void aToolThatAnotherServicesToolHidesIsLoggedAndNotedWhereOperatorsLook() {
        String colliding = """
            services:
              first: {toolPrefix: x_, releases: {one: {command: [%1$s]}}}
              second:
                toolPrefix: x_get_
                releases:
                  one: {kind: json-rpc, command: [%1$s], probe: {method: health}, tools: [{name: forecast, method: echo}]}
            """.formatted(String.join(", ", EchoWorker.command()));
        try (LogCapture log = new LogCapture("Services");
                TestServer server = TestServer.start(folder, colliding)) {
            String note = "clients do not see the tool x_get_forecast: that of service first has this name; give the"
                    + " service another toolPrefix";
            Await.until(
                    "it is noted",
                    () -> server.done("worker_status", "{'service': 'second'}")
                            .path("notes")
                            .toString()
                            .contains(note));

            assertThat(toolNames(server)).containsOnlyOnce("x_get_forecast");
            assertThat(server.done("worker_status", "{'service': 'first'}").path("notes"))
                    .isEmpty();
            assertThat(server.health().path("notes").toString()).contains("service second: " + note);
            assertThat(log.messages()).contains("service=second " + note);
        }
    }

    /** Those of the default service are the runbook's. */
    @Test
    void linesOfTheLogThatNameNoWorkerNameTheService() {
        try (LogCapture log = new LogCapture("WorkerManager");
                TestServer server = TestServer.start(folder, TWO)) {
            server.done("worker_start_canary", "{'service': 'files', 'release': 'next'}");
            server.done("worker_promote", "{'service': 'files', 'confirm': true}");
            HealthProbeResult probe =
                    server.services().get(1).workers().manager().probe(Role.PREVIOUS);

            assertThat(probe.ok()).isFalse();
            assertThat(log.messages())
                    .contains(
                            "switchToActive available: previous=stable service=files",
                            "health check failed role=previous reason=\"no such worker is running\" service=search");
        }
    }

    @Test
    void aToolThatOneOfOursHidesIsNoted() {
        String colliding = "workers: {releases: {one: {kind: json-rpc, command: ["
                + String.join(", ", EchoWorker.command())
                + "], probe: {method: health}, tools: [{name: audit_query, method: echo}]}}}";
        try (TestServer server = TestServer.start(folder, colliding)) {
            Await.until(
                    "it is noted",
                    () -> server.done("worker_status", "{}")
                            .path("notes")
                            .toString()
                            .contains("clients do not see the tool audit_query: WeatherVane's own has this name"));
        }
    }

    @Test
    void anOnlyServiceMayBeNamedAndNeedNotBe() {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            assertThat(active(server, "default")).isEqualTo("stable");
            assertThat(server.done("worker_status", "{}")
                            .path("active")
                            .path("label")
                            .asString())
                    .isEqualTo("stable");
            assertThat(server.refused("worker_status", "{'service': 'files'}")).contains("service is one of: default");
        }
    }

    @Test
    void aServiceThatDoesNotStartHidesNothingOfTheOthers() {
        String down = TWO.replace(String.join(", ", EchoWorker.command("--label", "search-stable")), "/nowhere/worker");
        try (TestServer server = TestServer.start(folder, down)) {
            assertThat(toolNames(server)).contains("files_echo").noneMatch(name -> name.startsWith("search_"));
            assertThat(answeredBy(server, "files_echo")).isEqualTo("files-stable");
            assertThat(TestServer.text(server.call("search_echo", "{}"))).contains("search", "Nothing was done");
        }
    }

    @Test
    void eachServiceComesBackAsItWasLeft() {
        try (TestServer server = TestServer.start(folder, TWO)) {
            server.done("worker_start_canary", "{'service': 'files', 'release': 'next'}");
            server.done("worker_promote", "{'service': 'files', 'confirm': true}");
        }
        try (TestServer server = TestServer.start(folder, TWO)) {
            assertThat(answeredBy(server, "files_echo")).isEqualTo("files-next");
            assertThat(answeredBy(server, "search_echo")).isEqualTo("search-stable");
            assertThat(state(server, "files")).isEqualTo("watching");
            assertThat(state(server, "search")).isEqualTo("idle");
        }
    }

    @Test
    void theAuditIsAskedForOneServiceAndNamesItInItsLinesAndTheSwitchNamesWhoseWorkerItIsFor() {
        try (TestServer server = TestServer.start(folder, TWO)) {
            server.done("worker_start_canary", "{'service': 'search', 'release': 'bad'}");
            server.done("worker_promote", "{'service': 'search', 'confirm': true}");
            Await.until("search is back on its previous release", () -> {
                forecast(server);
                return active(server, "search").equals("stable");
            });
            Await.until(
                    "the switch is in the audit",
                    () -> !server.done("audit_query", "{'kinds': ['kill-switch-activated']}")
                            .path("events")
                            .isEmpty());

            ToolResult ofSearch = server.call("audit_query", "{'service': 'search', 'limit': 200}");
            ObjectNode ofFiles = server.done("audit_query", "{'service': 'files', 'limit': 200}");

            assertThat(TestServer.text(ofSearch)).contains("kill-switch-activated", " service=search");
            assertThat(ofSearch.structured().orElseThrow().path("events"))
                    .isNotEmpty()
                    .allMatch(event -> event.at("/payload/service").asString("").equals("search"));
            assertThat(ofFiles.path("events"))
                    .allMatch(event -> event.at("/payload/service").asString("").equals("files"));
        }
    }

    @Test
    void aRowOfAServiceWithoutAWatchCountsForNoOtherAlsoAfterARollbackByHand() {
        try (TestServer server = TestServer.start(folder, TWO)) {
            server.done("worker_start_canary", "{'service': 'files', 'release': 'next'}");
            server.done("worker_promote", "{'service': 'files', 'confirm': true}");
            server.sql(
                    "INSERT INTO operations_snapshots (error_rate, failure_count, service) VALUES (0.9, 90, 'search')");
            long checks = checks(server);
            Await.until("checks have seen the row", () -> checks(server) >= checks + 3);
            assertThat(state(server, "files")).isEqualTo("watching");
            assertThat(active(server, "files")).isEqualTo("next");

            server.done("worker_rollback", "{'service': 'files', 'reason': 'test'}");
            server.sql(
                    "INSERT INTO operations_snapshots (error_rate, failure_count, service) VALUES (0.9, 90, 'search')");

            assertThat(server.newest("rollback-executed")
                            .at("/payload/verified")
                            .asBoolean(true))
                    .isTrue();
            assertThat(server.health().path("notes").toString()).doesNotContain("still fails", "ineffective");
            assertThat(server.done("audit_query", "{'kinds': ['rollback-ineffective', 'escalation-triggered']}")
                            .path("events"))
                    .isEmpty();
        }
    }

    private static long checks(TestServer server) {
        return server.done("monitor_status", "{'service': 'files'}")
                .path("checkCount")
                .asLong(0);
    }

    @Test
    void theRecordOfAServiceThatIsConfiguredNoMoreIsNoted() {
        try (TestServer server = TestServer.start(folder, TWO)) {
            assertThat(server.health().path("notes").toString()).doesNotContain("does not name");
        }
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            assertThat(server.health().path("notes").toString())
                    .contains("the database has releases of services that the configuration does not name, which are"
                            + " left as they are: files, search");
        }
    }

    @Test
    void theKillSwitchIsResetByForceWhateverServiceLacksAPrecondition() {
        try (TestServer server = TestServer.start(folder, TWO)) {
            server.done("worker_start_canary", "{'service': 'search', 'release': 'bad'}");
            server.done("worker_promote", "{'service': 'search', 'confirm': true}");
            Await.until("a watch of the second service has failed checks", () -> {
                forecast(server);
                return active(server, "search").equals("stable");
            });
            server.done("kill_switch_engage", "{'reason': 'test'}");

            assertThat(server.refused("kill_switch_reset", "{'reason': 'fixed', 'approver': 'dana'}"))
                    .contains("of service search");
            ObjectNode reset = server.done(
                    "kill_switch_reset",
                    "{'reason': 'fixed', 'approver': 'dana', 'fix_reference': 'X-1', 'force': true}");

            assertThat(reset.path("reset").asBoolean()).isTrue();
        }
    }

    @Test
    void bothAuditFilesNameTheService() throws IOException {
        try (TestServer server = TestServer.start(folder, TWO)) {
            server.done("worker_start_canary", "{'service': 'search', 'release': 'bad'}");
            server.done("worker_promote", "{'service': 'search', 'confirm': true}");
            Await.until("search is back on its previous release", () -> {
                forecast(server);
                return active(server, "search").equals("stable");
            });
        }

        Path analytics = Workspace.in(folder).analytics();
        assertThat(Files.readString(analytics.resolve("rollback_audit.jsonl"))).contains("\"service\":\"search\"");
        assertThat(Files.readString(analytics.resolve("telemetry.jsonl"))).contains("\"service\":\"search\"");
        assertThat(analytics.resolve("orchestration_metrics.json"))
                .as("of the first")
                .exists();
        assertThat(analytics.resolve("orchestration_metrics.search.json")).exists();
    }

    @Test
    void theStateResourcesSpeakOfTheFirstServiceAndHaveAllUnderServices() {
        try (TestServer server = TestServer.start(folder, TWO)) {
            for (String uri : List.of("weathervane://workers", "weathervane://monitor", "weathervane://upgrade")) {
                JsonNode state = TestServer.json(server.resources()
                        .read(uri, new Caller("alice", Caller.Transport.SOCKET))
                        .orElseThrow()
                        .json()
                        .path("text")
                        .asString());

                assertThat(state.path("services").propertyNames()).as(uri).containsExactly("files", "search");
            }
        }
    }

    @Test
    void theStatusFileSpeaksOfTheFirstServiceAndHasAllUnderServices() throws IOException {
        try (TestServer server = TestServer.start(folder, TWO)) {
            assertThat(answeredBy(server, "files_echo")).isEqualTo("files-stable");
        }

        JsonNode file = TestServer.json(
                Files.readString(Workspace.in(folder).analytics().resolve("worker_manager.json")));
        assertThat(file.path("services").propertyNames()).containsExactly("files", "search");
        assertThat(file.path("active"))
                .isEqualTo(file.path("services").path("files").path("active"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        services: {Files: {releases: {a: {command: [x]}}}}                                  | is no name for a service: allowed are lower-case letters, digits, _ and -
        services: {default: {releases: {a: {command: [x]}}}}                                | default is the one that the section workers configures; give this one another name, or move it there
        services: {}                                                                        | services has no service in it: name one, or remove the key
        services: {files: {}}                                                               | services.files.releases is missing
        services: {a: {toolPrefix: x_, releases: {r: {command: [x]}}}, b: {toolPrefix: x_, releases: {r: {command: [x]}}}} | two services whose tools begin with "x_"
        services: {a: {toolPrefix: x_, releases: {r: {kind: json-rpc, command: [x], tools: [{name: y_z}]}}}, b: {toolPrefix: x_y_, releases: {r: {kind: json-rpc, command: [x], tools: [{name: z}]}}}} | a tool that clients would see as "x_y_z", a and b: give one of them another toolPrefix
        services: {a: {initial: c, releases: {r: {command: [x]}}}}                          | which is not in services.a.releases
        services: {a: {releases: {r: {command: [x]}}, replicas: 2}}                         | services.a.replicas is not a known key
        """)
    void aMistakeInTheServicesIsNamedWithWhatIsAllowed(String yaml, String message) {
        assertThatThrownBy(() -> TestServer.start(folder, yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void moreThanAHundredServicesAreRefused() {
        StringBuilder yaml = new StringBuilder("services:\n");
        IntStream.rangeClosed(0, 100)
                .forEach(number -> yaml.append("  s")
                        .append(number)
                        .append(": {releases: {one: {command: [/nowhere/worker]}}}\n"));

        assertThatThrownBy(() -> TestServer.start(folder, yaml.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("has too many services: with the default one at most 100");
    }

    /** The release may be undone between two calls. */
    private static void forecast(TestServer server) {
        try {
            server.call("search_get_forecast", "{'city': 'Paris'}");
        } catch (JsonRpcException e) {
            assertThat(e).hasMessageContaining("forecast model");
        }
    }

    private static List<String> toolNames(TestServer server) {
        return server.tools().stream().map(ToolDefinition::name).toList();
    }

    private static String answeredBy(TestServer server, String tool) {
        ToolResult result = server.call(tool, "{'text': 'hello'}");
        return result.json().path("structuredContent").path("worker").asString("");
    }

    private static String state(TestServer server, String service) {
        return server.done("monitor_status", "{'service': '" + service + "'}")
                .path("state")
                .asString("");
    }

    private static String active(TestServer server, String service) {
        return server.done("worker_status", "{'service': '" + service + "'}")
                .path("active")
                .path("label")
                .asString("");
    }
}

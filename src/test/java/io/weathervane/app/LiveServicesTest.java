package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.ConfigReloadResult.Outcome;
import io.weathervane.audit.Actor;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.testing.Await;
import io.weathervane.testing.EchoWorker;
import io.weathervane.testing.SampleCommand;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Services that a configuration adds and removes while the server runs. */
@Timeout(120)
class LiveServicesTest {
    private static final String HEAD = "monitor: {checkInterval: 300ms, gracePeriod: 5m, minRequests: 5}\nservices:\n";
    private static final String FILES = echo("files");
    private static final String SEARCH = echo("search");
    private static final String MAIL = echo("mail");
    private static final String TWO = HEAD + FILES + SEARCH;

    @TempDir
    private Path folder;

    @Test
    void aServiceThatIsAddedAnswersWithoutARestartAndIsShownWhereTheOthersAre() throws Exception {
        try (TestServer server = TestServer.start(folder, TWO)) {
            ConfigReloadResult result = reload(server, HEAD + FILES + MAIL + SEARCH);

            assertThat(result.changes().live()).containsExactly("services.mail added");
            assertThat(result.changes().restart()).isEmpty();
            Await.until("its tools are listed", () -> toolNames(server).contains("mail_echo"));
            assertThat(answeredBy(server, "mail_echo")).isEqualTo("mail-stable");
            assertThat(server.health().path("services").propertyNames()).containsExactly("files", "mail", "search");
            assertThat(server.health().path("status").asString("")).isEqualTo("ok");
            server.done("worker_start_canary", "{'service': 'mail', 'release': 'next'}");
            server.done("worker_promote", "{'service': 'mail', 'confirm': true}");
            assertThat(answeredBy(server, "mail_echo")).isEqualTo("mail-next");
            assertThat(server.newest("worker-switched")
                            .path("payload")
                            .path("service")
                            .asString(""))
                    .isEqualTo("mail");
            Await.until("the file shows it", () -> statusFile().contains("mail-next"));
            assertThat(server.refused("worker_status", "{}")).contains("files, mail, search");
        }
    }

    @Test
    void aServiceThatIsRemovedTakesNoCallsItsCallInFlightEndsAndThenItsProcessesDo() throws Exception {
        String slow = service("slow", SampleCommand.of("--latency", "700ms").toString());
        try (TestServer server = TestServer.start(folder, TWO + slow)) {
            long pid = pid(server, "slow");
            CompletableFuture<ToolResult> inFlight =
                    CompletableFuture.supplyAsync(() -> server.callWorker("slow_echo", "{'text': 'hello'}"));
            Await.until("the call is in flight", () -> isInFlight(server, "slow"));

            ConfigReloadResult result = reload(server, TWO);

            assertThat(result.changes().live()).containsExactly("services.slow removed");
            assertThat(toolNames(server)).doesNotContain("slow_echo").contains("files_echo", "search_echo");
            assertThat(server.refused("worker_status", "{'service': 'slow'}")).contains("one of: files, search");
            assertThat(inFlight.get(10, TimeUnit.SECONDS).isError()).isFalse();
            Await.until("its process has ended", () -> ProcessHandle.of(pid).isEmpty());
            Await.until("the file shows it no more", () -> !statusFile().contains("slow"));
            assertThat(answeredBy(server, "files_echo")).isEqualTo("files-stable");
            assertThat(server.health().toString())
                    .contains("releases of services that the configuration does not name", "slow");
        }
    }

    @Test
    void aServiceThatComesBackIsAsItWasLeft() throws Exception {
        try (TestServer server = TestServer.start(folder, TWO + MAIL)) {
            server.done("worker_start_canary", "{'service': 'mail', 'release': 'next'}");
            server.done("worker_promote", "{'service': 'mail', 'confirm': true}");

            reload(server, TWO);
            ConfigReloadResult again = reloadOnceItHasEnded(server, TWO + MAIL);

            assertThat(again.changes().live()).containsExactly("services.mail added");
            Await.until("its tools are listed", () -> toolNames(server).contains("mail_echo"));
            assertThat(answeredBy(server, "mail_echo")).isEqualTo("mail-next");
            assertThat(server.textOf("monitor_status", "{'service': 'mail'}"))
                    .as("the watch over the promotion goes on")
                    .startsWith("Watching next");
        }
    }

    @Test
    void oneThatHasNotEndedYetIsNotAddedAgainAndTheFileIsRefusedAsAWhole() throws Exception {
        String stubborn = service("slow", SampleCommand.of("--latency", "3s").toString())
                .replace("drainTimeout: 1s", "drainTimeout: 20s");
        try (TestServer server = TestServer.start(folder, TWO + stubborn)) {
            CompletableFuture<ToolResult> inFlight =
                    CompletableFuture.supplyAsync(() -> server.callWorker("slow_echo", "{'text': 'hello'}"));
            Await.until("the call is in flight", () -> isInFlight(server, "slow"));
            reload(server, TWO);

            ConfigReloadResult refused = reload(server, TWO + stubborn + MAIL);

            assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(refused.problems()).singleElement().asString().contains("service slow", "has not ended yet");
            assertThat(toolNames(server)).doesNotContain("mail_echo");
            assertThat(statusFile()).doesNotContain("mail");
            inFlight.join();
            Await.until(
                    "it is taken over by itself once it has ended",
                    () -> toolNames(server).containsAll(List.of("mail_echo", "slow_echo")));
            assertThat(server.health().toString()).doesNotContain("refused");
        }
    }

    @Test
    void oneWhoseUpgradeIsUnderWayIsRemovedOnceThatHasEnded() throws Exception {
        String slowly = "upgrade: {mirrorDuration: 1h, probes: [{tool: get_forecast, arguments: {city: Bern}}]}\n";
        try (TestServer server = TestServer.start(folder, slowly + TWO + MAIL)) {
            server.done(
                    "upgrade_run",
                    "{'service': 'mail', 'canary': 'next', 'id': 'long', 'promote': false, 'wait': false}");

            ConfigReloadResult refused = reload(server, slowly + TWO);

            assertThat(refused.problems())
                    .singleElement()
                    .asString()
                    .contains("service mail cannot be removed while its upgrade is under way", "upgrade_abort");
            assertThat(toolNames(server)).contains("mail_echo");
            server.done("upgrade_abort", "{'service': 'mail', 'id': 'long'}");
            Await.until("it is removed by itself", () -> !toolNames(server).contains("mail_echo"));
            assertThat(server.health().toString()).doesNotContain("refused since");
        }
    }

    @Test
    void oneThatCannotBePreparedTakesTheOthersOfTheFileWithIt() throws Exception {
        try (TestServer server = TestServer.start(folder, TWO)) {
            Files.writeString(folder.resolve("broken.json"), "no contract");
            ConfigReloadResult refused =
                    reload(server, TWO + MAIL + echo("odd") + "    contract: {file: broken.json, onDrift: alert}\n");

            assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(toolNames(server)).doesNotContain("mail_echo", "odd_echo");
            assertThat(statusFile()).doesNotContain("mail", "odd");
            assertThat(reload(server, TWO + MAIL).outcome()).isEqualTo(Outcome.RELOADED);
        }
    }

    @Test
    void theNextServiceIsTheFirstOnceTheFirstIsRemoved() throws Exception {
        try (TestServer server = TestServer.start(folder, HEAD + FILES + SEARCH + MAIL)) {
            reload(server, HEAD + SEARCH + MAIL);

            Await.until(
                    "the file speaks of it",
                    () -> TestServer.json(statusFile())
                                    .at("/active/label")
                                    .asString("")
                                    .equals("stable")
                            && !statusFile().contains("files-"));
            assertThat(server.health().path("services").propertyNames()).containsExactly("search", "mail");
            server.done("kill_switch_engage", "{'reason': 'a test'}");
            assertThat(server.textOf("kill_switch_reset", "{'reason': 'fixed', 'approver': 'dana', 'dry_run': true}"))
                    .contains("of service mail")
                    .doesNotContain("of service files");
            Path metrics = folder.resolve("state/analytics/orchestration_metrics.json");
            Files.deleteIfExists(metrics);
            Await.until("the runbook's file is written on", () -> Files.exists(metrics));
        }
    }

    @Test
    void aKeyThatNeedsARestartIsNamedAlsoOfAServiceThatCameLater() throws Exception {
        try (TestServer server = TestServer.start(folder, TWO)) {
            reload(server, TWO + MAIL);

            ConfigReloadResult result =
                    reload(server, TWO + MAIL.replace("initial: stable", "initial: stable\n    toolPrefix: post_"));

            assertThat(result.changes().restart()).containsExactly("services.mail.toolPrefix added");
            assertThat(toolNames(server)).contains("mail_echo");
            assertThat(reload(server, TWO).changes().restart()).isEmpty();
        }
    }

    @Test
    void thatOnlyOneIsLeftNeedsARestartAndTheOthersGoOnUntilThen() throws Exception {
        try (TestServer server = TestServer.start(folder, TWO)) {
            ConfigReloadResult result = reload(server, HEAD + FILES);

            assertThat(result.changes().restart()).containsExactly("services.search removed");
            assertThat(answeredBy(server, "search_echo")).isEqualTo("search-stable");

            assertThat(reload(server, TWO + MAIL).changes().restart()).isEmpty();
            Await.until("its tools are listed", () -> toolNames(server).contains("mail_echo"));
        }
    }

    @Test
    void whatComesAndGoesLeavesNothingBehind() throws Exception {
        try (TestServer server = TestServer.start(folder, TWO)) {
            comeAndGo(server);
            long threads = threads();
            for (int round = 0; round < 5; round++) {
                comeAndGo(server);
            }
            Await.until("the threads have ended", () -> threads() <= threads);
        }
    }

    private void comeAndGo(TestServer server) throws IOException {
        reloadOnceItHasEnded(server, TWO + MAIL);
        Await.until("its tools are listed", () -> toolNames(server).contains("mail_echo"));
        reload(server, TWO);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("Common-Cleaner"))
                .count();
    }

    private ConfigReloadResult reload(TestServer server, String yaml) throws IOException {
        Files.writeString(folder.resolve("weathervane.yaml"), yaml);
        return server.configuration().reload(new Actor("a test"), LiveConfiguration.Trigger.COMMAND);
    }

    private ConfigReloadResult reloadOnceItHasEnded(TestServer server, String yaml) throws IOException {
        Await.until("the service has ended", () -> server.ending().isEmpty());
        return reload(server, yaml);
    }

    private static String echo(String name) {
        return service(name, EchoWorker.command().toString());
    }

    private static String service(String name, String command) {
        String bare = command.substring(1, command.length() - 1);
        return """
              %1$s:
                initial: stable
                drainTimeout: 1s
                stopTimeout: 1s
                releases:
                  stable: {kind: mcp, command: [%2$s, --label, %1$s-stable]}
                  next: {kind: mcp, command: [%2$s, --label, %1$s-next]}
            """.formatted(name, bare);
    }

    private static boolean isInFlight(TestServer server, String name) {
        return server.services().stream()
                .filter(service -> service.name().value().equals(name))
                .flatMap(service -> service.workers().manager().view().active().stream())
                .anyMatch(worker -> worker.calls().inFlight() > 0);
    }

    private String statusFile() {
        try {
            return Files.readString(folder.resolve("state/analytics/worker_manager.json"));
        } catch (IOException e) {
            return "{}";
        }
    }

    private static List<String> toolNames(TestServer server) {
        return server.tools().stream().map(ToolDefinition::name).toList();
    }

    private static String answeredBy(TestServer server, String tool) {
        try {
            ToolResult result = server.call(tool, "{'text': 'hello'}");
            return result.json().path("structuredContent").path("worker").asString("");
        } catch (JsonRpcException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static long pid(TestServer server, String service) {
        return server.done("worker_status", "{'service': '" + service + "'}")
                .at("/active/pid")
                .asLong();
    }
}

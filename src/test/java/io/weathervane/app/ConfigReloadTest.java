package io.weathervane.app;

import static io.weathervane.app.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.ConfigReloadResult.Outcome;
import io.weathervane.audit.Actor;
import io.weathervane.mcp.ServerChangeListener;
import io.weathervane.testing.Await;
import io.weathervane.testing.EchoWorker;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.ToolDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A running server whose configuration file changes: what it goes by then, and what it refuses. */
@Timeout(120)
class ConfigReloadTest {
    @TempDir
    private Path folder;

    @Test
    void anInvalidFileIsRefusedAsAWholeAndTheOneBeforeStaysInForce() throws IOException {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            write(withRelease("extra").replace("checkInterval: 300ms", "checkInterval: soon"));

            ConfigReloadResult refused = reload(server);

            assertThat(refused.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(refused.problems())
                    .singleElement()
                    .asString()
                    .contains("monitor.checkInterval must be a duration");
            assertThat(server.refused("worker_start_canary", "{'release': 'extra'}"))
                    .contains("no worker release extra");
            assertThat(health(server)).startsWith("degraded ").contains("the configuration is refused since ", "soon");
            assertThat(server.newest("config-read")
                            .path("payload")
                            .path("problems")
                            .path(0)
                            .asString(""))
                    .contains("monitor.checkInterval");

            write(withRelease("extra"));
            assertThat(reload(server).changes().live()).containsExactly("workers.releases.extra added");
            assertThat(health(server)).startsWith("ok ").doesNotContain("refused");
            server.done("worker_start_canary", "{'release': 'extra'}");
        }
    }

    @Test
    void aFileThatIsGoneOrEmptyTakesNothingAway() throws IOException {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            write("");
            assertThat(reload(server).problems()).singleElement().asString().contains("has nothing in it any more");

            Files.delete(file());
            assertThat(reload(server).problems()).singleElement().asString().contains("is gone");

            write(TestServer.WITH_WORKERS);
            assertThat(reload(server).outcome()).isEqualTo(Outcome.UNCHANGED);
            assertThat(health(server)).startsWith("ok ");
        }
    }

    @Test
    void aFileThatAnEditorReplacesIsReadByItself() throws IOException {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            Path draft = Files.writeString(folder.resolve("weathervane.yaml~"), withRelease("extra"));
            Files.move(draft, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

            JsonNode entry = reloaded(server);

            assertThat(entry.path("actor").asString("")).isEqualTo("system");
            assertThat(entry.path("payload").path("trigger").asString("")).isEqualTo("file");
            assertThat(entry.path("payload").path("changed").path(0).asString(""))
                    .isEqualTo("workers.releases.extra added");
            assertThat(entry.toString()).as("names of keys, no values").doesNotContain("--label");
        }
    }

    /** As Kubernetes mounts a config map: the link to the folder of data is replaced, the file never. */
    @Test
    void aLinkThatLeadsToAnotherFileIsNoticed() throws IOException {
        Path one = Files.createDirectory(folder.resolve("one"));
        Path two = Files.createDirectory(folder.resolve("two"));
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            Files.writeString(one.resolve("weathervane.yaml"), withRelease("extra"));
            Files.writeString(two.resolve("weathervane.yaml"), withRelease("more"));
            Files.createSymbolicLink(folder.resolve("..data"), one);
            Files.createSymbolicLink(folder.resolve("link"), Path.of("..data", "weathervane.yaml"));
            Files.move(folder.resolve("link"), file(), StandardCopyOption.ATOMIC_MOVE);
            reloaded(server);

            Files.createSymbolicLink(folder.resolve("..next"), two);
            Files.move(folder.resolve("..next"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);

            Await.until(
                    "the other file is read",
                    () -> server.newest("config-read").toString().contains("workers.releases.more added"));
        }
    }

    @Test
    void whatNeedsARestartIsNamedUntilItIsTakenBack() throws IOException {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            write("server: {port: 4711}\nenvironment: production\nservices: {git: {releases: {a: {command: [git]}}}}\n"
                    + withRelease("extra"));

            ConfigReloadResult result = reload(server);

            assertThat(result.outcome()).isEqualTo(Outcome.RELOADED);
            assertThat(result.changes().live()).containsExactly("workers.releases.extra added");
            assertThat(result.changes().restart())
                    .containsExactly("environment added", "server.port added", "services.git added");
            assertThat(health(server))
                    .startsWith("ok ")
                    .contains("a restart is needed for what has changed in the configuration: environment added,"
                            + " server.port added, services.git added");
            assertThat(thresholds(server)
                            .path("errorRateThreshold")
                            .path("source")
                            .asString(""))
                    .isEqualTo("preset");
            assertThat(thresholds(server)
                            .path("errorRateThreshold")
                            .path("value")
                            .asString(""))
                    .isEqualTo("0.2");

            write(withRelease("extra"));
            assertThat(reload(server).changes().restart()).isEmpty();
            assertThat(health(server)).doesNotContain("restart");
        }
    }

    @Test
    void aRunningWatchKeepsItsThresholdsAndTheNextOneHasTheNewOnes() throws IOException {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            promote(server, "good");
            write(TestServer.WITH_WORKERS.replace("gracePeriod: 5m", "mode: observe, gracePeriod: 9m"));

            ConfigReloadResult result = reload(server);

            assertThat(result.changes().live()).containsExactly("monitor.gracePeriod", "monitor.mode added");
            assertThat(result.waiting()).singleElement().asString().contains("the watch of service default goes on by");
            assertThat(gracePeriod(server)).isEqualTo("5m");
            assertThat(mode(server)).isEqualTo("act");

            promote(server, "stable");

            assertThat(gracePeriod(server)).isEqualTo("9m");
            assertThat(mode(server)).isEqualTo("observe");
            assertThat(server.newest("monitoring-started")
                            .path("payload")
                            .path("policy")
                            .path("gracePeriod")
                            .path("value")
                            .asString(""))
                    .isEqualTo("9m");
        }
    }

    @Test
    void aReloadAfterTheFileWasTakenOverSaysWhenThatWasAndWhatItChanged() throws IOException {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            promote(server, "good");
            write(TestServer.WITH_WORKERS.replace("gracePeriod: 5m", "gracePeriod: 9m"));
            reload(server);

            ObjectNode again = server.configuration()
                    .methods()
                    .get(LiveConfiguration.RELOAD)
                    .answer()
                    .apply(new Caller("alice", Caller.Transport.SOCKET));

            assertThat(again.path("outcome").asString("")).isEqualTo("unchanged");
            assertThat(again.at("/last/changed/0").asString("")).isEqualTo("monitor.gracePeriod");
            assertThat(again.at("/waiting/0").asString("")).contains("the watch of service default goes on by");
        }
    }

    @Test
    void withoutAWatchNewThresholdsAreInForceAtOnce() throws IOException {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            write(TestServer.WITH_WORKERS.replace("gracePeriod: 5m", "gracePeriod: 9m"));
            assertThat(reload(server).waiting()).isEmpty();

            Await.until("it is in force", () -> gracePeriod(server).equals("9m"));
        }
    }

    @Test
    void rulesOfAccessHoldFromTheNextCallOnAndClientsAreToldThatTheirListsAreOthers() throws IOException {
        Caller bot = new Caller("ci-bot", Caller.Transport.HTTP);
        AtomicInteger told = new AtomicInteger();
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            server.follow(listChanges(told));
            assertThat(names(server, bot)).contains("echo");
            write("access: [{principals: [ci-bot], deny: [echo]}]\n" + TestServer.WITH_WORKERS);

            assertThat(reload(server).changes().live()).containsExactly("access added");

            assertThat(names(server, bot)).doesNotContain("echo").contains("get_forecast");
            assertThat(names(server, new Caller("other", Caller.Transport.HTTP)))
                    .contains("echo");
            assertThat(told).as("lists that are others").hasPositiveValue();
            assertThat(TestServer.text(server.call("echo", json("{\"text\": \"hello\"}"), bot, CallChannel.none())))
                    .contains("echo is denied to ci-bot");

            write(TestServer.WITH_WORKERS);
            reload(server);
            assertThat(names(server, bot)).contains("echo");
        }
    }

    @Test
    void aFlagOfAnotherTypeIsAnotherStateAlsoWithTheSameText() throws IOException {
        String counted =
                "flags: [{key: WORKERS, type: integer, min: 0, max: 9, default: \"1\", description: counts}]\n";
        String chosen = "flags: [{key: WORKERS, type: boolean, default: \"1\", description: counts}]\n";
        write(counted + TestServer.WITH_WORKERS);
        try (TestServer server = TestServer.start(folder, counted + TestServer.WITH_WORKERS)) {
            long before = server.readers().epoch();

            write(chosen + TestServer.WITH_WORKERS);
            reload(server);

            assertThat(server.readers().epoch()).isGreaterThan(before);
        }
    }

    @Test
    void flagsComeWithTheirDefaultsAndGoWithoutTheirRows() throws IOException {
        String planner = "flags: [{key: NEW_PLANNER, type: boolean, default: \"0\", description: plans}]\n";
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            assertThat(server.refused("mcp_admin_flags", "{'action': 'set', 'flags': {'NEW_PLANNER': '1'}}"))
                    .contains("is not a flag");
            write(planner + TestServer.WITH_WORKERS);

            assertThat(reload(server).changes().live()).containsExactly("flags added");

            assertThat(flag(server, "NEW_PLANNER")).isEqualTo("0");
            server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'NEW_PLANNER': '1'}}");
            assertThat(flag(server, "NEW_PLANNER")).isEqualTo("1");

            write(TestServer.WITH_WORKERS);
            assertThat(reload(server).changes().live()).containsExactly("flags removed");
            assertThat(server.refused("mcp_admin_flags", "{'action': 'set', 'flags': {'NEW_PLANNER': '0'}}"))
                    .contains("is not a flag");

            write(planner + TestServer.WITH_WORKERS);
            reload(server);
            assertThat(flag(server, "NEW_PLANNER")).as("its row has stayed").isEqualTo("1");
        }
    }

    @Test
    void aFlagThatComesWhileTheKillSwitchIsEngagedIsAtItsDefaultAndAfterTheResetToo() throws IOException {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            server.done("kill_switch_engage", "{'reason': 'an incident'}");
            write("flags: [{key: NEW_PLANNER, type: boolean, default: \"0\", description: plans}]\n"
                    + TestServer.WITH_WORKERS);

            reload(server);

            assertThat(health(server)).contains("\"killSwitch\":\"engaged\"");
            assertThat(flag(server, "NEW_PLANNER")).isEqualTo("0");
        }
    }

    @Test
    void theKillSwitchAndTheWorkerThatServesAreNotTouched() throws IOException {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            server.done("kill_switch_engage", "{'reason': 'an incident'}");
            String before = server.state().get("workers");
            write(TestServer.WITH_WORKERS.replaceAll(
                    "(?m)^ *stable: .*$", "    stable: {kind: mcp, command: [other]}"));

            assertThat(reload(server).changes().live()).containsExactly("workers.releases.stable.command");

            assertThat(server.state().get("workers")).isEqualTo(before);
            assertThat(health(server))
                    .contains("\"killSwitch\":\"engaged\"")
                    .contains("the active release stable runs with another command than the configuration has now");
            assertThat(server.call("echo", "{'text': 'hello'}").isError()).isFalse();
        }
    }

    @Test
    void manyReloadsAtATimeComeToTheLastOne() throws Exception {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            write(withRelease("extra"));

            List<Outcome> outcomes = Stream.of(1, 2, 3, 4, 5, 6, 7, 8)
                    .parallel()
                    .map(each -> reload(server).outcome())
                    .toList();

            assertThat(outcomes).containsOnlyOnce(Outcome.RELOADED).doesNotContain(Outcome.REFUSED);
        }
    }

    private static void promote(TestServer server, String release) {
        server.done("worker_start_canary", "{'release': '" + release + "'}");
        server.done("worker_promote", "{'reason': 'a test', 'confirm': true}");
    }

    private static List<String> names(TestServer server, Caller caller) {
        return server.tools(caller).stream().map(ToolDefinition::name).toList();
    }

    private static String flag(TestServer server, String key) {
        return server.done("mcp_admin_flags", "{'action': 'get'}")
                .at("/flags/" + key + "/effective")
                .asString("");
    }

    private static ServerChangeListener listChanges(AtomicInteger count) {
        return new ServerChangeListener() {
            @Override
            public void toolsChanged() {
                count.incrementAndGet();
            }

            @Override
            public void promptsChanged() {}

            @Override
            public void resourcesChanged() {}

            @Override
            public void resourceUpdated(String uri) {}

            @Override
            public void resourcesUpdatedBelow(String uri) {}

            @Override
            public void logged(ObjectNode params) {}
        };
    }

    private static ConfigReloadResult reload(TestServer server) {
        return server.configuration().reload(new Actor("alice"), LiveConfiguration.Trigger.COMMAND);
    }

    private static JsonNode reloaded(TestServer server) {
        Await.until(
                "the configuration was read again",
                () -> server.newest("config-read").isObject());
        return server.newest("config-read");
    }

    private static String health(TestServer server) {
        return server.health().path("status").asString("") + " " + server.health();
    }

    private static JsonNode thresholds(TestServer server) {
        return server.done("monitor_status", "{}").path("policy");
    }

    private static String gracePeriod(TestServer server) {
        return thresholds(server).path("gracePeriod").path("value").asString("");
    }

    private static String mode(TestServer server) {
        return server.done("monitor_status", "{}").path("mode").asString("");
    }

    private static String withRelease(String label) {
        return TestServer.WITH_WORKERS.lines().collect(Collectors.joining("\n"))
                + "\n    " + label + ": {kind: mcp, command: ["
                + String.join(", ", EchoWorker.command()) + ", --label, " + label + "]}\n";
    }

    private Path file() {
        return folder.resolve("weathervane.yaml");
    }

    private void write(String yaml) throws IOException {
        Files.writeString(file(), yaml);
    }
}

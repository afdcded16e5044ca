package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.Actor;
import io.weathervane.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that is read again in the middle of an upgrade: the upgrade goes on as it began. */
@Timeout(120)
class UpgradeReloadTest {
    private static final String YAML =
            "upgrade: {mirrorDuration: 0s, probes: [{tool: get_forecast, arguments: {city: Bern}}]}\n"
                    + TestServer.WITH_WORKERS;

    @TempDir
    private Path folder;

    @Test
    void aComparisonThatMirrorsCallsGoesOnAsItBegan() throws IOException {
        try (TestServer server = TestServer.start(folder, YAML.replace("mirrorDuration: 0s", "mirrorDuration: 1h"))) {
            server.done("upgrade_run", "{'canary': 'good', 'id': 'long', 'wait': false}");
            Await.until("it compares", () -> step(server).equals("shadow"));
            write(YAML);

            assertThat(reload(server).waiting()).hasSize(1);

            assertThat(step(server)).isEqualTo("shadow");
            assertThat(server.refused("upgrade_run", "{'canary': 'good', 'id': 'second'}"))
                    .contains("long");
            server.done("upgrade_abort", "{'id': 'long'}");
            Await.until("it has ended", () -> status(server).equals("aborted"));
        }
    }

    @Test
    void aCanaryWeightIsHeldAsItBegan() throws IOException {
        try (TestServer server = TestServer.start(folder, YAML)) {
            server.done(
                    "upgrade_run",
                    "{'canary': 'good', 'id': 'long', 'promote': true, 'confirm': true, 'wait': false, 'canary_weights': [50],"
                            + " 'step_duration': '1h'}");
            Await.until("it holds the weight", () -> step(server).equals("weight"));
            write(YAML.replace("mirrorDuration: 0s", "mirrorDuration: 1h").replace("300ms", "200ms"));

            ConfigReloadResult reloaded = reload(server);

            assertThat(reloaded.outcome()).isEqualTo(ConfigReloadResult.Outcome.RELOADED);
            assertThat(reloaded.waiting()).singleElement().asString().contains("upgrade");
            assertThat(step(server)).isEqualTo("weight");
            assertThat(server.done("worker_status", "{}")
                            .at("/canary/canaryWeight")
                            .asInt())
                    .isEqualTo(50);
            server.done("upgrade_abort", "{'id': 'long'}");
            Await.until("it has ended", () -> status(server).equals("aborted"));
            assertThat(server.done("worker_status", "{}").path("canary").isNull())
                    .isTrue();
        }
    }

    @Test
    void aWatchGoesOnByTheThresholdsItBeganWith() throws IOException {
        try (TestServer server = TestServer.start(folder, YAML)) {
            server.done(
                    "upgrade_run", "{'canary': 'good', 'id': 'long', 'promote': true, 'confirm': true, 'wait': false}");
            Await.until("it watches", () -> step(server).equals("watch"));
            String until = watchEnd(server);
            write(YAML.replace("gracePeriod: 5m", "gracePeriod: 1s"));

            ConfigReloadResult reloaded = reload(server);

            assertThat(reloaded.waiting())
                    .anySatisfy(sentence -> assertThat(sentence).contains("watch"));
            assertThat(watchEnd(server)).isEqualTo(until);
            assertThat(step(server)).isEqualTo("watch");
            server.done("worker_rollback", "{'reason': 'a test'}");
            Await.until("it has ended", () -> status(server).equals("rolled-back"));
        }
    }

    private static String watchEnd(TestServer server) {
        String end = server.done("monitor_status", "{}").path("endsAt").asString("");
        assertThat(end).isNotEmpty();
        return end;
    }

    private static String step(TestServer server) {
        return server.done("upgrade_status", "{}").path("step").asString("");
    }

    private static String status(TestServer server) {
        return server.done("upgrade_status", "{}").path("status").asString("");
    }

    private static ConfigReloadResult reload(TestServer server) {
        return server.configuration().reload(new Actor("alice"), LiveConfiguration.Trigger.COMMAND);
    }

    private void write(String yaml) throws IOException {
        Files.writeString(folder.resolve("weathervane.yaml"), yaml);
    }
}

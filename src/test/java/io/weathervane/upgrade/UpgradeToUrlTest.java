package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.EchoHttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.node.ObjectNode;

/** Upgrades from a command to a server that runs already. */
class UpgradeToUrlTest {
    @RegisterExtension
    static final TestUpgrades upgrades = TestUpgrades.ofEchoes();

    @Test
    void promotesAUrlAfterTheSameStepsAndWatchesIt() throws Exception {
        try (EchoHttpServer server = new EchoHttpServer("canary")) {
            upgrades.withTraffic();

            ObjectNode done = upgrades.run(
                    server.uri().toString(),
                    "{'id': 'url', 'promote': true, 'canary_weights': [50], 'step_duration': '1500ms'}");

            assertThat(done.path("status").asString(""))
                    .as(done.toPrettyString())
                    .isEqualTo("finished");
            assertThat(upgrades.label("active")).isEqualTo("url");
            assertThat(upgrades.worker("active").path("pid").isNull()).isTrue();
            assertThat(upgrades.worker("active").at("/urls/0").asString(""))
                    .isEqualTo(server.uri().toString());
            assertThat(upgrades.record("url", "preflight.json").toString())
                    .contains(server.uri() + " is not started by this server");
            upgrades.tools().done("worker_rollback", "{}");
        }
    }

    @Test
    void goesBackToTheCommandWhenTheServerFailsDuringTheWatch() throws Exception {
        try (EchoHttpServer server = new EchoHttpServer("canary")) {
            upgrades.withTraffic();
            String id = upgrades.begin(server.uri().toString(), "{'id': 'fails', 'promote': true}");
            upgrades.awaitStep(id, "watch");

            server.fail();

            ObjectNode done = upgrades.awaitEnd(id);
            assertThat(done.path("status").asString(""))
                    .as(done.toPrettyString())
                    .isEqualTo("rolled-back");
            assertThat(upgrades.label("active")).isEqualTo("stable");
        }
    }

    @Test
    void goesBackToTheCommandWhenTheServerIsGoneDuringTheWatch() throws Exception {
        try (EchoHttpServer server = new EchoHttpServer("canary")) {
            upgrades.withTraffic();
            String id = upgrades.begin(server.uri().toString(), "{'id': 'gone', 'promote': true}");
            upgrades.awaitStep(id, "watch");

            server.disappear();

            ObjectNode done = upgrades.awaitEnd(id);
            assertThat(done.path("status").asString(""))
                    .as(done.toPrettyString())
                    .isIn("rolled-back", "escalated");
            assertThat(upgrades.label("active")).isEqualTo("stable");
        }
    }

    @Test
    void aUrlWithASecretIsRefusedWithoutShowingIt() {
        String refused = upgrades.tools()
                .refused(
                        "upgrade_run",
                        "{'canary': 'https://ann:hunter2@tools.example.com/mcp', 'promote': true, 'confirm': true}");

        assertThat(refused)
                .contains("anary: the URL must not have a user name or a password")
                .doesNotContain("hunter2");
    }
}

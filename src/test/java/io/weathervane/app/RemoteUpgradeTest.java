package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.EchoHttpServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** An upgrade between servers that run elsewhere. */
class RemoteUpgradeTest {
    @TempDir
    private Path folder;

    @Test
    void theCallsOfAComparisonGoToTheDryRunUrlAndThoseOfCallersToTheServerItself() throws Exception {
        try (EchoHttpServer stable = new EchoHttpServer("echo");
                EchoHttpServer next = new EchoHttpServer("echo");
                EchoHttpServer dryRun = new EchoHttpServer("echo");
                TestServer server = TestServer.start(folder, yaml(stable, next, dryRun))) {
            ObjectNode waiting =
                    server.done("upgrade_run", "{'canary': 'next', 'id': 'v2', 'allow_dirty': true, 'wait': true}");

            assertThat(waiting.path("status").asString(""))
                    .as(waiting.toPrettyString())
                    .isEqualTo("waiting");
            assertThat(dryRun.calls()).isPositive();
            assertThat(next.calls()).isZero();
            long compared = dryRun.calls();

            server.done("upgrade_run", "{'id': 'v2', 'promote': true, 'confirm': true, 'wait': false}");
            Await.until(
                    "the promoted release has the calls",
                    () -> server.done("worker_status", "{}")
                            .at("/active/label")
                            .asString("")
                            .equals("next"));
            server.call("echo", "{'text': 'hello'}");

            assertThat(next.calls()).isPositive();
            assertThat(dryRun.calls()).isEqualTo(compared);
            server.done("worker_rollback", "{}");
        }
    }

    private static String yaml(EchoHttpServer stable, EchoHttpServer next, EchoHttpServer dryRun) {
        return """
            monitor: {checkInterval: 300ms, gracePeriod: 5m, minRequests: 5}
            upgrade: {probes: [{tool: echo, arguments: {text: hi}}]}
            workers:
              initial: stable
              releases:
                stable: {url: "%s"}
                next: {url: "%s", dryRunUrl: "%s"}
            """.formatted(stable.uri(), next.uri(), dryRun.uri());
    }
}

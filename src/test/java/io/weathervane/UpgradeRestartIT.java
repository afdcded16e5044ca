package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The server is killed in each step of an upgrade: the next one gives it up, or takes its watch up, and says which. */
class UpgradeRestartIT {
    @TempDir
    Path workspace;

    @ParameterizedTest
    @CsvSource({
        "build, '\"build\": \"sleep 60\"', aborted",
        "test, '\"test\": \"sleep 60\"', aborted",
        "word, '\"keep_staging\": false', aborted",
        "weight, '\"promote\": true, \"weight\": [50], \"step\": \"1m\"', aborted",
        "watch, '\"promote\": true', finished",
    })
    void isGivenUpOrTakenUp(String step, String more, String status) throws Exception {
        ServerProcess.configure(workspace, "monitor: {checkInterval: 200ms, gracePeriod: 8s}", "stable", "next");
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            server.operate(
                    "upgrade_run",
                    "{\"canary\": \"next\", \"id\": \"u\", \"wait\": false, \"confirm\": true, " + more + "}");
            Await.until(
                    "it is at " + step,
                    () -> status(server).path("step").asString("").equals(step));
            server.handle().destroyForcibly();
            Await.until("it is dead", () -> !server.handle().isAlive());
        }

        try (ServerProcess server = ServerProcess.serve(workspace)) {
            Await.until("it has ended", () -> status(server).path("endedAt").isString());
            JsonNode ended = status(server);
            assertThat(ended.path("status").asString(""))
                    .as(ended.toPrettyString())
                    .isEqualTo(status);
            JsonNode workers = server.operate("worker_status", "{}");
            boolean promoted = status.equals("finished");
            assertThat(workers.path("active").path("label").asString("")).isEqualTo(promoted ? "next" : "stable");
            assertThat(workers.path("canary").isNull()).isTrue();
            if (!promoted) {
                assertThat(ended.path("reason").asString("")).contains("the server ended during the step " + step);
            }
        }
        assertThat(workspace.resolve("state/upgrade.lock")).doesNotExist();
        assertThat(Files.readString(workspace.resolve("experiments/mcp/upgrade/u/report.json")))
                .contains("\"status\" : \"" + status + "\"");
    }

    private static JsonNode status(ServerProcess server) throws Exception {
        return server.operate("upgrade_status", "{}");
    }
}

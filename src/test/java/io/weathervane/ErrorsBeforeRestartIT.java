package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The errors of the last 15 minutes hold a reset back under the next server too, however the one before ended. */
class ErrorsBeforeRestartIT {
    private static final String RESET = "{\"reason\": \"fixed\", \"approver\": \"dana\", \"fix_reference\": \"X-1\"}";

    @TempDir
    Path workspace;

    @Test
    void aKillIsUnknownAndAStopInOrderSaysWhatItKnows() throws Exception {
        ServerProcess.configure(workspace, "", "stable --fail-rate 1");
        try (ServerProcess fresh = ServerProcess.serve(workspace)) {
            engage(fresh);
            assertThat(fresh.operate("kill_switch_reset", RESET).path("reset").asBoolean())
                    .as("a workspace without a past")
                    .isTrue();
        }
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            assertThat(noErrors(server).path("ok").asBoolean())
                    .as("after a stop in order")
                    .isTrue();
            Await.until("a call has reached the worker and failed", () -> {
                callInVain(server);
                return !noErrors(server).path("ok").asBoolean();
            });
            server.kill();
        }
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            engage(server);
            String refused = ServerProcess.text(server.call("kill_switch_reset", RESET));
            assertThat(refused)
                    .contains("no errors (is unknown before 20", "ended without recording what it saw")
                    .containsPattern("it is met at 20[^ ]+Z if none follows");
        }
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            assertThat(noErrors(server).path("value").asString(""))
                    .as("a stop in order hands on what was unknown")
                    .startsWith("unknown before 20");
            assertThat(server.health().path("killSwitch").asString("")).isEqualTo("engaged");
        }
    }

    /** The worker answers each call with an error. */
    private static void callInVain(ServerProcess server) {
        assertThatThrownBy(() -> server.call("echo", "{\"text\": \"hi\"}")).isInstanceOf(IOException.class);
    }

    private static void engage(ServerProcess server) throws Exception {
        server.operate("kill_switch_engage", "{\"reason\": \"a drill\"}");
    }

    private static JsonNode noErrors(ServerProcess server) throws Exception {
        JsonNode dry = server.operate("kill_switch_reset", "{\"dry_run\": true, \"fix_reference\": \"X-1\"}");
        return dry.path("preconditions")
                .valueStream()
                .filter(one -> one.path("name").asString("").equals("no errors"))
                .findFirst()
                .orElseThrow();
    }
}

package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.testing.FileWorker;
import io.weathervane.tool.ToolDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A promotion takes a tool away from clients that know it, with real workers behind a server. */
@Timeout(120)
class OldToolListTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        for (String release : List.of("stable", "next")) {
            Files.createDirectory(folder.resolve(release));
        }
        FileWorker.answers(
                folder.resolve("stable"), "tools/list", tools(tool("look", "city"), tool("old_look", "city")));
        FileWorker.answers(folder.resolve("next"), "tools/list", tools(tool("look", "place")));
    }

    @Test
    void callsByTheOldListGoOnAndAreShownAndDoNotCountAgainstTheNewRelease() {
        try (TestServer server = TestServer.start(folder, yaml(""))) {
            promote(server);

            assertThat(server.tools())
                    .extracting(ToolDefinition::name)
                    .contains("look")
                    .doesNotContain("old_look");
            assertThat(server.callWorker("old_look", "{'city': 'Bern'}").isError())
                    .isFalse();
            assertThat(server.callWorker("look", "{'city': 'Bern'}").isError()).isFalse();
            assertThat(server.callWorker("look", "{'place': 'Bern'}").isError()).isFalse();

            String shown = "calls by the list of tools before the switch to next, which stable answers until ";
            assertThat(server.textOf("worker_status", "{}")).contains(shown, ": 2 answered, 0 refused (");
            assertThat(server.done("monitor_status", "{}")
                            .path("workers")
                            .path("drift")
                            .toString())
                    .contains(shown);
            assertThat(server.done("worker_status", "{}")
                            .path("active")
                            .path("sinceActive")
                            .toString())
                    .isEqualTo("{\"requests\":1,\"errors\":0}");
        }
    }

    @Test
    void withoutAGraceTheCallerIsToldThatTheListHasChanged() {
        try (TestServer server = TestServer.start(folder, yaml("oldToolListGrace: 0s"))) {
            promote(server);

            assertThatThrownBy(() -> server.callWorker("old_look", "{'city': 'Bern'}"))
                    .isInstanceOf(JsonRpcException.class)
                    .hasMessageContaining("The list of tools has changed with the switch from stable to next")
                    .hasMessageContaining("old_look is gone");
            assertThatThrownBy(() -> server.callWorker("look", "{'city': 'Bern'}"))
                    .hasMessageContaining("look takes other arguments");
        }
    }

    @Test
    void aRollbackBringsTheListBack() {
        try (TestServer server = TestServer.start(folder, yaml(""))) {
            promote(server);
            server.done("worker_rollback", "{'reason': 'a test'}");

            assertThat(server.callWorker("old_look", "{'city': 'Bern'}").isError())
                    .isFalse();
            assertThat(server.textOf("worker_status", "{}")).doesNotContain("calls by the list");
        }
    }

    private static void promote(TestServer server) {
        server.done("worker_start_canary", "{'release': 'next'}");
        server.done("worker_promote", "{'reason': 'a test', 'confirm': true}");
    }

    private String yaml(String more) {
        return "workers:\n  initial: stable\n  " + more + "\n  releases:\n" + release("stable") + release("next");
    }

    private String release(String label) {
        return "    " + label + ": {kind: mcp, command: "
                + JsonRpcCodec.JSON.writeValueAsString(FileWorker.command(folder.resolve(label))) + "}\n";
    }

    private static String tools(String... tools) {
        return "\"result\":{\"tools\":[" + String.join(",", tools) + "]}";
    }

    private static String tool(String name, String argument) {
        return "{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"" + argument
                + "\":{\"type\":\"string\"}},\"required\":[\"" + argument
                + "\"],\"additionalProperties\":false},\"annotations\":{\"readOnlyHint\":true}}";
    }
}

package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that takes its time to start: it begins when it is let through. */
class SlowWorkerIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path workspace;

    @Test
    void holdsUpOnlyWhatHasToDoWithIt() throws Exception {
        Path gate = workspace.resolve("gate");
        assertThat(new ProcessBuilder("mkfifo", gate.toString()).start().waitFor())
                .isZero();
        configureWorkerBehind(gate);

        try (StdioClient client = StdioClient.packaged(workspace, "--http", "--port", "0")) {
            int get = client.call("mcp_admin_flags", "{\"action\":\"get\",\"flag\":\"PROMPT_MODE\"}");
            int engage = client.call("kill_switch_engage", "{\"reason\":\"no worker is needed for that\"}");

            assertThat(client.text(get)).contains("compact");
            assertThat(client.answer(engage).at("/result/isError").asBoolean(false))
                    .isFalse();
            HttpResponse<String> health = health(client);
            assertThat(health.body()).contains("\"starting\"");
            assertThat(health.statusCode()).isEqualTo(503);

            Files.writeString(gate, "now\n");

            Await.until("its tools are listed", () -> client.toolNames().contains("echo"));
            Await.until("healthy", () -> health(client).statusCode() == 200);
            assertThat(client.text(client.call("echo", "{\"text\":\"hello\"}"))).contains("hello");
        }
    }

    private void configureWorkerBehind(Path gate) throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "read now <\"$0\" && exec \"$@\"", gate.toString()));
        command.addAll(ServerProcess.weathervane("sample-worker", "--label", "slow"));
        Files.writeString(
                workspace.resolve("weathervane.yaml"), """
                workers:
                  initial: slow
                  startTimeout: 1m
                  releases:
                    slow: {kind: mcp, command: %s}
                """.formatted(JsonRpcCodec.JSON.writeValueAsString(command)));
    }

    private static HttpResponse<String> health(StdioClient client) throws Exception {
        URI health = client.address().resolve("/health");
        return HTTP.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString());
    }
}

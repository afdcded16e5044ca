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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A worker that takes its time to start: it begins when it is let through. */
class SlowWorkerIT {
    private static final Pattern ADDRESS = Pattern.compile("http://\\S+/mcp");

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

            Await.until("its tools are listed", () -> tools(client).contains("echo"));
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

    private static List<String> tools(StdioClient client) throws Exception {
        JsonNode answer = client.answer(client.send("tools/list", "{}"));
        return answer.at("/result/tools")
                .valueStream()
                .map(tool -> tool.path("name").asString(""))
                .toList();
    }

    private static HttpResponse<String> health(StdioClient client) throws Exception {
        Await.until("it listens", () -> ADDRESS.matcher(client.stderr()).find());
        Matcher address = ADDRESS.matcher(client.stderr());
        assertThat(address.find()).isTrue();
        URI health = URI.create(address.group()).resolve("/health");
        return HTTP.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString());
    }
}

package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Which worker a call comes to, and what is told when a worker's tools have changed, over both transports. */
class WorkerRoutingIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PIN = "io.weathervane/worker";
    private static final String MODERN = "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}";

    /** Each has the canary by a chance of one half: that all have the same does not happen. */
    private static final int SESSIONS_MAX = 64;

    /** A worker in a few lines of shell: what is in the file of its first argument is added to its tools at each start. */
    private static final String SHELL_WORKER = """
        more=$(cat "$0")
        answer() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$id" "$1"; }
        while read -r line; do
          id=${line#*'"id":'}; id=${id%%,*}
          case "$line" in
            *'"tools/list"'*) answer '"result":{"tools":[{"name":"echo","inputSchema":{"type":"object"}}'"$more"']}' ;;
            *'"initialize"'*) answer '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}' ;;
            *'"ping"'*) answer '"result":{}' ;;
            *'"server/discover"'*) answer '"error":{"code":-32601,"message":"Method not found"}' ;;
          esac
        done
        """;

    @TempDir
    private Path workspace;

    @Test
    void aPinAndAShareChooseTheWorkerThroughBothDoors() throws Exception {
        ServerProcess.configure(workspace, "monitor: {checkInterval: 200ms}", "stable", "next");
        try (StdioClient client = StdioClient.packaged(workspace, "--http", "--port", "0")) {
            URI uri = client.address();
            client.answer(client.call(
                    "upgrade_run",
                    "{\"canary\":\"next\",\"id\":\"u\",\"wait\":false,\"confirm\":true,\"promote\":true,\"allow_unverified\":true,"
                            + "\"canary_weights\":[50],\"step_duration\":\"5m\"}"));
            Await.until("the canary has a share", () -> step(client).equals("weight"));

            pinsOnStdio(client);
            pinsOnHttp(uri);
            everyCallerKeepsItsWorker(client, uri);
        }
    }

    private static void pinsOnStdio(StdioClient client) throws Exception {
        assertThat(worker(pinned(client, "next"))).isEqualTo("next");
        assertThat(worker(pinned(client, "stable"))).isEqualTo("stable");
        assertThat(worker(pinned(client, "canary"))).isEqualTo("next");
        assertThat(ServerProcess.text(pinned(client, "nobody").path("result")))
                .contains("no worker nobody is there", "active stable", "canary next");
    }

    private static JsonNode pinned(StdioClient client, String requestedWorker) throws IOException {
        return client.answer(client.send("tools/call", echo("\"" + PIN + "\":\"" + requestedWorker + "\"")));
    }

    private static void pinsOnHttp(URI uri) throws Exception {
        assertThat(worker(post(uri, echo(""), Map.of("WeatherVane-Worker", "next"))))
                .isEqualTo("next");
        assertThat(worker(post(uri, echo(""), Map.of("WeatherVane-Worker", "stable"))))
                .isEqualTo("stable");
        Map<String, String> modern =
                Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "echo");
        assertThat(worker(post(uri, echo(MODERN + ",\"" + PIN + "\":\"canary\""), modern)))
                .isEqualTo("next");
        assertThat(worker(post(uri, echo(MODERN + ",\"" + PIN + "\":\"active\""), modern)))
                .isEqualTo("stable");
    }

    private static void everyCallerKeepsItsWorker(StdioClient client, URI uri) throws Exception {
        Set<String> onStdio = new HashSet<>();
        Set<String> withoutSession = new HashSet<>();
        for (int call = 0; call < 10; call++) {
            onStdio.add(worker(client.answer(client.call("echo", "{\"text\":\"who\"}"))));
            withoutSession.add(worker(post(uri, echo(""), Map.of())));
        }
        assertThat(onStdio).hasSize(1);
        assertThat(withoutSession).hasSize(1);

        Set<String> seen = new HashSet<>();
        for (int count = 0; count < SESSIONS_MAX && seen.size() < 2; count++) {
            Map<String, String> session = Map.of("Mcp-Session-Id", sessionId(uri));
            String first = worker(post(uri, echo(""), session));
            assertThat(worker(post(uri, echo(""), session))).isEqualTo(first);
            seen.add(first);
        }
        assertThat(seen).containsExactlyInAnyOrder("stable", "next");
    }

    @Test
    void aWorkerThatComesBackWithOtherToolsIsAuditedAndItsClientsAreTold() throws Exception {
        Path more = Files.writeString(workspace.resolve("more"), "");
        String command = JsonRpcCodec.JSON.writeValueAsString(List.of("sh", "-c", SHELL_WORKER, more.toString()));
        Files.writeString(
                workspace.resolve("weathervane.yaml"),
                "workers: {initial: blue, releases: {blue: {kind: mcp, command: " + command + "}}}");
        try (StdioClient client = StdioClient.packaged(workspace)) {
            client.answer(client.send("initialize", initialize()));
            client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            assertThat(client.toolNames()).contains("echo").doesNotContain("transfer");
            long told = changes(client);

            Files.writeString(more, ",{\"name\":\"transfer\",\"inputSchema\":{\"type\":\"object\"}}");
            ProcessHandle worker = client.handle().descendants().findFirst().orElseThrow();
            worker.destroyForcibly();

            Await.until("it is back with other tools", () -> client.toolNames().contains("transfer"));
            Await.until("the client is told", () -> changes(client) > told);
            Await.until("it is audited", () -> audited(client).contains("added transfer"));
            assertThat(audited(client)).contains("\"blue\"", "\"active\"");
        }
    }

    private static String step(StdioClient client) throws IOException {
        return client.answer(client.call("upgrade_status"))
                .at("/result/structuredContent/step")
                .asString("");
    }

    private static String audited(StdioClient client) throws IOException {
        return client.answer(client.call("audit_query", "{\"kinds\":[\"tool-drift\"]}"))
                .at("/result/structuredContent")
                .toString();
    }

    private static long changes(StdioClient client) {
        return client.received().stream()
                .filter(message -> message.path("method").asString("").equals("notifications/tools/list_changed"))
                .count();
    }

    private static String worker(JsonNode answer) {
        return answer.at("/result/structuredContent/worker").asString(answer.toString());
    }

    private static String echo(String meta) {
        return "{\"name\":\"echo\",\"arguments\":{\"text\":\"who\"},\"_meta\":{" + meta + "}}";
    }

    private static String initialize() {
        return "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}";
    }

    private static String sessionId(URI uri) throws Exception {
        return send(uri, "initialize", initialize(), Map.of())
                .headers()
                .firstValue("Mcp-Session-Id")
                .orElseThrow();
    }

    private static JsonNode post(URI uri, String params, Map<String, String> headers) throws Exception {
        return JsonRpcCodec.JSON.readTree(
                send(uri, "tools/call", params, headers).body());
    }

    private static HttpResponse<String> send(URI uri, String method, String params, Map<String, String> headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream");
        headers.forEach(request::header);
        String message = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
        return HTTP.send(
                request.POST(HttpRequest.BodyPublishers.ofString(message)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}

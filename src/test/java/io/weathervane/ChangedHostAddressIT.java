package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import io.weathervane.util.Closer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A remote release whose host name leads to another address while the packaged server runs; names come from a file. */
class ChangedHostAddressIT {
    private static final String HOST = "tools.weathervane.test";

    @TempDir
    private Path workspace;

    private final Closer open = new Closer();

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void aNameThatIsUnknownIsNotedAndOneThatMovesIsFollowed() throws Exception {
        HttpServer first = serve("127.0.0.1", 0, "first");
        int port = first.getAddress().getPort();
        open.register(() -> first.stop(0));
        Path hosts = Files.writeString(workspace.resolve("hosts"), "127.0.0.1 localhost\n");
        Files.writeString(workspace.resolve("weathervane.yaml"), """
                workers:
                  initial: stable
                  releases:
                    stable: {url: "http://%s:%d/mcp"}
                """.formatted(HOST, port));
        List<String> words = ServerProcess.serving(workspace);
        words.addAll(
                1,
                List.of(
                        "-Djdk.net.hosts.file=" + hosts,
                        "-Dsun.net.inetaddr.ttl=1",
                        "-Dsun.net.inetaddr.negative.ttl=0"));

        try (ServerProcess server = ServerProcess.start(new ProcessBuilder(words))) {
            assertThat(server.health().path("notes").toString())
                    .contains("the host of http://" + HOST + ":" + port + "/mcp is not known (DNS)");

            Files.writeString(hosts, "127.0.0.1 " + HOST + "\n");
            Await.until("it is connected to", () -> answer(server).equals("first"));

            HttpServer second = serve("127.0.0.2", port, "second");
            open.register(() -> second.stop(0));
            Files.writeString(hosts, "127.0.0.2 " + HOST + "\n");
            first.stop(0);
            Await.until("the name is followed", () -> answer(server).equals("second"));
            assertThat(server.health().path("status").asString("")).isEqualTo("ok");
        }
    }

    private static String answer(ServerProcess server) throws IOException, InterruptedException {
        try {
            return ServerProcess.text(server.call("who", "{}"));
        } catch (IOException e) {
            assertThat(e).as("not known yet").hasMessageContaining("who");
            return "nobody";
        }
    }

    /** A legacy server without sessions that says its name. */
    private static HttpServer serve(String address, int port, String name) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
        server.createContext("/mcp", exchange -> reply(exchange, name));
        server.start();
        return server;
    }

    private static void reply(HttpExchange exchange, String name) throws IOException {
        JsonNode request = JsonRpcCodec.JSON.readTree(exchange.getRequestBody().readAllBytes());
        ObjectNode answer = JsonRpcCodec.JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", request.path("id"));
        switch (request.path("method").asString("")) {
            case "initialize" ->
                answer.set(
                        "result",
                        json("{'protocolVersion':'2025-11-25','capabilities':{'tools':{}},"
                                + "'serverInfo':{'name':'named','version':'1'}}"));
            case "tools/list" ->
                answer.set(
                        "result",
                        json("{'tools':[{'name':'who','inputSchema':{'type':'object'},"
                                + "'annotations':{'readOnlyHint':true}}]}"));
            case "tools/call" -> answer.set("result", json("{'content':[{'type':'text','text':'" + name + "'}]}"));
            case "ping" -> answer.putObject("result");
            default -> answer.putObject("error").put("code", -32601).put("message", "Method not found");
        }
        boolean wanted = request.has("id");
        byte[] body = wanted ? answer.toString().getBytes(StandardCharsets.UTF_8) : new byte[0];
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(
                wanted ? 200 : exchange.getRequestMethod().equals("POST") ? 202 : 405, wanted ? body.length : -1);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static JsonNode json(String text) {
        return JsonRpcCodec.JSON.readTree(text.replace('\'', '"'));
    }
}

package io.weathervane.transport.http;

import io.weathervane.completion.UpstreamCompletionSource;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.CallLimits;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpServices;
import io.weathervane.mcp.ServerChangeListener;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.mcp.UpstreamExtensionMethods;
import io.weathervane.mcp.UpstreamInstructions;
import io.weathervane.mcp.UpstreamListMetaSource;
import io.weathervane.mcp.UpstreamServices;
import io.weathervane.mcp.UpstreamSubscriptions;
import io.weathervane.mcp.UpstreamTasks;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.testing.TestHttp;
import io.weathervane.testing.WireCheck;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.UpstreamToolSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A real server on a free port, and ways to talk to it. */
final class HttpFixture implements AutoCloseable {
    static final String META =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    final ScriptedTools tools = new ScriptedTools();
    final HttpServer server;
    private final McpDispatcher dispatcher;
    private final HttpClient client = HttpClient.newHttpClient();
    volatile int healthStatus = 200;

    HttpFixture() {
        this(CallLimits.defaults(), HttpOptions.of("127.0.0.1", 0));
    }

    HttpFixture(CallLimits limits, HttpOptions options) {
        this(limits, options, HttpAccessOptions.local(), Map.of());
    }

    /** @param roles what other role than usual a tool takes */
    HttpFixture(CallLimits limits, HttpOptions options, HttpAccessOptions access, Map<String, CallerRole> roles) {
        this(limits, options, access, roles, UpstreamExtensionMethods.none());
    }

    /** @param upstream methods of a server behind this one */
    HttpFixture(UpstreamExtensionMethods upstream) {
        this(CallLimits.defaults(), HttpOptions.of("127.0.0.1", 0), HttpAccessOptions.local(), Map.of(), upstream);
    }

    private HttpFixture(
            CallLimits limits,
            HttpOptions options,
            HttpAccessOptions access,
            Map<String, CallerRole> roles,
            UpstreamExtensionMethods upstream) {
        ServerInfo info = new ServerInfo("test", "Test server", "0", "Use the tools.");
        UpstreamServices behind = new UpstreamServices(
                UpstreamCompletionSource.none(),
                UpstreamSubscriptions.none(),
                UpstreamInstructions.none(),
                UpstreamTasks.none(),
                upstream,
                UpstreamListMetaSource.none());
        McpServices services = McpServices.of(info, registry(roles)).with(behind);
        dispatcher = TestDispatchers.of(services, limits);
        server = TestHttp.start(
                options,
                access,
                dispatcher,
                () -> new HealthSource.Health(
                        healthStatus,
                        JsonRpcCodec.JSON.createObjectNode().put("status", healthStatus == 200 ? "ok" : "degraded")));
    }

    private ToolRegistry registry(Map<String, CallerRole> roles) {
        List<Tool> all = tools.tools().stream()
                .map(tool -> (Tool)
                        new ForRole(tool, roles.getOrDefault(tool.definition().name(), tool.role())))
                .toList();
        return new ToolRegistry(all, UpstreamToolSource.none(), tools.catalog());
    }

    private record ForRole(Tool tool, CallerRole role) implements Tool {
        @Override
        public ToolDefinition definition() {
            return tool.definition();
        }

        @Override
        public boolean answersAtOnce(ObjectNode arguments) {
            return tool.answersAtOnce(arguments);
        }

        @Override
        public boolean makesSafe(ObjectNode arguments) {
            return tool.makesSafe(arguments);
        }

        @Override
        public ToolResult call(ToolCall call) {
            return tool.call(call);
        }
    }

    /** What curl sends, plus the headers given as name, value, name, value. */
    HttpResponse<String> post(String body, String... headers) throws Exception {
        return checked(body, request(body, headers).build());
    }

    HttpResponse<String> modern(String method, String body, String... headers) throws Exception {
        HttpRequest.Builder request = request(body, headers)
                .header("Accept", "application/json, text/event-stream")
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", method);
        return checked(body, request.build());
    }

    /** Sends it, and checks every message that comes back against the schema of its generation. */
    private HttpResponse<String> checked(String body, HttpRequest request) throws Exception {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        WireCheck.exchange(
                body,
                request.headers().firstValue("MCP-Protocol-Version"),
                request.headers().firstValue("Mcp-Session-Id").isPresent(),
                response.body());
        return response;
    }

    HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).method(method, HttpRequest.BodyPublishers.noBody());
        withHeaders(request, headers);
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends the bytes of a request as they are; the caller closes the socket. */
    Socket raw(String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return socket;
    }

    /** The status line and headers of the next response on the socket. */
    static String head(Socket socket) throws IOException {
        return until(socket, "\r\n\r\n");
    }

    /** Reads a whole response with a Content-Length: its head and its body. */
    static String response(Socket socket) throws IOException {
        String head = head(socket);
        int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length:");
        int length = at < 0
                ? 0
                : Integer.parseInt(
                        head.substring(at + 15, head.indexOf('\r', at)).trim());
        return head + new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
    }

    /** An open {@code subscriptions/listen} for the list of tools, whose head and acknowledgement were read. */
    static void listen(Socket socket, String... headers) throws IOException {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":"
                + "{\"toolsListChanged\":true}," + META + "}}";
        String head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\n"
                + "Mcp-Method: subscriptions/listen\r\n" + String.join("", headers) + "Content-Length: "
                + body.length() + "\r\n\r\n" + body;
        socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
        if (!head(socket).startsWith("HTTP/1.1 200") || !until(socket, "\n\n").contains("acknowledged")) {
            throw new IOException("not subscribed");
        }
    }

    /** What comes up to this end, or up to the connection's. */
    static String until(Socket socket, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int next = 0; next >= 0 && !text.toString().endsWith(end); ) {
            next = socket.getInputStream().read();
            text.append(next < 0 ? "" : String.valueOf((char) next));
        }
        return text.toString();
    }

    ServerChangeListener changes() {
        return dispatcher.changes();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    static JsonNode json(HttpResponse<String> response) {
        return JsonRpcCodec.JSON.readTree(response.body());
    }

    static String call(Object id, String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + "}}";
    }

    static String text(JsonNode answer) {
        return answer.at("/result/content/0/text").asString("");
    }

    private HttpRequest.Builder request(String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/mcp"))
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        boolean typed = java.util.Arrays.asList(headers).contains("Content-Type");
        if (!typed) {
            request.header("Content-Type", "application/json");
        }
        return withHeaders(request, headers);
    }

    private static HttpRequest.Builder withHeaders(HttpRequest.Builder request, String... headers) {
        return headers.length == 0 ? request : request.headers(headers);
    }

    @Override
    public void close() {
        server.close();
        dispatcher.close();
    }
}

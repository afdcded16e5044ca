package io.weathervane.transport.http;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.CallLimits;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpServices;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.resource.ResourceContents;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.ResourceTemplate;
import io.weathervane.testing.HeldCall;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.testing.TestHttp;
import io.weathervane.testing.WireCheck;
import io.weathervane.tool.Caller;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.util.Ticker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** A real server with tools that ask, wait and let go, with a resource to watch, and clients that read streams. */
final class StreamsFixture implements AutoCloseable {
    static final String WATCHED = "test://watched";
    static final String BOTH = "application/json, text/event-stream";

    private static final String ANNOTATIONS =
            "\"annotations\":{\"readOnlyHint\":true,\"destructiveHint\":false,\"idempotentHint\":true,\"openWorldHint\":false}";

    private final HeldCall held = new HeldCall();

    /** Counts the calls of {@code wait} and {@code detached} that have begun. */
    final Semaphore waiting = held.waiting;

    /** Counts those that were told to stop. */
    final Semaphore stopped = held.stopped;

    /** A permit lets one of them end. */
    final Semaphore release = held.release;

    final McpDispatcher dispatcher;
    final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, WireCheck> sessions = new ConcurrentHashMap<>();

    StreamsFixture() {
        this(HttpOptions.of("127.0.0.1", 0));
    }

    StreamsFixture(HttpOptions options) {
        ServerInfo info = new ServerInfo("test", "Test server", "0", "");
        dispatcher = TestDispatchers.of(
                McpServices.of(info, registry()).with(new Watched()), CallLimits.defaults(), Ticker.system());
        server = TestHttp.start(
                options, dispatcher, () -> new HealthSource.Health(200, JsonRpcCodec.JSON.createObjectNode()));
    }

    /** Comments come as soon as a stream was silent for so long. */
    static HttpOptions lively(Duration silence) {
        return HttpOptions.of("127.0.0.1", 0).withBounds(1 << 20, Duration.ofSeconds(60), silence);
    }

    private ToolRegistry registry() {
        Map<String, Function<ToolCall, ToolResult>> bodies = Map.of(
                "ask", this::ask,
                "wait", this::await,
                "detached", this::detached,
                "meta", call -> says(call.channel().meta().toString()));
        StringBuilder manifest = new StringBuilder();
        bodies.keySet()
                .forEach(name -> manifest.append(manifest.isEmpty() ? "" : ",")
                        .append("{\"name\":\"" + name
                                + "\",\"description\":\"For tests.\",\"inputSchema\":{\"type\":\"object\"},"
                                + ANNOTATIONS + "}"));
        SchemaCatalog catalog = SchemaCatalog.of(
                ScriptedTools.json("{\"tools\":[" + manifest + "]}"), path -> ScriptedTools.json("{}"));
        List<Tool> tools = catalog.names().stream()
                .map(name -> tool(catalog.definition(name), bodies.get(name)))
                .toList();
        return new ToolRegistry(tools, UpstreamToolSource.none(), catalog);
    }

    private static Tool tool(ToolDefinition definition, Function<ToolCall, ToolResult> body) {
        return new Tool() {
            @Override
            public ToolDefinition definition() {
                return definition;
            }

            @Override
            public ToolResult call(ToolCall call) {
                return body.apply(call);
            }
        };
    }

    private ToolResult ask(ToolCall call) {
        InputRequest question = InputRequest.form(
                "Who?",
                ScriptedTools.json(
                        "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":[\"name\"]}"));
        InputAnswer answer = call.channel().ask(Map.of("name", question)).get("name");
        return says("answered " + answer.accepted().map(Object::toString).orElse("no"));
    }

    private ToolResult detached(ToolCall call) {
        call.channel().detach();
        return await(call);
    }

    private ToolResult await(ToolCall call) {
        held.await(call.channel());
        return says("released");
    }

    private static ToolResult says(String text) {
        return ToolResult.of(text, JsonRpcCodec.JSON.createObjectNode());
    }

    private static final class Watched implements ResourceSource {
        @Override
        public List<ResourceDefinition> list(Caller caller) {
            return List.of(ResourceDefinition.of(WATCHED, "watched", "Watched", "To watch.", "text/plain"));
        }

        @Override
        public List<ResourceTemplate> templates(Caller caller) {
            return List.of();
        }

        @Override
        public Optional<ResourceContents> read(String uri, Caller caller) {
            return uri.equals(WATCHED)
                    ? Optional.of(ResourceContents.text(uri, "text/plain", "still here"))
                    : Optional.empty();
        }
    }

    /** A session of a client that can be asked, past its handshake. */
    String session(String version) throws Exception {
        HttpResponse<String> initialized = post(
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"" + version
                        + "\",\"capabilities\":{\"elicitation\":{}},\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}",
                "Accept",
                BOTH);
        String session = initialized.headers().firstValue("Mcp-Session-Id").orElseThrow();
        post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", "Mcp-Session-Id", session);
        return session;
    }

    String session() throws Exception {
        return session("2025-11-25");
    }

    HttpResponse<String> post(String body, String... headers) throws Exception {
        HttpRequest request = posting(body, headers);
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        WireCheck.exchange(
                body,
                request.headers().firstValue("MCP-Protocol-Version"),
                request.headers().firstValue("Mcp-Session-Id").isPresent(),
                response.body());
        return response;
    }

    /** A POST whose answer is read as it comes. */
    EventReader stream(String body, String... headers) throws Exception {
        HttpRequest request = posting(body, headers);
        WireCheck check = checkOf(request);
        check.sent(body, request.headers().firstValue("MCP-Protocol-Version"));
        return new EventReader(client.send(request, HttpResponse.BodyHandlers.ofInputStream()), check);
    }

    /** A legacy call in a session. */
    EventReader call(String session, int id, String tool) throws Exception {
        return stream(calling(id, tool), "Accept", BOTH, "Mcp-Session-Id", session);
    }

    EventReader get(String session, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri()).header("Accept", "text/event-stream");
        if (!session.isEmpty()) {
            request.header("Mcp-Session-Id", session);
        }
        HttpRequest built = with(request, headers).build();
        return new EventReader(client.send(built, HttpResponse.BodyHandlers.ofInputStream()), checkOf(built));
    }

    /** What a session's client has sent counts on all of its streams; without one each request stands alone. */
    private WireCheck checkOf(HttpRequest request) {
        return request.headers()
                .firstValue("Mcp-Session-Id")
                .map(session -> sessions.computeIfAbsent(session, unseen -> WireCheck.ofLegacySession()))
                .orElseGet(WireCheck::new);
    }

    int delete(String session, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri()).DELETE().header("Mcp-Session-Id", session);
        return client.send(with(request, headers).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    static String calling(int id, String tool) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":{},\"_meta\":{\"progressToken\":" + id + "}}}";
    }

    static String requesting(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    private HttpRequest posting(String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return with(request, headers).build();
    }

    private static HttpRequest.Builder with(HttpRequest.Builder request, String... headers) {
        return headers.length == 0 ? request : request.headers(headers);
    }

    URI uri() {
        return server.uri();
    }

    @Override
    public void close() {
        server.close();
        dispatcher.close();
    }
}

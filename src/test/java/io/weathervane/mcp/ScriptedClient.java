package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.task.TaskRepository;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.testing.WireSchema;
import io.weathervane.tool.Caller;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.util.Ticker;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A dispatcher with the tools {@code ask} and {@code look}, and a client that sees every message it is sent, checked against its generation's schema. */
final class ScriptedClient implements AutoCloseable {
    private static final String MANIFEST = """
        {"tools": [
          {"name": "ask", "description": "Asks.", "inputSchema": {"type": "object"},
           "annotations": {"readOnlyHint": false, "destructiveHint": true, "idempotentHint": false, "openWorldHint": false}},
          {"name": "look", "description": "Asks, and changes nothing.", "inputSchema": {"type": "object"},
           "annotations": {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}}
        ]}\
        """;

    final AtomicLong nanos = new AtomicLong();
    final McpDispatcher dispatcher;
    final ClientSession session;
    final Caller caller;
    private final AtomicLong ids;
    private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();

    ScriptedClient(Function<ToolCall, ToolResult> body) {
        this(body, services -> services);
    }

    /** One whose tool runs as a task of clients that know tasks. */
    ScriptedClient(Function<ToolCall, ToolResult> body, TaskRepository tasks) {
        this(body, services -> services.with(tasks));
    }

    /** One whose server has more than tools. */
    ScriptedClient(Function<ToolCall, ToolResult> body, UnaryOperator<McpServices> more) {
        this.caller = new Caller("ada", Caller.Transport.STDIO);
        this.ids = new AtomicLong();
        SchemaCatalog catalog = SchemaCatalog.of(ScriptedTools.json(MANIFEST), path -> ScriptedTools.json("{}"));
        List<Tool> tools = catalog.names().stream()
                .map(name -> tool(catalog.definition(name), body))
                .toList();
        Ticker ticker = nanos::get;
        ToolRegistry registry = new ToolRegistry(tools, UpstreamToolSource.none(), catalog);
        ServerInfo info = new ServerInfo("test", "Test", "0", "");
        dispatcher = TestDispatchers.of(more.apply(McpServices.of(info, registry)), CallLimits.defaults(), ticker);
        session = dispatcher.openSession(message -> take(WireSchema.LEGACY, "", message));
    }

    private static Tool tool(ToolDefinition definition, Function<ToolCall, ToolResult> body) {
        return new Tool() {
            @Override
            public ToolDefinition definition() {
                return definition;
            }

            @Override
            public boolean runsAsTask() {
                return true;
            }

            @Override
            public ToolResult call(ToolCall call) {
                return body.apply(call);
            }
        };
    }

    private ScriptedClient(ScriptedClient other, Caller caller) {
        this.caller = caller;
        this.ids = other.ids;
        this.dispatcher = other.dispatcher;
        this.session = other.session;
    }

    /** Another client of the same server. */
    ScriptedClient as(String name) {
        return new ScriptedClient(this, new Caller(name, Caller.Transport.STDIO));
    }

    /** Runs a request to its end on this thread, and returns the call. */
    RunningCall send(String method, String params) {
        JsonRpcMessage.Request message =
                new JsonRpcMessage.Request(RequestId.of(ids.incrementAndGet()), method, ScriptedTools.json(params));
        McpRequest request = dispatcher.read(message);
        WireSchema schema = request.isModern() ? WireSchema.MODERN : WireSchema.LEGACY;
        RunningCall call = dispatcher.open(request, new Recorder(schema, method), session);
        dispatcher.run(call);
        return call;
    }

    JsonNode ask(String method, String params) throws InterruptedException {
        send(method, params);
        return receive();
    }

    JsonNode receive() throws InterruptedException {
        JsonNode message = received.poll(60, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("the server sent nothing");
        }
        return message;
    }

    int unread() {
        return received.size();
    }

    /** Answers a request of the server's. */
    void answer(JsonNode request, String result) {
        session.answered(
                new JsonRpcMessage.Success(RequestId.of(request.path("id").asString("")), ScriptedTools.json(result)));
    }

    @Override
    public void close() {
        dispatcher.close();
    }

    private void take(WireSchema schema, String method, JsonRpcMessage message) {
        JsonNode json = JsonRpcCodec.JSON.readTree(JsonRpcCodec.write(message));
        if (message instanceof JsonRpcMessage.Request) {
            schema.checkRequest(json);
        } else {
            schema.check(method, json);
        }
        received.add(json);
    }

    /** A form with one text. */
    static ObjectNode form(String field) {
        return ScriptedTools.json("{\"type\":\"object\",\"properties\":{\"" + field
                + "\":{\"type\":\"string\"}},\"required\":[\"" + field + "\"]}");
    }

    private final class Recorder implements ResponseChannel {
        private final WireSchema schema;
        private final String method;

        Recorder(WireSchema schema, String method) {
            this.schema = schema;
            this.method = method;
        }

        @Override
        public Caller caller() {
            return caller;
        }

        @Override
        public boolean send(JsonRpcMessage message) {
            take(schema, method, message);
            return true;
        }

        @Override
        public void answer(JsonRpcMessage.Response response) {
            take(schema, method, response);
        }

        @Override
        public void abandon() {
            received.add(ScriptedTools.json("{\"abandoned\":true}"));
        }
    }
}

package io.weathervane.testing;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.UpstreamToolSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** A handful of tools that do what a test asks of them, with their schemas. */
public final class ScriptedTools {
    private static final String MANIFEST = """
        {"tools": [
          {"name": "say", "description": "Says it back.", "inputSchema": {"$ref": "schemas/say.json"},
           "outputSchema": {"type": "object", "properties": {"said": {"type": "string"}}, "required": ["said"]},
           "annotations": {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}},
          {"name": "refuse", "description": "Says no.", "inputSchema": {"type": "object", "additionalProperties": false},
           "annotations": {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}},
          {"name": "break", "description": "Fails in an unforeseen way.", "inputSchema": {"type": "object"},
           "annotations": {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}},
          {"name": "protocol_error", "description": "Answers with a JSON-RPC error.", "inputSchema": {"type": "object"},
           "annotations": {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}},
          {"name": "steps", "description": "Reports three steps.", "inputSchema": {"type": "object"},
           "annotations": {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}},
          {"name": "wait", "description": "Waits to be released or cancelled.", "inputSchema": {"type": "object"},
           "annotations": {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}},
          {"name": "glance", "description": "Answers at once.", "inputSchema": {"type": "object"},
           "annotations": {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}}
        ]}\
        """;

    private static final String SAY = """
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
         "properties": {"text": {"type": "string", "maxLength": 1000},
                        "mood": {"type": "string", "enum": ["calm", "cross"]},
                        "times": {"type": "integer", "minimum": 1, "maximum": 9}},
         "required": ["text"], "additionalProperties": false}\
        """;

    private final HeldCall held = new HeldCall();

    /** Counts the calls of {@code wait} that have begun. */
    public final Semaphore waiting = held.waiting;

    /** Counts the calls of {@code wait} that were told to stop. */
    public final Semaphore stopped = held.stopped;

    /** A permit lets one call of {@code wait} end. */
    public final Semaphore release = held.release;

    /** The thread that ran the last call of {@code glance}. */
    public volatile Thread glancedBy = Thread.currentThread();

    private final SchemaCatalog catalog = SchemaCatalog.of(json(MANIFEST), path -> json(SAY));

    public SchemaCatalog catalog() {
        return catalog;
    }

    public List<Tool> tools() {
        return List.of(
                tool("say", ScriptedTools::say),
                tool("refuse", call -> {
                    throw new ToolFailureException("Not now: the wind is wrong. Ask again after noon.");
                }),
                tool("break", call -> {
                    throw new IllegalStateException("the secret reason");
                }),
                tool("protocol_error", call -> {
                    throw new JsonRpcException(
                            ErrorCode.METHOD_NOT_FOUND.code(), "the worker has no such method", null);
                }),
                tool("steps", ScriptedTools::steps),
                tool("wait", this::await),
                glance());
    }

    public ToolRegistry registry() {
        return new ToolRegistry(tools(), UpstreamToolSource.none(), catalog);
    }

    public static ObjectNode json(String text) {
        return (ObjectNode) JsonRpcCodec.JSON.readTree(text);
    }

    private Tool tool(String name, Function<ToolCall, ToolResult> body) {
        ToolDefinition definition = catalog.definition(name);
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

    private Tool glance() {
        ToolDefinition definition = catalog.definition("glance");
        return new Tool() {
            @Override
            public ToolDefinition definition() {
                return definition;
            }

            @Override
            public boolean answersAtOnce(ObjectNode arguments) {
                return true;
            }

            /** As its argument says. */
            @Override
            public boolean makesSafe(ObjectNode arguments) {
                return arguments.path("safe").asBoolean(false);
            }

            @Override
            public ToolResult call(ToolCall call) {
                glancedBy = Thread.currentThread();
                return ToolResult.of("seen", JsonRpcCodec.JSON.createObjectNode());
            }
        };
    }

    private static ToolResult say(ToolCall call) {
        String text = call.arguments().path("text").asString("");
        String said = text + " (" + call.caller().name() + ")";
        return ToolResult.of(said, JsonRpcCodec.JSON.createObjectNode().put("said", said));
    }

    private static ToolResult steps(ToolCall call) {
        call.channel().progress(1, 3, "one");
        call.channel().progress(2, 3, "two");
        call.channel().progress(2, 3, "not growing, not sent");
        call.channel().progress(3, 3, "three");
        return ToolResult.of("done", JsonRpcCodec.JSON.createObjectNode());
    }

    private ToolResult await(ToolCall call) {
        held.await(call.channel());
        call.channel().progress(2, 2, "released");
        return ToolResult.of("released", JsonRpcCodec.JSON.createObjectNode());
    }
}

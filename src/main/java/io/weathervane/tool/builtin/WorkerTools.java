package io.weathervane.tool.builtin;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.tool.CallScope;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolAnnotations;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailure;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.ToolSource;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerCallScope;
import io.weathervane.worker.WorkerManager;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The active worker's tools, under their own names or behind the configured prefix. */
public final class WorkerTools implements ToolSource {
    /** JSON-RPC's and MCP's own range of error codes; a worker's code outside it is passed on as it is. */
    private static final int RESERVED_CODE_MIN = -32768;

    private static final int RESERVED_CODE_MAX = -32000;

    private final WorkerManager workers;
    private final String prefix;

    /** @param prefix put before every name; empty for none */
    public WorkerTools(WorkerManager workers, String prefix) {
        this.workers = workers;
        this.prefix = prefix;
    }

    @Override
    public List<ToolDefinition> list() {
        return tools().map(this::definition).toList();
    }

    @Override
    public Optional<Tool> find(String name) {
        if (!name.startsWith(prefix)) {
            return Optional.empty();
        }
        String bare = name.substring(prefix.length());
        return tools().filter(tool -> tool.path("name").asString("").equals(bare))
                .findFirst()
                .map(tool -> new WorkerTool(definition(tool)));
    }

    private Stream<ObjectNode> tools() {
        return workers.tools().stream().filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast);
    }

    private ToolDefinition definition(ObjectNode tool) {
        String name = prefix + tool.path("name").asString("");
        JsonNode hints = tool.path("annotations");
        // What is left out reads as the worst: MCP server/tools.
        ToolAnnotations annotations = new ToolAnnotations(
                hints.path("readOnlyHint").asBoolean(false),
                hints.path("destructiveHint").asBoolean(true),
                hints.path("idempotentHint").asBoolean(false),
                hints.path("openWorldHint").asBoolean(true));
        return new ToolDefinition(name, annotations, tool.deepCopy().put("name", name));
    }

    /** One of them; its arguments are the worker's to check. */
    private final class WorkerTool implements Tool {
        private final ToolDefinition definition;

        WorkerTool(ToolDefinition definition) {
            this.definition = definition;
        }

        @Override
        public ToolDefinition definition() {
            return definition;
        }

        @Override
        public ToolResult call(ToolCall call) {
            String name = definition.name().substring(prefix.length());
            try {
                return ToolResult.asIs(workers.call(name, call.arguments(), new Scope(call.scope()))
                        .result());
            } catch (WorkerCallException e) {
                throw translated(e);
            }
        }

        /** The worker's own JSON-RPC error stays one; all else is a tool that failed, in words to act on. */
        private static RuntimeException translated(WorkerCallException e) {
            if (e.kind() != WorkerCallException.Kind.RPC_ERROR) {
                return new ToolFailure(e.reason() + " worker_status shows what is wrong.");
            }
            boolean reserved = e.code() >= RESERVED_CODE_MIN && e.code() <= RESERVED_CODE_MAX;
            boolean standard = e.code() == ErrorCode.INVALID_PARAMS.code()
                    || e.code() == ErrorCode.METHOD_NOT_FOUND.code()
                    || e.code() == ErrorCode.INVALID_REQUEST.code();
            int code = reserved && !standard ? ErrorCode.INTERNAL_ERROR.code() : e.code();
            return new JsonRpcException(code, e.reason(), e.data());
        }
    }

    /** Our caller, as the worker's side sees it. */
    private record Scope(CallScope caller) implements WorkerCallScope {
        @Override
        public void progress(double progress, OptionalDouble total, Optional<String> message) {
            caller.progress(progress, total.orElse(0), message.orElse(""));
        }

        @Override
        public boolean cancelled() {
            return caller.cancelled();
        }

        @Override
        public void onCancel(Runnable action) {
            caller.onCancel(action);
        }

        @Override
        public ObjectNode meta() {
            return WorkerPin.without(caller.meta());
        }

        @Override
        public String callerKey() {
            return caller.callerKey();
        }

        @Override
        public Optional<String> pinned() {
            return WorkerPin.of(caller.meta());
        }
    }
}

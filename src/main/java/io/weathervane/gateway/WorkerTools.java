package io.weathervane.gateway;

import io.weathervane.block.CallBlock;
import io.weathervane.block.CallBlocks;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolAnnotations;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The active worker's tools, under their own names or behind the configured prefix. */
public final class WorkerTools implements UpstreamToolSource {
    private final WorkerManager workers;
    private final String prefix;
    private final CallBlocks blocks;
    private final Refusals refusals;
    private volatile Index index = new Index(List.of(), Map.of(), List.of());

    /** The tools in our form, made once for each list of the worker's: every call looks one up. */
    private record Index(List<JsonNode> of, Map<String, Tool> byName, List<ToolDefinition> definitions) {}

    /** Reasons why tools are not to be called now. */
    @FunctionalInterface
    public interface Refusals {
        /**
         * Why this one is not; empty when it is.
         *
         * @param tool as the worker calls it
         * @param worker role or label of the worker that the call asks for; empty where it asks for none
         */
        Optional<String> of(String tool, Optional<String> worker);
    }

    /**
     * The tools of these workers.
     *
     * @param prefix put before every name; empty for none
     * @param blocks what is asked before each call
     * @param refusals asked before each call
     */
    public WorkerTools(WorkerManager workers, String prefix, CallBlocks blocks, Refusals refusals) {
        this.workers = workers;
        this.prefix = prefix;
        this.blocks = blocks;
        this.refusals = refusals;
    }

    @Override
    public List<ToolDefinition> list() {
        workers.content().refreshTools();
        return known();
    }

    @Override
    public List<ToolDefinition> known() {
        return index().definitions;
    }

    /** Looks once more before it says that there is none: not every worker says when it has got another. */
    @Override
    public Optional<Tool> find(String name) {
        Optional<Tool> known = Optional.ofNullable(index().byName.get(name));
        if (known.isPresent() || !name.startsWith(prefix)) {
            return known;
        }
        Optional<ObjectNode> former = workers.formerTool(name.substring(prefix.length()));
        if (former.isPresent()) {
            return former.map(tool -> new WorkerTool(definition(tool)));
        }
        workers.content().lookFor(name.substring(prefix.length()));
        return Optional.ofNullable(index().byName.get(name));
    }

    /** An MCP worker may answer calls of a tool that it does not list. */
    @Override
    public Optional<Tool> unlisted(String name) {
        if (name.length() <= prefix.length()
                || !name.startsWith(prefix)
                || !workers.content().has(WorkerListKind.TOOLS)) {
            return Optional.empty();
        }
        ObjectNode tool = JsonNodeFactory.instance.objectNode().put("name", name.substring(prefix.length()));
        return Optional.of(new WorkerTool(definition(tool)));
    }

    @Override
    public Optional<String> missing(String name) {
        return workers.content().missing();
    }

    @Override
    public boolean mayWait() {
        return workers.content().toolsMayBeOld();
    }

    @SuppressWarnings("ReferenceEquality") // a changed list is a new object
    private Index index() {
        List<JsonNode> now = workers.tools();
        Index known = index;
        if (known.of != now) {
            known = indexOf(now);
            index = known;
        }
        return known;
    }

    private Index indexOf(List<JsonNode> listed) {
        Map<String, Tool> byName = new LinkedHashMap<>();
        for (JsonNode tool : listed) {
            if (tool instanceof ObjectNode object) {
                ToolDefinition definition = definition(object);
                byName.putIfAbsent(definition.name(), new WorkerTool(definition));
            }
        }
        return new Index(
                listed,
                Map.copyOf(byName),
                byName.values().stream().map(Tool::definition).toList());
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
        return new ToolDefinition(
                name,
                annotations,
                tool.deepCopy().put("name", name),
                workers.service().value());
    }

    /** One of them; its arguments are the worker's to check. */
    private final class WorkerTool implements Tool {
        private final ToolDefinition definition;
        private final String bare;

        /** A legacy worker refuses calls that do not become tasks; a modern client has no way to ask for one. */
        private final boolean needsTask;

        WorkerTool(ToolDefinition definition) {
            this.definition = definition;
            this.bare = definition.name().substring(prefix.length());
            this.needsTask = definition
                    .json()
                    .path("execution")
                    .path("taskSupport")
                    .asString("")
                    .equals("required");
        }

        @Override
        public ToolDefinition definition() {
            return definition;
        }

        @Override
        public ToolResult call(ToolCall call) {
            Optional<CallBlock> block = blocks.blocking(
                    definition.name(),
                    definition.service(),
                    definition.annotations().readOnly());
            if (block.isPresent()) {
                return ToolResult.failed(block.get().refusal(definition.name()));
            }
            refusals.of(bare, RequestedWorkerReader.of(call.channel().meta())).ifPresent(why -> {
                throw new ToolFailureException(why);
            });
            boolean throughTask = needsTask && call.channel().returnsQuestions();
            try {
                return ToolResult.asIs(new WorkerCallBridge(
                                workers,
                                call.channel(),
                                channel -> throughTask
                                        ? BlockingTaskCall.of(workers, bare, call.arguments(), channel)
                                        : workers.call(bare, call.arguments(), channel))
                        .result());
            } catch (WorkerCallException e) {
                throw WorkerErrorMapper.ofTool(e, workers.service());
            }
        }
    }
}

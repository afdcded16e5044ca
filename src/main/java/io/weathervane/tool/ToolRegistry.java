package io.weathervane.tool;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.util.NearestWord;
import io.weathervane.util.Redactor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All tools a caller can use: our own, then the worker's. A worker's tool with the name of one of ours is
 * neither listed nor called.
 */
public final class ToolRegistry {
    /** Longest part of an unknown name that is said back. */
    private static final int NAME_LENGTH_MAX = 64;

    /** Most objects and arrays inside each other in the arguments of a tool of ours; a worker's may have more. */
    private static final int OWN_DEPTH_MAX = 64;

    private final Map<String, Tool> own = new LinkedHashMap<>();
    private final ToolSource workers;
    private final SchemaCatalog schemas;

    /** @throws IllegalArgumentException when two tools have one name, or the catalog does not know one of them */
    public ToolRegistry(List<Tool> own, ToolSource workers, SchemaCatalog schemas) {
        this.workers = workers;
        this.schemas = schemas;
        for (Tool tool : own) {
            String name = schemas.definition(tool.definition().name()).name();
            if (this.own.put(name, tool) != null) {
                throw new IllegalArgumentException("two tools are named " + name);
            }
        }
    }

    /** The tools this caller may call: ours in the order they were given, then the worker's in the worker's order. */
    public List<ToolDefinition> list(Caller caller) {
        List<ToolDefinition> all = new ArrayList<>();
        for (Tool tool : own.values()) {
            if (maySee(caller, tool)) {
                all.add(tool.definition());
            }
        }
        for (ToolDefinition definition : workers.list()) {
            if (!own.containsKey(definition.name()) && caller.has(CallerRole.toCall(definition))) {
                all.add(definition);
            }
        }
        return all;
    }

    /** The role that this caller lacks for a call; empty when it may make the call, or there is no such tool. */
    public Optional<CallerRole> roleMissing(String name, JsonNode arguments, Caller caller) {
        return find(name).filter(tool -> !mayCall(caller, tool, arguments)).map(Tool::role);
    }

    private static boolean maySee(Caller caller, Tool tool) {
        return caller.has(tool.role()) || (caller.mayMakeSafe() && tool.canMakeSafe());
    }

    private static boolean mayCall(Caller caller, Tool tool, JsonNode arguments) {
        return caller.has(tool.role())
                || (caller.mayMakeSafe() && arguments instanceof ObjectNode given && tool.makesSafe(given));
    }

    /** Whether {@link #list} may wait for the worker. */
    public boolean mayWait() {
        return workers.mayWait();
    }

    /** Whether this caller's calls of the tool may go on as tasks. */
    public boolean runsAsTask(String name, Caller caller) {
        return find(name, caller).filter(Tool::runsAsTask).isPresent();
    }

    /** Whether the tool is one of ours. */
    public boolean isOwn(String name) {
        return own.containsKey(name);
    }

    /** The definition of a tool of ours or the worker's. */
    public Optional<ToolDefinition> definition(String name) {
        return find(name).map(Tool::definition);
    }

    /** Whether a call only makes the system safer; see {@link Tool#makesSafe}. Never true of a worker's tool. */
    public boolean makesSafe(String name, ObjectNode arguments) {
        Tool tool = own.get(name);
        return tool != null && tool.makesSafe(arguments);
    }

    /** Whether a call is answered from memory; see {@link Tool#answersAtOnce}. Never true of a worker's tool. */
    public boolean answersAtOnce(String name, ObjectNode arguments) {
        Tool tool = own.get(name);
        return tool != null && tool.answersAtOnce(arguments);
    }

    /**
     * Calls a tool. Arguments that do not fit, and a tool that says no, come back as a result with
     * {@code isError}.
     *
     * @throws JsonRpcException when there is no such tool for this caller, or the tool answers with a JSON-RPC error
     */
    public ToolResult call(String name, ObjectNode arguments, Caller caller, CallChannel channel) {
        Optional<Tool> found = find(name, caller);
        Optional<String> missing = found.isPresent() ? Optional.empty() : workers.missing();
        if (missing.isPresent()) {
            return ToolResult.failed("There is no tool " + shortened(name) + " just now: " + missing.get()
                    + ". Nothing was done; try again in a moment.");
        }
        Tool tool = found.or(() -> workers.unlisted(name).filter(unlisted -> !caller.onlyLooks()))
                .orElseThrow(() -> unknown(name, caller, /* data= */ null));
        if (!mayCall(caller, tool, arguments)) {
            return ToolResult.failed(name + " needs the role " + tool.role().wireName() + ", which " + caller.name()
                    + " does not have. A caller with that role can do this.");
        }
        if (own.containsKey(name)) {
            List<String> problems = JsonDepth.isMoreThan(OWN_DEPTH_MAX, arguments)
                    ? List.of("objects and arrays are inside each other more than " + OWN_DEPTH_MAX + " times")
                    : schemas.validateInput(name, arguments);
            if (!problems.isEmpty()) {
                return ToolResult.failed(ended("Invalid arguments for " + name + ": " + String.join("; ", problems)));
            }
        }
        try {
            return own.containsKey(name)
                    ? ArgumentRedactor.shown(
                            tool.call(new ToolCall(ArgumentRedactor.recorded(arguments), caller, channel)))
                    : tool.call(new ToolCall(arguments, caller, channel));
        } catch (JsonRpcException e) {
            throw found.isEmpty() && saysUnknown(e) ? unknown(name, caller, e.data()) : e;
        } catch (ToolFailureException e) {
            return ToolResult.failed(Redactor.clean(String.valueOf(e.getMessage())));
        }
    }

    private static boolean saysUnknown(JsonRpcException e) {
        return e.code() == ErrorCode.INVALID_PARAMS.code() || e.code() == ErrorCode.METHOD_NOT_FOUND.code();
    }

    private static String ended(String sentence) {
        return sentence.endsWith("?") ? sentence : sentence + ".";
    }

    private Optional<Tool> find(String name, Caller caller) {
        return find(name).filter(tool -> !caller.onlyLooks() || caller.has(tool.role()));
    }

    private Optional<Tool> find(String name) {
        Tool tool = own.get(name);
        return tool == null ? workers.find(name) : Optional.of(tool);
    }

    /** @param data what the worker says with it, if it was asked */
    private JsonRpcException unknown(String name, Caller caller, @Nullable JsonNode data) {
        List<String> names = list(caller).stream().map(ToolDefinition::name).toList();
        String near = NearestWord.to(name, names)
                .map(word -> "; did you mean \"" + word + "\"?")
                .orElse("; tools/list has the names");
        return new JsonRpcException(ErrorCode.INVALID_PARAMS.code(), "Unknown tool: " + shortened(name) + near, data);
    }

    private static String shortened(String name) {
        return name.length() <= NAME_LENGTH_MAX ? name : name.substring(0, NAME_LENGTH_MAX) + "...";
    }
}

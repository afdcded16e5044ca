package io.weathervane.tool;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.util.NearestWord;
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
public class ToolRegistry {
    /** Longest part of an unknown name that is said back. */
    private static final int NAME_LENGTH_MAX = 64;

    private final Map<String, ValidatingRedactingTool> builtIn = new LinkedHashMap<>();
    private final UpstreamToolSource workers;
    private final ToolAccess access;

    /** A registry in which roles alone say who may call what. */
    public ToolRegistry(List<Tool> own, UpstreamToolSource workers, SchemaCatalog schemas) {
        this(own, workers, schemas, ToolAccess.open());
    }

    /** @throws IllegalArgumentException when two tools have one name, or the catalog does not know one of them */
    public ToolRegistry(List<Tool> own, UpstreamToolSource workers, SchemaCatalog schemas, ToolAccess access) {
        this.workers = workers;
        this.access = access;
        for (Tool tool : own) {
            String name = tool.definition().name();
            if (this.builtIn.put(name, new ValidatingRedactingTool(tool, schemas.entry(name))) != null) {
                throw new IllegalArgumentException("two tools are named " + name);
            }
        }
    }

    /** The tools this caller may call: ours in the order they were given, then the worker's in the worker's order. */
    public List<ToolDefinition> list(Caller caller) {
        List<ToolDefinition> all = new ArrayList<>();
        for (ValidatingRedactingTool one : builtIn.values()) {
            if (isOffered(caller, one.tool()) && maySee(caller, one.tool())) {
                all.add(one.tool().definition());
            }
        }
        for (ToolDefinition definition : workers.list()) {
            if (!builtIn.containsKey(definition.name())
                    && caller.has(CallerRole.toCall(definition))
                    && access.rules().lets(caller, definition)) {
                all.add(definition);
            }
        }
        return all;
    }

    private boolean isOffered(Caller caller, Tool own) {
        return caller.operations().lists(own) && access.rules().lets(caller, own.definition());
    }

    /** The rules of access about this caller, as far as its list of tools goes by them. */
    public List<AccessRule> rulesAbout(Caller caller) {
        return access.rules().about(caller);
    }

    private static boolean maySee(Caller caller, Tool tool) {
        return caller.has(tool.role()) || (caller.mayMakeSafe() && tool.canMakeSafe());
    }

    /** Whether this caller is offered our tool of this name, whatever role it takes to call it. */
    public boolean offers(String own, Caller caller) {
        return Optional.ofNullable(builtIn.get(own))
                .filter(known -> isOffered(caller, known.tool()))
                .isPresent();
    }

    /** Whether {@link #list} may wait for the worker. */
    public boolean mayWait() {
        return workers.mayWait();
    }

    /**
     * The tool that a request names, for everything that is to be known of it and for its call. Waits for nothing.
     *
     * @param arguments as they are in the request
     */
    public RequestedTool requested(String name, JsonNode arguments) {
        return new RequestedTool(this, name, arguments);
    }

    /** {@link RequestedTool#call Calls} a tool that no request names. */
    public ToolResult call(String name, ObjectNode arguments, Caller caller, CallChannel channel) {
        return requested(name, arguments).call(caller, channel);
    }

    /** Whether a tool of ours has the name, so that a worker's is not seen. */
    public boolean isOurs(String name) {
        return builtIn.containsKey(name);
    }

    @Nullable
    ValidatingRedactingTool own(String name) {
        return builtIn.get(name);
    }

    /** May wait for the worker. */
    Optional<Tool> worker(String name) {
        return workers.find(name);
    }

    ToolAccess access() {
        return access;
    }

    UpstreamToolSource workers() {
        return workers;
    }

    /** @param data what the worker says with it, if it was asked */
    JsonRpcException unknown(String name, Caller caller, @Nullable JsonNode data) {
        List<String> names = list(caller).stream().map(ToolDefinition::name).toList();
        String near = NearestWord.to(name, names)
                .map(word -> "; did you mean \"" + word + "\"?")
                .orElse("; tools/list has the names");
        return new JsonRpcException(ErrorCode.INVALID_PARAMS.code(), "Unknown tool: " + shortened(name) + near, data);
    }

    static String shortened(String name) {
        return name.length() <= NAME_LENGTH_MAX ? name : name.substring(0, NAME_LENGTH_MAX) + "...";
    }
}

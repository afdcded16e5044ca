package io.weathervane.tool;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.util.Redactor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tool that one request names, with the request's arguments. It is looked up once, whatever is asked about it: one of
 * ours when the request is read, the worker's at the first question that it matters to, because that look may wait for a
 * worker that is starting. Used by one thread at a time, which hands it on with the request.
 */
public final class RequestedTool {
    /** The argument by which one of our own tools is told for which service it is called. */
    private static final String SERVICE = "service";

    private final ToolRegistry registry;
    private final String name;
    private final JsonNode arguments;
    private final @Nullable ValidatingRedactingTool builtIn;
    private Optional<Tool> found;
    private boolean lookedUp;

    /** @param arguments null counts as absent, and what is absent as empty: some clients write what they leave out */
    RequestedTool(ToolRegistry registry, String name, JsonNode arguments) {
        this.registry = registry;
        this.name = name;
        this.arguments =
                arguments.isMissingNode() || arguments.isNull() ? JsonRpcCodec.JSON.createObjectNode() : arguments;
        this.builtIn = registry.own(name);
        this.found = Optional.ofNullable(builtIn).map(ValidatingRedactingTool::tool);
        this.lookedUp = builtIn != null;
    }

    public String name() {
        return name;
    }

    /** Whether it is one of ours. */
    public boolean isOwn() {
        return builtIn != null;
    }

    /** Whether the call only makes the system safer; see {@link Tool#makesSafe}. Never true of a worker's tool. */
    public boolean makesSafe() {
        return builtIn != null
                && arguments instanceof ObjectNode given
                && builtIn.tool().makesSafe(given);
    }

    /** Whether the call is answered from memory; see {@link Tool#answersAtOnce}. Never true of a worker's tool. */
    public boolean answersAtOnce() {
        return builtIn != null
                && arguments instanceof ObjectNode given
                && builtIn.tool().answersAtOnce(given);
    }

    /** Definition of the tool; empty when there is no such tool. May wait for the worker. */
    public Optional<ToolDefinition> definition() {
        return find().map(Tool::definition);
    }

    /**
     * The role that this caller lacks for the call; empty when it may make the call, or there is no such tool. May wait
     * for the worker.
     */
    public Optional<CallerRole> roleMissing(Caller caller) {
        return find().filter(tool -> !mayCall(caller, tool)).map(Tool::role);
    }

    /** Whether this caller's calls of the tool may go on as tasks. May wait for the worker. */
    public boolean runsAsTask(Caller caller) {
        return isOffered(caller)
                && findFor(caller)
                        .filter(Tool::runsAsTask)
                        .filter(tool -> isLet(caller, tool))
                        .isPresent();
    }

    /**
     * Refuses arguments that are no object.
     *
     * @throws JsonRpcException naming what they must be
     */
    public void checkArguments() {
        if (!(arguments instanceof ObjectNode)) {
            throw new JsonRpcException(ErrorCode.INVALID_PARAMS, "Invalid params: \"arguments\" must be an object");
        }
    }

    /**
     * Calls the tool. Arguments that do not fit, and a tool that says no, come back as a result with {@code isError}.
     *
     * @throws JsonRpcException when there is no such tool for this caller, or the tool answers with a JSON-RPC error
     */
    public ToolResult call(Caller caller, CallChannel channel) {
        checkArguments();
        if (!isOffered(caller)) {
            return ToolResult.failed(NotOfferedText.of(name, caller.operations()));
        }
        Optional<Tool> listed = findFor(caller);
        Optional<String> missing =
                listed.isPresent() ? Optional.empty() : registry.workers().missing(name);
        if (missing.isPresent()) {
            return ToolResult.failed("There is no tool " + ToolRegistry.shortened(name) + " just now: " + missing.get()
                    + ". Nothing was done; try again in a moment.");
        }
        Tool tool = listed.or(() -> registry.workers().unlisted(name).filter(unlisted -> !caller.onlyLooks()))
                .orElseThrow(() -> registry.unknown(name, caller, /* data= */ null));
        if (!isLet(caller, tool)) {
            registry.access().onDenied().accept(caller, name);
            return ToolResult.failed(ToolRegistry.shortened(name) + " is denied to " + caller.account()
                    + " by this server's rules of access (access in its configuration). Nothing was done. The server's"
                    + " user can change the rules.");
        }
        if (!mayCall(caller, tool)) {
            return ToolResult.failed(name + " needs the role " + tool.role().wireName() + ", which " + caller.name()
                    + " does not have. A caller with that role can do this.");
        }
        try {
            ToolCall call = new ToolCall((ObjectNode) arguments, caller, channel);
            return builtIn != null ? builtIn.call(call) : tool.call(call);
        } catch (JsonRpcException e) {
            throw listed.isEmpty() && isUnknownTool(e) ? registry.unknown(name, caller, e.data()) : e;
        } catch (ToolFailureException e) {
            return ToolResult.failed(Redactor.clean(String.valueOf(e.getMessage())));
        }
    }

    private static boolean isUnknownTool(JsonRpcException e) {
        return e.code() == ErrorCode.INVALID_PARAMS.code() || e.code() == ErrorCode.METHOD_NOT_FOUND.code();
    }

    /** A worker's tool is, and so is one of ours whose arguments are no object: those are refused by themselves. */
    private boolean isOffered(Caller caller) {
        return builtIn == null
                || !(arguments instanceof ObjectNode given)
                || caller.operations().offers(builtIn.tool(), given);
    }

    /** Whether the rules of access let this caller call it. */
    private boolean isLet(Caller caller, Tool tool) {
        return builtIn == null
                ? registry.access().rules().lets(caller, tool.definition())
                : registry.access()
                        .rules()
                        .lets(caller, name, arguments.path(SERVICE).asString(""));
    }

    private boolean mayCall(Caller caller, Tool tool) {
        return caller.has(tool.role())
                || (caller.mayMakeSafe() && arguments instanceof ObjectNode given && tool.makesSafe(given));
    }

    /** The tool where it is there for this caller. */
    private Optional<Tool> findFor(Caller caller) {
        return find().filter(tool -> !caller.onlyLooks() || caller.has(tool.role()));
    }

    private Optional<Tool> find() {
        if (!lookedUp) {
            found = registry.worker(name);
            lookedUp = true;
        }
        return found;
    }
}

package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.ReservedMcpMethods;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.RequestedTool;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers MCP requests of both generations, each by itself: no request depends on one before it, so a client may
 * call a tool without a handshake, and mix generations on one connection. Knows no transport. What a legacy client told
 * of itself is in the {@link ClientSession} that its transport keeps.
 */
public final class McpDispatcher implements AutoCloseable {
    /** Longest part of an unknown method's name that is said back. */
    private static final int METHOD_LENGTH_MAX = 64;

    private final ToolRegistry tools;
    private final Ticker ticker;
    private final CallLimits limits;
    private final ResultFormatter formatter;
    private final CallLimiter callLimiter;
    private final ClientChangeNotifier changeNotifier;
    private final RequestStateSealer states;
    private final Optional<TaskMethods> tasks;
    private final UpstreamInstructions upstream;
    private final UpstreamExtensionMethods upstreamMethods;
    private final LegacySupport legacy;
    private final Map<String, ServerMethod> methods;
    private final Map<String, MethodHandler> legacyHandlers;
    private final Map<String, MethodHandler> modernHandlers;

    /**
     * A dispatcher of both generations.
     *
     * @param legacySupport makes what the legacy generation adds
     */
    public McpDispatcher(McpServices services, LegacySupport.Factory legacySupport, CallLimits limits, Ticker ticker) {
        ServerCapabilities capabilities = ServerCapabilities.of(services);
        this.tools = services.tools();
        this.methods = services.methods();
        this.ticker = ticker;
        this.limits = limits;
        this.formatter =
                new ResultFormatter(services.info(), services.upstream().lists());
        this.callLimiter = new CallLimiter(limits, this::expire);
        this.states = new RequestStateSealer(ticker);
        this.tasks = services.tasks()
                .map(stored ->
                        new TaskMethods(stored, formatter, services.upstream().tasks()));
        this.changeNotifier = new ClientChangeNotifier(capabilities, formatter, services.upstream(), tasks);
        this.upstream = services.upstream().upstreamInstructions();
        this.upstreamMethods = services.upstream().methods();
        this.legacy = legacySupport.create(services, changeNotifier);
        Map<String, MethodHandler> common = common(services, formatter, callLimiter, tasks);
        this.legacyHandlers = legacy.handlers(common);
        this.modernHandlers = modern(common, new DiscoveryMethod(services, capabilities, formatter), tasks);
    }

    /** Handlers of the requests of both generations. */
    private static Map<String, MethodHandler> common(
            McpServices services, ResultFormatter formatter, CallLimiter callLimiter, Optional<TaskMethods> tasks) {
        Map<String, MethodHandler> handlers = new HashMap<>();
        ToolMethods tools = new ToolMethods(services.tools(), formatter, callLimiter, tasks);
        handlers.put(KnownMethods.TOOLS_LIST, tools::list);
        handlers.put(KnownMethods.TOOLS_CALL, tools::call);
        services.resources()
                .map(source -> new ResourceMethods(source, formatter))
                .ifPresent(resources -> {
                    handlers.put(KnownMethods.RESOURCES_LIST, resources::list);
                    handlers.put(KnownMethods.RESOURCE_TEMPLATES_LIST, resources::templates);
                    handlers.put(KnownMethods.RESOURCES_READ, resources::read);
                });
        services.prompts()
                .map(registry -> new PromptMethods(registry, formatter))
                .ifPresent(prompts -> {
                    handlers.put(KnownMethods.PROMPTS_LIST, prompts::list);
                    handlers.put(KnownMethods.PROMPTS_GET, prompts::get);
                });
        services.methods()
                .forEach((name, method) -> handlers.put(
                        name,
                        call -> formatter.plain(
                                call.request().generation(),
                                method.answer().apply(call.responseChannel().caller()))));
        services.completer()
                .map(completer ->
                        new CompletionMethod(completer, services.upstream().completions(), formatter))
                .ifPresent(completion -> handlers.put(KnownMethods.COMPLETE, completion::complete));
        return Map.copyOf(handlers);
    }

    private static Map<String, MethodHandler> modern(
            Map<String, MethodHandler> common, DiscoveryMethod discovery, Optional<TaskMethods> tasks) {
        Map<String, MethodHandler> handlers = new HashMap<>(common);
        handlers.put(KnownMethods.DISCOVER, discovery::discover);
        tasks.ifPresent(own -> {
            handlers.put(KnownMethods.TASKS_GET, own::get);
            handlers.put(KnownMethods.TASKS_CANCEL, own::cancel);
            handlers.put(KnownMethods.TASKS_UPDATE, own::update);
        });
        return Map.copyOf(handlers);
    }

    private Optional<MethodHandler> handler(McpRequest request) {
        Map<String, MethodHandler> handlers = request.isModern() ? modernHandlers : legacyHandlers;
        return isOthers(request) ? Optional.of(this::passed) : Optional.ofNullable(handlers.get(request.method()));
    }

    /** Most bytes of a message that comes as a line. */
    public int lineBytes() {
        return limits.lineBytes();
    }

    /** Where to say what has changed, so that the clients that asked for it are told. */
    public ServerChangeListener changes() {
        return changeNotifier;
    }

    /** A session for a client, told of changes through its outlet until it is closed. */
    public ClientSession openSession(ClientSession.Outlet outlet) {
        return legacy.openSession(outlet);
    }

    /**
     * The tool that a request calls, for all that is to be known of it while the request is served. Waits for nothing,
     * least of all for a worker, so the thread that reads requests may ask.
     */
    public Optional<RequestedTool> toolOf(JsonRpcMessage.Request request) {
        JsonNode name = request.params().path("name");
        return request.method().equals(KnownMethods.TOOLS_CALL) && name.isString()
                ? Optional.of(
                        tools.requested(name.stringValue(), request.params().path("arguments")))
                : Optional.empty();
    }

    /**
     * Reads a request that says by itself of which generation it is.
     *
     * @throws JsonRpcException invalid params, when a modern request lacks what each must carry
     */
    public McpRequest read(JsonRpcMessage.Request request) {
        return McpRequest.of(request, Optional.empty(), toolOf(request));
    }

    /**
     * Refuses what cannot be served whatever its params are.
     *
     * @throws JsonRpcException unsupported version or unknown method
     */
    public void admit(McpRequest request) {
        if (request.isModern() && !ProtocolVersions.MODERN.contains(request.version())) {
            throw unsupported(request.version());
        }
        if (!request.isListen() && handler(request).isEmpty()) {
            throw new JsonRpcException(ErrorCode.METHOD_NOT_FOUND, "Method not found: " + shortened(request.method()));
        }
    }

    /** Whether the request is of an extension that another server has announced. */
    private boolean isOthers(McpRequest request) {
        return !ReservedMcpMethods.contains(request.method())
                && !methods.containsKey(request.method())
                && upstreamMethods.areOffered();
    }

    /** The role that the caller lacks for the request to be served; empty when it may send it. */
    public Optional<CallerRole> roleMissing(McpRequest request, Caller caller) {
        return switch (request.method()) {
            case KnownMethods.TOOLS_CALL -> request.tool().flatMap(tool -> tool.roleMissing(caller));
            case KnownMethods.INITIALIZE,
                    KnownMethods.PING,
                    KnownMethods.SET_LEVEL,
                    KnownMethods.DISCOVER,
                    KnownMethods.TOOLS_LIST -> Optional.empty();
            // A task is shown only to its owner, who had the role to begin it.
            case KnownMethods.TASKS_GET,
                    KnownMethods.TASKS_RESULT,
                    KnownMethods.TASKS_LIST,
                    KnownMethods.TASKS_UPDATE,
                    KnownMethods.TASKS_CANCEL -> Optional.empty();
            default -> Optional.of(roleFor(request)).filter(role -> !caller.has(role));
        };
    }

    /** The role that a method needs; an unknown request may change something. */
    private CallerRole roleFor(McpRequest request) {
        return Optional.ofNullable(methods.get(request.method()))
                .map(ServerMethod::role)
                .orElse(isOthers(request) ? CallerRole.OPERATOR : CallerRole.VIEWER);
    }

    /** Whether {@link #run} may wait for long, so that the request needs a thread of its own. */
    public boolean takesTime(McpRequest request) {
        boolean introduces = request.isInitialize() || request.method().equals(KnownMethods.DISCOVER);
        boolean lists = request.method().equals(KnownMethods.TOOLS_LIST);
        return request.isLong()
                || isOthers(request)
                || methods.containsKey(request.method())
                || (introduces && upstream.isAwaited())
                || (lists && tools.mayWait())
                || (request.isListen() && ListenFilter.namesTasks(request));
    }

    /** The same of a request that was begun. */
    public boolean takesTime(RunningCall call) {
        return takesTime(call.request());
    }

    /** Begins a request of a client that has no session; {@link #run} brings it to its end. */
    public RunningCall open(McpRequest request, ResponseChannel responseChannel) {
        return new RunningCall(request, responseChannel, Optional.empty(), ticker);
    }

    /** Begins a request; {@link #run} brings it to its end. */
    public RunningCall open(McpRequest request, ResponseChannel responseChannel, ClientSession session) {
        RunningCall call = new RunningCall(request, responseChannel, Optional.of(session), ticker);
        if (request.isInitialize()) {
            session.introduced(call);
        }
        return call;
    }

    /**
     * Works until the call has ended, in whichever way; a failure is its answer, never thrown. Only a
     * {@code subscriptions/listen} is still open afterwards, and holds no thread.
     */
    public void run(RunningCall call) {
        McpRequest request = call.request();
        TraceLogContext.enter(request.meta());
        try {
            admit(request);
            if (request.isListen()) {
                changeNotifier.listen(call);
            } else {
                call.answer(new JsonRpcMessage.Success(request.request().id(), result(call)));
            }
        } catch (Throwable e) {
            call.answer(ReservedErrorCodeFilter.of(request.generation(), ErrorMapper.failure(request.request(), e)));
        } finally {
            TraceLogContext.leave(request.meta());
        }
    }

    private JsonNode result(RunningCall call) {
        McpRequest request = call.request();
        MethodHandler handler =
                handler(request).orElseThrow(() -> new AssertionError("admitted but not served: " + request.method()));
        if (!request.isModern() || !KnownMethods.mayAsk(request.method())) {
            return handler.result(call);
        }
        MultiRoundTrip roundTrip =
                new MultiRoundTrip(states, request, call.responseChannel().caller(), isRepeatable(request));
        call.setRoundTrip(roundTrip);
        try {
            return handler.result(call);
        } catch (InputRequiredException inputRequired) {
            return formatter.inputRequired(roundTrip.inputRequired(inputRequired));
        }
    }

    private JsonNode passed(RunningCall call) {
        McpRequest request = call.request();
        return formatter.plain(
                request.generation(), upstreamMethods.request(request.method(), request.ownParams(), call));
    }

    private boolean isRepeatable(McpRequest request) {
        return !request.method().equals(KnownMethods.TOOLS_CALL)
                || request.tool()
                        .flatMap(RequestedTool::definition)
                        .map(ToolDefinition::annotations)
                        .filter(hints -> hints.readOnly() || hints.idempotent())
                        .isPresent();
    }

    /** Ends a call that will not be run, with a tool's result that says why. */
    public void refuse(RunningCall call, String why) {
        McpRequest request = call.request();
        ObjectNode result =
                formatter.plain(request.generation(), ToolResult.failed(why).json());
        call.answer(new JsonRpcMessage.Success(request.request().id(), result));
    }

    /**
     * Ends the calls of workers' tools that are running, with a tool's result that says why.
     *
     * @param which of them, by the tool's name
     * @return how many
     */
    public int endWorkerCalls(Predicate<String> which, String why) {
        return callLimiter.end(
                call -> call.request()
                        .tool()
                        .filter(tool -> !tool.isOwn() && which.test(tool.name()))
                        .isPresent(),
                call -> call.block(new JsonRpcMessage.Success(
                        call.request().request().id(),
                        formatter.plain(
                                call.request().generation(),
                                ToolResult.failed(why).json()))));
    }

    /** Ends every open {@code subscriptions/listen} with its result: the transports are about to close. */
    public void endListens() {
        changeNotifier.endListens();
    }

    @Override
    public void close() {
        changeNotifier.close();
        tasks.ifPresent(TaskMethods::close);
        callLimiter.close();
    }

    private void expire(RunningCall call) {
        McpRequest request = call.request();
        Duration limit = limits.run();
        ToolResult timedOut = ToolResult.failed("The call was ended after " + limit.toSeconds()
                + " s, the longest a call may take; it was told to stop, and may have done part of its work.");
        call.expire(new JsonRpcMessage.Success(
                request.request().id(), formatter.plain(request.generation(), timedOut.json())));
    }

    private static JsonRpcException unsupported(String requested) {
        List<String> supported = ProtocolVersions.MODERN;
        ObjectNode data = JsonRpcCodec.JSON.createObjectNode();
        supported.forEach(data.putArray("supported")::add);
        data.put("requested", requested);
        return new JsonRpcException(
                ErrorCode.UNSUPPORTED_VERSION.code(),
                "Unsupported protocol version; supported: " + String.join(", ", supported),
                data);
    }

    private static String shortened(String method) {
        return method.length() <= METHOD_LENGTH_MAX ? method : method.substring(0, METHOD_LENGTH_MAX) + "...";
    }
}

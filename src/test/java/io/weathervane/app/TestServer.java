package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditQuery;
import io.weathervane.auth.AuthConfig;
import io.weathervane.block.CallBlocks;
import io.weathervane.completion.Completer;
import io.weathervane.config.CliOverrides;
import io.weathervane.config.Config;
import io.weathervane.config.ConfigReader;
import io.weathervane.flags.LiveFlags;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.ServerChangeListener;
import io.weathervane.prompt.PromptRegistry;
import io.weathervane.reader.ReadersReport;
import io.weathervane.resource.ResourceSource;
import io.weathervane.store.WriteLag;
import io.weathervane.testing.Await;
import io.weathervane.testing.EchoWorker;
import io.weathervane.testing.SampleCommand;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.OperationsScope;
import io.weathervane.tool.RequestedTool;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.transport.http.CallerLimitOptions;
import io.weathervane.transport.http.HttpAccessOptions;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpServer;
import io.weathervane.transport.socket.WorkspaceLock;
import io.weathervane.transport.socket.WorkspaceOwnerInfo;
import io.weathervane.upgrade.UpgradeManager;
import io.weathervane.util.Closer;
import io.weathervane.util.NotedThreadFailures;
import io.weathervane.util.Ticker;
import io.weathervane.util.TimeSource;
import io.weathervane.util.Workspace;
import io.weathervane.worker.WorkerManager;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server as production starts it, with its socket and without HTTP, whose tools a test calls without a transport.
 * Every answer is held against the tool's output schema.
 */
public final class TestServer implements AutoCloseable {
    /** Short intervals, workers that behave, a sample worker that fails and a program that is not there. */
    public static final String WITH_WORKERS = withWorkers(EchoWorker.command());

    /** The same, where all that can be run are sample workers: for tests that give them more switches. */
    public static final String WITH_SAMPLES = withWorkers(SampleCommand.of());

    /** Tools that show what happened, which may be recorded a moment later (ADR 16). */
    private static final Set<String> OF_RECORDS =
            Set.of("audit_query", "decision_explain", "evidence_collect", "incident_report");

    private static final Caller ALICE = new Caller("alice", Caller.Transport.SOCKET);

    private final Closer closer = new Closer();
    private final Application application;
    private final Config config;
    private final SchemaCatalog schemas;
    private final Modules modules;
    private final McpApp app;

    private TestServer(Path folder, String yaml, Map<String, String> environment, Clock clock) throws IOException {
        NotedThreadFailures.forget();
        Files.writeString(folder.resolve("weathervane.yaml"), yaml);
        Workspace workspace = Workspace.in(folder).create();
        config = ConfigReader.read(workspace, environment, CliOverrides.none());
        WorkspaceLock lock = WorkspaceLock.tryAcquire(
                        workspace.state(), WorkspaceOwnerInfo.ofThisProcess(clock.instant(), List.of()))
                .orElseThrow();
        Warmup warmup = Warmup.begin(/* http= */ false);
        schemas = warmup.schemas();
        application = closer.register(Application.start(
                workspace, config, lock, environment, warmup, new TimeSource(clock, Ticker.system())));
        modules = application.modules();
        app = application.app();
        application.begin();
        Await.until("the workers have started", () -> !application.startups().areUnderWay());
    }

    private static String withWorkers(List<String> good) {
        return """
            monitor: {checkInterval: 300ms, gracePeriod: 5m, minRequests: 5}
            workers:
              initial: stable
              drainTimeout: 1s
              stopTimeout: 1s
              releases:
                stable: {kind: mcp, command: [%1$s, --label, stable]}
                good: {kind: mcp, command: [%1$s, --label, good]}
                bad: {kind: mcp, command: [%2$s, --label, bad, --fail-rate, "0.6"]}
                broken: {kind: mcp, command: [/nowhere/worker]}
            """.formatted(String.join(", ", good), String.join(", ", SampleCommand.of()));
    }

    public static TestServer start(Path folder, String yaml) {
        return start(folder, yaml, Map.of());
    }

    public static TestServer start(Path folder, String yaml, Map<String, String> environment) {
        return start(folder, yaml, environment, Clock.systemUTC());
    }

    public static TestServer start(Path folder, String yaml, Map<String, String> environment, Clock clock) {
        try {
            return new TestServer(folder, yaml, environment, clock);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static ObjectNode json(String text) {
        return (ObjectNode) JsonRpcCodec.JSON.readTree(text);
    }

    public SchemaCatalog schemas() {
        return schemas;
    }

    public List<Tool> own() {
        return app.builtIn();
    }

    /** All tools that alice sees. */
    public List<ToolDefinition> tools() {
        return app.tools().list(ALICE);
    }

    /** All tools that this caller sees. */
    List<ToolDefinition> tools(Caller caller) {
        return app.tools().list(caller);
    }

    RequestedTool requested(String name, JsonNode arguments) {
        return app.tools().requested(name, arguments);
    }

    /** A dispatcher as the application has it, with a registry in place of its own one. */
    McpDispatcher dispatcher(UnaryOperator<ToolRegistry> registry) {
        return app.with(registry.apply(app.tools()))
                .dispatcher(closer, modules, application.configuration(), config.messageBytes());
    }

    /** The address of this server over HTTP, for callers who show tokens of this file. */
    URI listenWithTokens(Path tokens) {
        HttpAccessOptions withTokens = new HttpAccessOptions(
                new AuthConfig(Optional.of(tokens), Optional.empty()),
                Set.of(),
                Set.of("http://page.test"),
                Optional.empty(),
                CallerLimitOptions.defaults());
        return closer.register(HttpServer.start(
                        HttpOptions.of("127.0.0.1", 0),
                        withTokens,
                        application.httpServices(application.dispatcher(), OperationsScope.ALL)))
                .uri();
    }

    /** The readers of the flags. */
    ReadersReport readers() {
        return modules.flags().readers().report();
    }

    /** Where the dispatcher is served over HTTP, to every client of this machine. */
    URI listen(McpDispatcher dispatcher) {
        HttpOptions anyPort = HttpOptions.of("127.0.0.1", 0);
        return closer.register(HttpServer.start(
                        anyPort, HttpAccessOptions.local(), application.httpServices(dispatcher, OperationsScope.ALL)))
                .uri();
    }

    /** As at SIGHUP. */
    public void reload() {
        application.reload();
    }

    LiveConfiguration configuration() {
        return application.configuration();
    }

    /** Tells of every change from now on. */
    void follow(ServerChangeListener changes) {
        app.publishChanges(closer, modules, changes);
    }

    public UpgradeManager upgrades() {
        return modules.upgradesOfFirst().manager();
    }

    public PromptRegistry prompts() {
        return app.content().prompts(app.tools());
    }

    public Completer completer() {
        return app.content().completer(app.tools());
    }

    /** As {@code /health} has it. */
    public JsonNode health() {
        return application
                .httpServices(application.dispatcher(), OperationsScope.ALL)
                .beside()
                .health()
                .health()
                .body();
    }

    public ResourceSource resources() {
        return app.content().resources();
    }

    public Workspace workspace() {
        return modules.serverContext().workspace();
    }

    /** Calls as alice, with arguments in JSON whose quotes may be written as single ones. */
    public ToolResult call(String tool, String arguments) {
        return call(tool, json(arguments.replace('\'', '"')), CallChannel.none());
    }

    /** Calls a worker's tool, whose answer may have nothing to read. */
    ToolResult callWorker(String tool, String arguments) {
        return app.tools().call(tool, json(arguments.replace('\'', '"')), ALICE, CallChannel.none());
    }

    public ToolResult call(String tool, ObjectNode arguments, CallChannel channel) {
        return call(tool, arguments, ALICE, channel);
    }

    public ToolResult call(String tool, ObjectNode arguments, Caller caller, CallChannel channel) {
        if (OF_RECORDS.contains(tool)) {
            awaitRecords();
        }
        ToolResult result = app.tools().call(tool, arguments, caller, channel);
        assertThat(text(result)).isNotBlank();
        if (!result.isError()
                && own().stream().anyMatch(one -> one.definition().name().equals(tool))) {
            assertThat(schemas.validateOutput(tool, result.structured().orElseThrow()))
                    .as("structuredContent of %s", tool)
                    .isEmpty();
        }
        return result;
    }

    /** The data of an answer that must be a success. */
    public ObjectNode done(String tool, String arguments) {
        ToolResult result = call(tool, arguments);
        assertThat(result.isError()).as(text(result)).isFalse();
        return result.structured().orElseThrow();
    }

    /** The text of an answer that must be a success. */
    public String textOf(String tool, String arguments) {
        ToolResult result = call(tool, arguments);
        assertThat(result.isError()).as(text(result)).isFalse();
        return text(result);
    }

    /** The text of a refusal. */
    public String refused(String tool, String arguments) {
        ToolResult result = call(tool, arguments);
        assertThat(result.isError()).as(text(result)).isTrue();
        assertThat(text(result)).as("a sentence").matches("(?s)[A-Z\"].*[.!?]|(?s)[a-z_]+(:| is required:) .*[.!?]");
        assertThat(text(result)).as("ended once").doesNotContain("?.");
        return text(result);
    }

    public static String text(ToolResult result) {
        return result.json().path("content").path(0).path("text").asString("");
    }

    /** Calls a worker's tool; what it answers does not matter. */
    public void work() {
        try {
            call("echo", "{'text': 'hello'}");
        } catch (JsonRpcException e) {
            assertThat(e).hasMessageNotContaining("Unknown tool");
        }
    }

    public void workUntilAudited(String kind) {
        Await.until(kind + " is in the audit", () -> {
            for (int i = 0; i < 10; i++) {
                work();
            }
            return newest(kind).isObject();
        });
    }

    CallBlocks blocks() {
        return modules.blocks();
    }

    List<Service> services() {
        return modules.services().all();
    }

    /** Those that were removed and have not ended. */
    List<Service> ending() {
        return modules.services().ending();
    }

    /** The newest event of this kind as {@code audit_query} shows it; missing when there is none. */
    public JsonNode newest(String kind) {
        return done("audit_query", "{'kinds': ['" + kind + "'], 'limit': 1}")
                .path("events")
                .path(0);
    }

    /** What a dry run must leave as it is: flags, workers, audit. */
    public Map<String, String> state() {
        awaitRecords();
        LiveFlags flags = modules.flags().live();
        WorkerManager workers = modules.workersOfFirst().manager();
        Map<String, String> state = new HashMap<>();
        state.put("epoch", String.valueOf(flags.snapshot().epoch()));
        state.put("flags", flags.view().flags().toString());
        state.put(
                "workers",
                Stream.of(
                                workers.view().active(),
                                workers.view().canary(),
                                workers.view().previous())
                        .map(worker ->
                                worker.map(one -> one.label() + one.pid()).orElse("none"))
                        .collect(Collectors.joining(" ")));
        state.put(
                "audit",
                modules.serverContext().audit().query(AuditQuery.newest(AuditQuery.LIMIT_MAX)).events().stream()
                        .filter(event -> !event.kind().wireName().equals("decision"))
                        .map(event -> event.seq() + " " + event.kind())
                        .collect(Collectors.joining("\n")));
        return state;
    }

    /** Waits until everything is recorded, unless it cannot be written. */
    private void awaitRecords() {
        Await.until("what happened is recorded", () -> {
            WriteLag lag = modules.serverContext().database().deferredWrites().lag();
            return lag.waiting() == 0 || lag.failure().isPresent();
        });
    }

    /** What another program writes while the server runs. */
    public void sql(String statement) {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + workspace().database());
                Statement run = connection.createStatement()) {
            run.execute("PRAGMA busy_timeout = 5000");
            run.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closer.close();
    }
}

package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.alert.AlertOptions;
import io.weathervane.alert.WebhookAlerts;
import io.weathervane.approval.Approvals;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.AuditQuery;
import io.weathervane.completion.Completer;
import io.weathervane.config.CliOverrides;
import io.weathervane.config.Config;
import io.weathervane.config.ConfigReader;
import io.weathervane.event.EventBus;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.LiveFlags;
import io.weathervane.flags.LiveFlagsOptions;
import io.weathervane.gateway.WorkerTools;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.logging.MessageLog;
import io.weathervane.mcp.ServerChanges;
import io.weathervane.prompt.PromptRegistry;
import io.weathervane.resource.ResourceSource;
import io.weathervane.rollback.PolicySource;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.shadow.Recorder;
import io.weathervane.store.Database;
import io.weathervane.store.Lag;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.Await;
import io.weathervane.testing.EchoWorker;
import io.weathervane.testing.SampleCommand;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.upgrade.Upgrades;
import io.weathervane.util.Closer;
import io.weathervane.util.Redactor;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.role.WorkerSupervisor;
import java.io.IOException;
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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The server's own tools on real parts in a workspace, as the wiring registers them and without a transport. Every
 * answer is held against the tool's output schema.
 */
public final class ToolBench implements AutoCloseable {
    /** Short intervals, workers that behave, a sample worker that fails and a program that is not there. */
    public static final String WITH_WORKERS = withWorkers(EchoWorker.command());

    /** The same, where all that can be run are sample workers: for tests that give them more switches. */
    public static final String WITH_SAMPLES = withWorkers(SampleCommand.of());

    /** Tools that show what happened, which may be recorded a moment later (ADR 16). */
    private static final Set<String> OF_RECORDS =
            Set.of("audit_query", "decision_explain", "evidence_collect", "incident_report");

    private static final Caller ALICE = new Caller("alice", Caller.Door.SOCKET);

    private final Closer closer = new Closer();
    private final Workspace workspace;
    private final Database database;
    private final SchemaCatalog schemas = SchemaCatalog.load();
    private final List<Tool> own;
    private final ToolRegistry tools;
    private final LiveFlags flags;
    private final WorkerManager workers;
    private final AuditLog audit;
    private final Upgrades upgrades;
    private final OwnContent content;
    private final EventBus events = new EventBus();

    private ToolBench(Path folder, String yaml, Map<String, String> environment, Clock clock) throws IOException {
        Files.writeString(folder.resolve("weathervane.yaml"), yaml);
        workspace = Workspace.in(folder).create();
        Config settings = ConfigReader.read(workspace, environment, CliOverrides.none());
        MessageLog log = closer.register(MessageLog.open(workspace.sessions(), clock));
        database = closer.register(SqliteDatabase.open(workspace.database(), StoreOptions.defaults()));
        audit = new AuditLog(database, clock);
        FlagCatalog catalog = Configured.flags(settings);
        flags = closer.register(LiveFlags.start(database, audit, catalog, events, clock, LiveFlagsOptions.defaults()));
        WebhookAlerts alerts = closer.register(WebhookAlerts.start(
                database,
                audit,
                settings.webhooks(),
                AlertOptions.defaults(),
                Redactor::clean,
                clock,
                flags::unwrittenEngagement));
        workers = closer.register(new WorkerSupervisor(
                database,
                settings.workers(),
                workspace.analytics().resolve("worker_manager.json"),
                events,
                clock,
                Ticker.system()));
        PolicySource policy = new PolicySource(settings.monitor(), flags::setting);
        RollbackMonitor monitor = closer.register(new RollbackMonitor(
                database,
                audit,
                flags,
                workers,
                policy,
                events,
                clock,
                Ticker.system(),
                workspace.analytics().resolve("orchestration_metrics.json"),
                settings.monitor().mode()));
        upgrades = closer.register(new Upgrades(Configured.upgrades(
                settings,
                workspace,
                database,
                audit,
                flags,
                workers,
                monitor,
                policy,
                closer.register(Recorder.follow(workers)),
                events,
                clock,
                Ticker.system())));
        Approvals approvals = new Approvals(database, audit, events, clock, Ticker.system());
        own = new OwnTools(
                        schemas,
                        workspace,
                        settings,
                        log.file(),
                        environment,
                        audit,
                        flags,
                        catalog,
                        workers,
                        monitor,
                        upgrades,
                        alerts,
                        approvals,
                        events,
                        clock)
                .all();
        content = new OwnContent(
                schemas, workspace, audit, flags, catalog, workers, monitor, upgrades, alerts, approvals, clock,
                () -> {});
        tools = new ToolRegistry(own, new WorkerTools(workers, ""), schemas);
        workers.start();
        monitor.start();
        upgrades.start();
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

    public static ToolBench start(Path folder, String yaml) {
        return start(folder, yaml, Map.of());
    }

    public static ToolBench start(Path folder, String yaml, Map<String, String> environment) {
        return start(folder, yaml, environment, Clock.systemUTC());
    }

    public static ToolBench start(Path folder, String yaml, Map<String, String> environment, Clock clock) {
        try {
            return new ToolBench(folder, yaml, environment, clock);
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
        return own;
    }

    /** Has somebody told of every change from now on. */
    void follow(ServerChanges changes) {
        closer.register(ChangePublisher.start(events, audit, changes, new WorkerTools(workers, "")::list));
    }

    public Upgrades upgrades() {
        return upgrades;
    }

    public PromptRegistry prompts() {
        return content.prompts(tools);
    }

    public Completer completer() {
        return content.completer(tools);
    }

    public ResourceSource resources() {
        return content.resources();
    }

    public Workspace workspace() {
        return workspace;
    }

    /** Calls as alice, with arguments in JSON whose quotes may be written as single ones. */
    public ToolResult call(String tool, String arguments) {
        return call(tool, json(arguments.replace('\'', '"')), CallChannel.none());
    }

    public ToolResult call(String tool, ObjectNode arguments, CallChannel scope) {
        return call(tool, arguments, ALICE, scope);
    }

    public ToolResult call(String tool, ObjectNode arguments, Caller caller, CallChannel scope) {
        if (OF_RECORDS.contains(tool)) {
            awaitRecords();
        }
        ToolResult result = tools.call(tool, arguments, caller, scope);
        assertThat(text(result)).isNotBlank();
        if (!result.isError()
                && own.stream().anyMatch(one -> one.definition().name().equals(tool))) {
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
    public String told(String tool, String arguments) {
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

    /** The newest event of this kind as {@code audit_query} shows it; missing when there is none. */
    public JsonNode newest(String kind) {
        return done("audit_query", "{'kinds': ['" + kind + "'], 'limit': 1}")
                .path("events")
                .path(0);
    }

    /** What a dry run must leave as it is: flags, workers, audit. */
    public Map<String, String> state() {
        awaitRecords();
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
                audit.query(AuditQuery.newest(AuditQuery.LIMIT_MAX)).events().stream()
                        .filter(event -> !event.kind().wireName().equals("decision"))
                        .map(event -> event.seq() + " " + event.kind())
                        .collect(Collectors.joining("\n")));
        return state;
    }

    /** Waits until everything is recorded, unless it cannot be written. */
    private void awaitRecords() {
        Await.until("what happened is recorded", () -> {
            Lag lag = database.late().lag();
            return lag.waiting() == 0 || lag.failure().isPresent();
        });
    }

    /** What another program writes while the server runs. */
    public void sql(String statement) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + workspace.database());
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

package io.weathervane.app;

import io.weathervane.alert.AlertOptions;
import io.weathervane.alert.WebhookAlerts;
import io.weathervane.approval.ApprovalExpiry;
import io.weathervane.approval.Approvals;
import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEntry;
import io.weathervane.audit.AuditFiles;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.StateLoss;
import io.weathervane.audit.StateLossCheck;
import io.weathervane.config.Config;
import io.weathervane.event.EventBus;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.LiveFlags;
import io.weathervane.flags.LiveFlagsOptions;
import io.weathervane.gateway.WorkerContentChanges;
import io.weathervane.gateway.WorkerTools;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.logging.MessageLog;
import io.weathervane.mcp.CallLimits;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpServices;
import io.weathervane.rollback.PolicySource;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.shadow.Recorder;
import io.weathervane.store.Database;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.task.Tasks;
import io.weathervane.tool.ReadOnlyTools;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolSource;
import io.weathervane.transport.http.HttpAccess;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpServer;
import io.weathervane.transport.socket.SocketServer;
import io.weathervane.transport.socket.WorkspaceLock;
import io.weathervane.upgrade.Upgrades;
import io.weathervane.util.Closer;
import io.weathervane.util.Redactor;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import io.weathervane.worker.ReleaseStore;
import io.weathervane.worker.ToolDrift;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.role.WorkerSupervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A running server: the owner of one workspace. {@link #start} is the list of its parts in the order they are
 * built; closing takes them down in reverse.
 */
public final class Application implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("WeatherVane");

    /** All that follows a signal: a client sends SIGKILL 2 s after SIGTERM. */
    private static final Duration SIGNAL_LIMIT = Duration.ofMillis(1300);

    /** The children are waited for longer: on a machine that hardly gets on they would be left. */
    private static final Duration CHILDREN_LIMIT = Duration.ofSeconds(10);

    private final Closer closer;
    private final WorkspaceLock lock;
    private final McpDispatcher dispatcher;
    private final HealthReport health;
    private final WorkerStartup workerStart;
    private final ChildProcesses children;

    private Application(
            Closer closer,
            WorkspaceLock lock,
            McpDispatcher dispatcher,
            HealthReport health,
            WorkerStartup workerStart,
            ChildProcesses children) {
        this.closer = closer;
        this.lock = lock;
        this.dispatcher = dispatcher;
        this.health = health;
        this.workerStart = workerStart;
        this.children = children;
    }

    /**
     * Builds everything but HTTP; no child process is started before {@link #begin}. The lock is the application's from
     * here on, also when the start fails.
     *
     * @param environment the process's variables: thresholds, the secrets of webhooks
     */
    static Application start(
            Workspace workspace,
            Config settings,
            WorkspaceLock lock,
            Map<String, String> environment,
            Warmup preparation) {
        Closer closer = new Closer();
        closer.register(lock);
        try {
            return start(closer, workspace, settings, lock, environment, preparation);
        } catch (RuntimeException e) {
            closer.close();
            throw e;
        }
    }

    private static Application start(
            Closer closer,
            Workspace workspace,
            Config settings,
            WorkspaceLock lock,
            Map<String, String> environment,
            Warmup preparation) {
        Clock clock = Clock.systemUTC();
        Ticker ticker = Ticker.system();
        MessageLog log = closer.register(openLog(workspace, clock));
        Database database = closer.register(SqliteDatabase.open(workspace.database(), StoreOptions.defaults()));
        AuditLog audit = new AuditLog(database, clock);
        Optional<StateLoss> lost = StateLossCheck.run(audit, database, workspace.analytics());
        closer.register(AuditFiles.start(audit, database, workspace.analytics()));
        RunRecord run = closer.register(RunRecord.begin(audit));
        EventBus events = new EventBus();
        FlagCatalog catalog = Configured.flags(settings);
        LiveFlags flags =
                closer.register(LiveFlags.start(database, audit, catalog, events, clock, LiveFlagsOptions.defaults()));
        WebhookAlerts alerts = closer.register(WebhookAlerts.start(
                database,
                audit,
                settings.webhooks(),
                AlertOptions.defaults(),
                Redactor::clean,
                clock,
                flags::unwrittenEngagement));
        LostStateNotice lostState = LostStateNotice.recorded(lost, audit, flags);
        if (settings.workers().initialIsCommand()) {
            boolean seedsAnew = database.write(ReleaseStore::forgetUnpromoted);
            LOG.debug("the command is the first release again={}", seedsAnew);
        }
        FirstClientCapabilities client = new FirstClientCapabilities(
                settings.workers().initialIsCommand() ? FirstClientCapabilities.WAIT_MAX : Duration.ZERO, ticker);
        WorkerManager workers = closer.register(new WorkerSupervisor(
                database,
                settings.workers().withClient(client::awaited),
                workspace.analytics().resolve("worker_manager.json"),
                events,
                clock,
                ticker));
        workers.onToolDrift(
                drift -> audit.appendLate(AuditEntry.of(AuditKind.TOOL_DRIFT, Actor.SYSTEM, details(drift))));
        PolicySource policy = new PolicySource(settings.monitor(), flags::setting);
        RollbackMonitor monitor = closer.register(new RollbackMonitor(
                database,
                audit,
                flags,
                workers,
                policy,
                events,
                clock,
                ticker,
                workspace.analytics().resolve("orchestration_metrics.json"),
                settings.monitor().mode()));
        run.endsWith(monitor::recordAtTheEnd);
        Recorder recorded = closer.register(Recorder.follow(workers));
        Upgrades upgrades = closer.register(new Upgrades(Configured.upgrades(
                settings, workspace, database, audit, flags, workers, monitor, policy, recorded, events, clock,
                ticker)));
        database.late().catchUp(); // all who write late records are there, no worker and no door is
        WorkerStartup start = new WorkerStartup(
                () -> {
                    workers.start(lock.afterCrash());
                    monitor.start();
                    upgrades.start(lock.afterCrash());
                    lock.recovered();
                },
                settings.workers().startWait(),
                clock,
                ticker);
        SchemaCatalog schemas = preparation.schemas();
        Approvals approvals = new Approvals(database, audit, events, clock, ticker);
        OwnTools tools = new OwnTools(
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
                clock);
        WorkerTools workersTools = new WorkerTools(workers, settings.workers().toolPrefix());
        ToolRegistry registry = registry(
                settings.server().readOnly(),
                tools.all().stream().map(start::before).toList(),
                start.before(workersTools),
                schemas);
        OwnContent content = new OwnContent(
                schemas,
                workspace,
                audit,
                flags,
                catalog,
                workers,
                monitor,
                upgrades,
                alerts,
                approvals,
                clock,
                start::awaitForClients);
        McpServices services = McpServices.of(Product.serverInfo(), registry).with(Tasks.open(database, clock));
        McpDispatcher dispatcher = closer.register(new McpDispatcher(
                content.addTo(
                        services,
                        registry,
                        start.before(
                                content::workersInstructions,
                                () -> workers.content().offer().capabilities(),
                                client)),
                CallLimits.defaults().withLineBytes(settings.workers().policy().messageBytes()),
                ticker));
        closer.register(ApprovalExpiry.start(approvals));
        closer.register(ChangePublisher.start(events, audit, dispatcher.changes(), workersTools::known));
        closer.register(WorkerContentChanges.start(events, workers.content(), dispatcher.changes()));
        closer.register(SocketServer.start(lock, dispatcher));
        closer.register(SocketServer.startReadOnly(lock, dispatcher));
        settings.warnings().forEach(warning -> LOG.warn("configuration: {}", warning));
        HealthReport health = new HealthReport(database, alerts, flags, workers, monitor, start);
        health.alsoAsk(lostState::problems);
        return new Application(closer, lock, dispatcher, health, start, new ChildProcesses(workers, monitor, upgrades));
    }

    private static ObjectNode details(ToolDrift drift) {
        ObjectNode details = JsonRpcCodec.JSON
                .createObjectNode()
                .put("worker", drift.label())
                .put("role", drift.role().wireName());
        drift.changes().forEach(details.putArray("changes")::add);
        return details;
    }

    private static ToolRegistry registry(boolean readOnly, List<Tool> own, ToolSource workers, SchemaCatalog schemas) {
        return readOnly
                ? new ToolRegistry(ReadOnlyTools.of(own), ReadOnlyTools.of(workers), schemas)
                : new ToolRegistry(own, workers, schemas);
    }

    /**
     * Starts the workers, beside the caller, who is ready to close them from here on.
     *
     * @throws IllegalStateException when it was closed meanwhile
     */
    void begin() {
        closer.register(workerStart);
        workerStart.begin();
    }

    /** Listens for HTTP too; the owner's entry in the lock names the address. */
    URI listen(HttpOptions options, HttpAccess access) {
        HttpServer http = closer.register(HttpServer.start(options, access, dispatcher, health));
        health.alsoAsk(http::problems);
        lock.update(lock.owner().withUrl(http.uri().toString()));
        LOG.info("serving url={}", http.uri());
        if (access.auth().isConfigured() && access.tls().isEmpty() && !options.isLocal()) {
            LOG.warn("tokens come over plain HTTP here: configure server.tls, or have a proxy in front that does TLS");
        }
        return http.uri();
    }

    McpDispatcher dispatcher() {
        return dispatcher;
    }

    /** Lets the calls that workers have in flight end, then ends everything. A second close waits for the first. */
    @Override
    public void close() {
        children.letCallsEnd();
        children.end();
        closer.close();
    }

    /**
     * After a signal: ends the child processes at once, also when {@link #close} is under way and still patient, and
     * closes as far as the time goes. What is not closed then is as after a crash, which loses nothing.
     */
    void endNow() {
        Thread ending = Threads.daemon("end-children", children::end);
        Thread closing = Threads.daemon("close", closer::close);
        ending.start();
        closing.start();
        Threads.join(closing, SIGNAL_LIMIT);
        Threads.join(ending, CHILDREN_LIMIT);
    }

    private static MessageLog openLog(Workspace workspace, Clock clock) {
        try {
            return MessageLog.open(workspace.sessions(), clock);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the log below " + workspace.sessions(), e);
        }
    }
}

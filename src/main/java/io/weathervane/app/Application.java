package io.weathervane.app;

import io.weathervane.approval.ApprovalExpiry;
import io.weathervane.audit.Actor;
import io.weathervane.config.Config;
import io.weathervane.core.ServerContext;
import io.weathervane.logging.WorkspaceLog;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.store.StoreOptions;
import io.weathervane.tool.OperationsScope;
import io.weathervane.transport.http.HttpAccessOptions;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpServer;
import io.weathervane.transport.http.HttpServices;
import io.weathervane.transport.http.legacy.LegacyHttpClientSupport;
import io.weathervane.transport.socket.SocketServer;
import io.weathervane.transport.socket.WorkspaceLock;
import io.weathervane.transport.stdio.LineServices;
import io.weathervane.transport.stdio.legacy.LineBatches;
import io.weathervane.util.Closer;
import io.weathervane.util.Threads;
import io.weathervane.util.TimeSource;
import io.weathervane.util.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: the owner of one workspace. {@link #start} is the list of its parts in the order they are
 * built; closing takes them down in reverse.
 */
final class Application implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("WeatherVane");

    /** All that follows a signal: a client sends SIGKILL 2 s after SIGTERM. */
    private static final Duration SIGNAL_LIMIT = Duration.ofMillis(1300);

    /** The children are waited for longer: on a machine that hardly gets on they would be left. */
    private static final Duration CHILDREN_LIMIT = Duration.ofSeconds(10);

    private final Closer closer;
    private final WorkspaceLock lock;
    private final Modules modules;
    private final ServiceStartups startups;
    private final McpApp app;
    private final McpDispatcher dispatcher;
    private final LiveConfiguration configuration;
    private final HealthReportBuilder health;
    private final ChildProcessShutdown childProcessShutdown;

    /** The parts that clients of every transport reach. */
    private record Served(McpApp app, McpDispatcher dispatcher, LiveConfiguration configuration) {}

    private Application(Closer closer, WorkspaceLock lock, Modules modules, ServiceStartups startups, Served served) {
        this.closer = closer;
        this.lock = lock;
        this.modules = modules;
        this.startups = startups;
        this.app = served.app();
        this.dispatcher = served.dispatcher();
        this.configuration = served.configuration();
        this.health = new HealthReportBuilder(modules, configuration);
        this.childProcessShutdown = ChildProcessShutdown.of(modules);
    }

    /**
     * Builds everything but HTTP; no child process is started before {@link #begin}. The lock is the application's from
     * here on, also when the start fails.
     *
     * @param environment the process's variables: thresholds, the secrets of webhooks
     * @param time for all of its modules and transports
     */
    static Application start(
            Workspace workspace,
            Config config,
            WorkspaceLock lock,
            Map<String, String> environment,
            Warmup warmup,
            TimeSource time) {
        Closer closer = new Closer();
        closer.register(lock);
        try {
            WorkspaceLog log = closer.register(openLog(workspace, time.clock()));
            ServerContext serverContext = closer.register(
                    ServerContext.open(workspace, StoreOptions.defaults(), time.clock(), time.ticker()));
            ProcessContext process = new ProcessContext(config, environment, log.file());
            return start(closer, serverContext, lock, process, warmup);
        } catch (RuntimeException e) {
            closer.close();
            throw e;
        }
    }

    private static Application start(
            Closer closer, ServerContext serverContext, WorkspaceLock lock, ProcessContext process, Warmup warmup) {
        Config config = process.config();
        Modules modules = Modules.prepare(closer, serverContext, config);
        ServiceStartups startups = new ServiceStartups(modules, lock);
        LiveConfiguration configuration = new LiveConfiguration(modules, process, startups);
        McpApp app = McpApp.of(modules, warmup.schemas(), process, configuration, startups);
        McpDispatcher dispatcher = app.dispatcher(closer, modules, configuration, config.messageBytes());
        closer.register(ApprovalExpiry.start(modules.operations().approvals()));
        app.publishChanges(closer, modules, dispatcher.changes());
        LineServices lines = lineServices(dispatcher);
        closer.register(SocketServer.start(lock, lines, serverContext.ticker()));
        closer.register(SocketServer.startReadOnly(lock, lines, serverContext.ticker()));
        config.warnings().forEach(warning -> LOG.warn("configuration: {}", warning));
        return new Application(closer, lock, modules, startups, new Served(app, dispatcher, configuration));
    }

    /**
     * Starts the workers, beside the caller, who is ready to close them from here on.
     *
     * @throws IllegalStateException when it was closed meanwhile
     */
    void begin() {
        closer.register(startups);
        startups.begin();
        closer.register(ConfigFileWatcher.start(configuration));
    }

    /** Listens for HTTP too; the owner's entry in the lock names the address. */
    URI listen(HttpOptions options, HttpAccessOptions access, OperationsScope operations) {
        HttpServer server = closer.register(HttpServer.start(options, access, httpServices(dispatcher, operations)));
        health.addSource(server::problems);
        lock.update(lock.owner().withUrl(server.uri().toString()));
        LOG.info("serving url={}", server.uri());
        if (access.auth().isConfigured() && access.tls().isEmpty() && !options.isLocal()) {
            LOG.warn("tokens come over plain HTTP here: configure server.tls, or have a proxy in front that does TLS");
        }
        return server.uri();
    }

    /** What HTTP answers with: MCP by this dispatcher, the health, what is posted of signals, the flags. */
    HttpServices httpServices(McpDispatcher mcp, OperationsScope operations) {
        return new HttpServices(
                mcp,
                LegacyHttpClientSupport::new,
                new HttpServices.Beside(
                        health,
                        new SignalPosts(modules.services()
                                .each(service -> service.rollback().signals())::all),
                        modules.flags().ofrep(modules.serverContext().events())),
                operations,
                modules.serverContext().time());
    }

    /** Reads the configuration again, as at SIGHUP. */
    void reload() {
        configuration.reload(Actor.SYSTEM, LiveConfiguration.Trigger.SIGNAL);
    }

    Modules modules() {
        return modules;
    }

    ServiceStartups startups() {
        return startups;
    }

    LiveConfiguration configuration() {
        return configuration;
    }

    McpApp app() {
        return app;
    }

    McpDispatcher dispatcher() {
        return dispatcher;
    }

    /** What serves a client on stdio or on the socket. */
    LineServices lineServices() {
        return lineServices(dispatcher);
    }

    private static LineServices lineServices(McpDispatcher mcp) {
        return new LineServices(mcp, new LineBatches());
    }

    /** Lets the calls that workers have in flight end, then ends everything. A second close waits for the first. */
    @Override
    public void close() {
        childProcessShutdown.letCallsEnd();
        childProcessShutdown.end();
        closer.close();
    }

    /**
     * After a signal: ends the child processes at once, also when {@link #close} is under way and still patient, and
     * closes as far as the time goes. What is not closed then is as after a crash, which loses nothing.
     */
    void endNow() {
        Thread ending = Threads.daemon("end-children", childProcessShutdown::end);
        Thread closing = Threads.daemon("close", closer::close);
        ending.start();
        closing.start();
        Threads.join(closing, SIGNAL_LIMIT);
        Threads.join(ending, CHILDREN_LIMIT);
    }

    private static WorkspaceLog openLog(Workspace workspace, Clock clock) {
        try {
            return WorkspaceLog.open(workspace.sessions(), clock);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the log below " + workspace.sessions(), e);
        }
    }
}

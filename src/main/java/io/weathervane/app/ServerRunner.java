package io.weathervane.app;

import io.weathervane.audit.StateLossCheck;
import io.weathervane.auth.TokenFileException;
import io.weathervane.config.CliOverrides;
import io.weathervane.config.CommandLineRelease;
import io.weathervane.config.Config;
import io.weathervane.config.ConfigException;
import io.weathervane.config.ConfigReader;
import io.weathervane.config.OfferedOperations;
import io.weathervane.config.ServerConfig;
import io.weathervane.logging.WorkspaceLog;
import io.weathervane.policy.InvalidThresholdException;
import io.weathervane.store.StoreException;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.OperationsScope;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.transport.http.HttpStartException;
import io.weathervane.transport.socket.FailoverStdioServer;
import io.weathervane.transport.socket.WorkspaceLock;
import io.weathervane.transport.socket.WorkspaceOwnerInfo;
import io.weathervane.util.Closer;
import io.weathervane.util.ExtraTerminationSignals;
import io.weathervane.util.HangupSignal;
import io.weathervane.util.OsUser;
import io.weathervane.util.SafeText;
import io.weathervane.util.Threads;
import io.weathervane.util.TimeSource;
import io.weathervane.util.Workspace;
import io.weathervane.util.WorkspaceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.slf4j.event.Level;

/** Runs a server in this process: as the owner of its workspace, or on stdio as a relay to the owner. */
public final class ServerRunner {
    private static final int REFUSED = 1;

    /** What is added to a signal's number to be the exit code, as a shell does. */
    private static final int SIGNALLED = 128;

    private static final Duration OTHER_SIGNALS_AFTER = Duration.ofMillis(500);

    /** Longest wait, at the end, for handlers that are just being set: they take some 100 ms on a busy machine. */
    private static final Duration HANDLERS_MAX = Duration.ofMillis(500);

    private static final int USAGE = 2;

    private final Map<String, String> environment;
    private final InputStream stdin;
    private final OutputStream stdout;
    private final PrintStream stderr;

    /** The ways in; at least one. */
    public record Transports(boolean stdio, boolean http) {
        List<String> names() {
            if (!stdio) {
                return List.of("http");
            }
            return http ? List.of("stdio", "http") : List.of("stdio");
        }
    }

    /** Inputs that are the same at each attempt to become the workspace's owner. */
    private record Plan(
            Transports transports,
            Workspace workspace,
            Config config,
            Optional<CommandLineReleaseCheck> command,
            List<String> inFrontOf,
            Warmup warmup) {}

    public ServerRunner(Map<String, String> environment, InputStream stdin, OutputStream stdout, PrintStream stderr) {
        this.environment = environment;
        this.stdin = stdin;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /** Serves until it is told to end; gives the exit code. */
    public int serve(Transports transports, Optional<Path> workspaceFolder, CliOverrides overrides)
            throws IOException, InterruptedException {
        WorkspaceLog.showOnStderr(Level.WARN);
        Warmup warmup = Warmup.begin(transports.http());
        try {
            if (overrides.release().isPresent() || overrides.mcpConfig().isPresent()) {
                Workspace.make(workspaceFolder, environment);
            }
            Workspace located = Workspace.locate(workspaceFolder, environment);
            Config config = ConfigReader.read(located, environment, overrides);
            Workspace workspace = located.create(config.server().operatorsGroup());
            Plan plan = new Plan(
                    transports,
                    workspace,
                    config,
                    overrides.release().map(CommandLineReleaseCheck::new),
                    inFrontOf(overrides),
                    warmup);
            return transports.stdio() ? serveStdio(plan) : serveHttp(plan);
        } catch (ConfigException | InvalidThresholdException | WorkspaceException e) {
            return refuse(USAGE, e);
        } catch (HttpStartException
                | TokenFileException
                | StoreException
                | WorkerCommandRefusedException
                | UncheckedIOException e) {
            return refuse(REFUSED, e);
        }
    }

    /** Says of each way in that does not offer everything how to have the rest. */
    private void announceOffer(Plan plan) {
        OfferedOperations offered = plan.config().operations();
        if (plan.transports().stdio()) {
            announceOffer("the client on stdio is", offered.stdio());
        }
        if (plan.transports().http()) {
            announceOffer("clients over HTTP are", offered.http());
        }
    }

    private void announceOffer(String who, OperationsScope offered) {
        String what = switch (offered) {
            case ALL -> "";
            case SAFE -> " offered what reads and what makes things safe";
            case NONE -> " offered none of WeatherVane's own tools";
        };
        if (!what.isEmpty()) {
            stderr.println("weathervane: " + who + what + " (operations: " + offered.wireName()
                    + "); `weathervane call` has all of them, --operations all offers them");
        }
    }

    /** The command, or the client's file, that this workspace is for; empty when the configuration says it. */
    private static List<String> inFrontOf(CliOverrides overrides) {
        return overrides
                .mcpConfig()
                .map(file -> List.of(
                        "--mcp-config", file.toAbsolutePath().normalize().toString()))
                .or(() -> overrides.release().map(CommandLineRelease::command))
                .orElse(List.of());
    }

    private int refuse(int exitCode, RuntimeException why) {
        stderr.println("weathervane: " + SafeText.lines(String.valueOf(why.getMessage())));
        return exitCode;
    }

    private int serveHttp(Plan plan) throws InterruptedException {
        Optional<Application> started = tryStart(plan);
        if (started.isEmpty()) {
            return refuseSecond(plan.workspace());
        }
        try (Application application = started.get()) {
            listen(application, plan);
            announceOffer(plan);
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private int serveStdio(Plan plan) throws IOException, InterruptedException {
        try (Closer closer = new Closer()) {
            Optional<Application> first = tryStart(plan);
            if (first.isEmpty() && plan.transports().http()) {
                return refuseSecond(plan.workspace());
            }
            first.ifPresent(closer::register);
            if (first.isPresent() && plan.transports().http()) {
                listen(first.get(), plan);
            }
            announceOffer(plan);
            FailoverStdioServer stdioServer = new FailoverStdioServer(
                            plan.workspace().state(),
                            () -> first.isPresent()
                                    ? first.map(Application::lineServices)
                                    : tryStart(plan).map(closer::register).map(Application::lineServices),
                            caller(plan.config()),
                            stdin,
                            stdout,
                            readOnlyTools(plan.warmup().schemas()))
                    .withLineBytes(plan.config().messageBytes());
            stdioServer.run();
        }
        return 0;
    }

    /** Empty when another process owns the workspace. */
    private Optional<Application> tryStart(Plan plan) {
        Path state = plan.workspace().state();
        WorkspaceOwnerInfo owner = WorkspaceOwnerInfo.ofThisProcess(
                Clock.systemUTC().instant(), plan.transports().names(), plan.inFrontOf());
        Optional<WorkspaceLock> lock = WorkspaceLock.tryAcquire(state, owner);
        if (lock.isEmpty() && !plan.inFrontOf().isEmpty()) {
            CommandLineReleaseCheck.refuseOther(
                    WorkspaceLock.ownerOf(state).filter(other -> !other.isGone()), plan.inFrontOf());
        }
        return lock.map(taken -> start(plan, taken));
    }

    private Application start(Plan plan, WorkspaceLock lock) {
        try {
            StateLossCheck.refuseEmptied(
                    plan.workspace().database(), plan.workspace().analytics());
            plan.command().ifPresent(command -> command.refuseUnlessFound(plan.workspace(), environment));
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
        Application built = Application.start(
                plan.workspace(), plan.config(), lock, environment, plan.warmup(), TimeSource.system());
        try {
            endedBySignals(built, plan).begin();
            return built;
        } catch (IllegalStateException e) {
            built.close();
            throw e;
        }
    }

    private void listen(Application application, Plan plan) {
        ServerConfig server = plan.config().server();
        URI uri = application.listen(
                server.http(), server.access(), plan.config().operations().http());
        stderr.println("weathervane: serving " + uri + " for the workspace "
                + SafeText.line(plan.workspace().root().toString()) + ", process "
                + ProcessHandle.current().pid());
        if (!plan.transports().stdio()) {
            printForScripts(uri);
        }
    }

    /** The bare address, for a script that started this server on a free port; on stdio stdout is the protocol's. */
    private void printForScripts(URI uri) {
        new PrintStream(stdout, /* autoFlush= */ true, StandardCharsets.UTF_8).println(uri);
    }

    private int refuseSecond(Workspace workspace) {
        stderr.println(SafeText.line(WorkspaceLock.stranger(workspace.state())
                .map(stranger -> "weathervane: this workspace cannot be served because of " + stranger
                        + ". End that process, or name another workspace with --workspace.")
                .orElseGet(() -> "weathervane: this workspace is served already by "
                        + WorkspaceLock.describeHolder(workspace.state())
                        + ". Use that server, stop it first, or name another workspace with --workspace.")));
        return REFUSED;
    }

    /**
     * A signal ends the process by its shutdown hooks, also one that the virtual machine does not know as an end, so the
     * children are ended there; the hook is there before the
     * first child. Adding it is refused once the process is ending, and then no child is started.
     */
    private static Application endedBySignals(Application application, Plan plan) {
        DelayedOsSignalSetup others =
                new DelayedOsSignalSetup(plan.transports().stdio() ? OTHER_SIGNALS_AFTER : Duration.ZERO, () -> {
                    ExtraTerminationSignals.handle(
                            number -> Runtime.getRuntime().exit(SIGNALLED + number));
                    reloadAtHangup(application, plan);
                });
        Thread hook = new Thread(
                () -> {
                    application.endNow();
                    others.end(HANDLERS_MAX);
                },
                "shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        others.begin();
        return application;
    }

    /**
     * A daemon, which has neither a command in front of it, nor a client on stdio, nor a terminal, goes on at SIGHUP; every
     * other server ends.
     */
    private static void reloadAtHangup(Application application, Plan plan) {
        boolean serves = plan.command().isEmpty() && !plan.transports().stdio();
        if (serves && !HangupSignal.isOfTerminal()) {
            HangupSignal.handle(
                    () -> Threads.daemon("reload", application::reload).start());
        }
    }

    /** The user who started this process may do everything, unless they asked for less. */
    private Caller caller(Config config) {
        String user = OsUser.name();
        Set<CallerRole> roles = config.server().readOnly() ? Set.of(CallerRole.VIEWER) : Set.of(CallerRole.values());
        return new Caller(actor(user), user, Caller.Transport.STDIO, roles)
                .offered(config.operations().stdio());
    }

    /** The name in the audit of the user who started this process: it is theirs, so they may say it. */
    private String actor(String user) {
        String named = environment.getOrDefault("WVO_ACTOR", "").strip();
        if (named.isEmpty() || SafeText.isName(named)) {
            return named.isEmpty() ? user : named;
        }
        stderr.println("weathervane: WVO_ACTOR is not used, because characters in it are not seen or steer a terminal: "
                + SafeText.quoted(named));
        return user;
    }

    private static Set<String> readOnlyTools(SchemaCatalog schemas) {
        return schemas.names().stream()
                .filter(name -> schemas.definition(name).annotations().readOnly())
                .collect(Collectors.toUnmodifiableSet());
    }
}

package io.weathervane;

import io.weathervane.auth.TokenFileException;
import io.weathervane.control.PolicyRefusedException;
import io.weathervane.settings.CliOverrides;
import io.weathervane.settings.ServerSettings;
import io.weathervane.settings.Settings;
import io.weathervane.settings.SettingsException;
import io.weathervane.settings.SettingsLoader;
import io.weathervane.store.StoreException;
import io.weathervane.tool.Caller;
import io.weathervane.tool.Role;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.transport.http.HttpStartException;
import io.weathervane.transport.socket.OwnerInfo;
import io.weathervane.transport.socket.StdioFrontDoor;
import io.weathervane.transport.socket.WorkspaceLock;
import io.weathervane.util.Closer;
import io.weathervane.util.Workspace;
import io.weathervane.util.WorkspaceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weathervane serve}: owns the workspace, or on stdio joins its owner. */
@Command(
        name = "serve",
        description = "Serves a workspace over HTTP (the default), stdio, or both.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    private static final int REFUSED = 1;
    private static final int USAGE = 2;

    private final Map<String, String> environment;
    private final InputStream stdin;
    private final OutputStream stdout;
    private final PrintStream stderr;

    @Option(names = "--stdio", description = "Speak MCP on stdin and stdout; ends when stdin does.")
    private boolean stdio;

    @Option(names = "--http", description = "Speak MCP on HTTP, at /mcp; the default without --stdio.")
    private boolean http;

    @Option(names = "--read-only", description = "Offer only tools that change nothing.")
    private boolean readOnly;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Default 127.0.0.1; another than a loopback address needs server.auth in the configuration.")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "PORT", description = "Default 3000; 0 = any free one, printed.")
    private @Nullable Integer port;

    @Option(names = "--workspace", paramLabel = "DIR", description = "Default WVO_WORKSPACE_ROOT, else this folder.")
    private @Nullable Path workspaceFolder;

    @Option(
            names = "--environment",
            paramLabel = "PRESET",
            description = "default, production, staging or development: the monitor's thresholds.")
    private @Nullable String preset;

    @Option(names = "--config", paramLabel = "FILE", description = "Default weathervane.yaml in the workspace.")
    private @Nullable Path config;

    ServeCommand(Map<String, String> environment, InputStream stdin, OutputStream stdout, PrintStream stderr) {
        this.environment = environment;
        this.stdin = stdin;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /**
     * Takes the words of a command line in their plain form, {@code --port 0}: a server then starts without picocli,
     * which takes as long as all else together. False, and nothing more to be done with this object, when there is
     * anything that picocli knows better: help, another form, a mistake.
     */
    boolean takePlain(List<String> words) {
        Set<String> seen = new HashSet<>();
        Iterator<String> rest = words.iterator();
        boolean plain = true;
        while (plain && rest.hasNext()) {
            String word = rest.next();
            plain = seen.add(word) && (takeSwitch(word) || (rest.hasNext() && takeValue(word, rest.next())));
        }
        return plain;
    }

    private boolean takeSwitch(String name) {
        switch (name) {
            case "--stdio" -> stdio = true;
            case "--http" -> http = true;
            case "--read-only" -> readOnly = true;
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean takeValue(String name, String value) {
        if (value.startsWith("-")) {
            return false;
        }
        switch (name) {
            case "--host" -> host = value;
            case "--port" -> port = plainNumber(value);
            case "--workspace" -> workspaceFolder = Path.of(value);
            case "--environment" -> preset = value;
            case "--config" -> config = Path.of(value);
            default -> {
                return false;
            }
        }
        return !name.equals("--port") || port != null;
    }

    private static @Nullable Integer plainNumber(String digits) {
        try {
            int number = Integer.parseInt(digits);
            return Integer.toString(number).equals(digits) ? number : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Preparation preparation = Preparation.begin();
        MessageLog.showOnStderr(Level.WARN);
        try {
            Workspace workspace = Workspace.locate(Optional.ofNullable(workspaceFolder), environment)
                    .create();
            Settings settings = SettingsLoader.load(workspace.defaultConfig(), environment, overrides());
            return stdio ? serveStdio(workspace, settings, preparation) : serveHttp(workspace, settings, preparation);
        } catch (SettingsException | PolicyRefusedException | WorkspaceException e) {
            return refuse(USAGE, e);
        } catch (HttpStartException | TokenFileException | StoreException | UncheckedIOException e) {
            return refuse(REFUSED, e);
        }
    }

    private int refuse(int exitCode, RuntimeException why) {
        stderr.println("weathervane: " + why.getMessage());
        return exitCode;
    }

    private CliOverrides overrides() {
        return new CliOverrides(
                Optional.ofNullable(config),
                Optional.ofNullable(host),
                Optional.ofNullable(port),
                Optional.ofNullable(preset),
                readOnly);
    }

    private int serveHttp(Workspace workspace, Settings settings, Preparation preparation) throws InterruptedException {
        Optional<Application> started = tryStart(workspace, settings, preparation);
        if (started.isEmpty()) {
            return refuseSecond(workspace);
        }
        try (Application application = closedOnExit(started.get())) {
            listen(application, workspace, settings);
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private int serveStdio(Workspace workspace, Settings settings, Preparation preparation)
            throws IOException, InterruptedException {
        try (Closer closer = new Closer()) {
            Optional<Application> first = tryStart(workspace, settings, preparation);
            if (first.isEmpty() && http) {
                return refuseSecond(workspace);
            }
            first.ifPresent(application -> closer.register(closedOnExit(application)));
            if (first.isPresent() && http) {
                listen(first.get(), workspace, settings);
            }
            StdioFrontDoor door = new StdioFrontDoor(
                    workspace.state(),
                    () -> first.isPresent()
                            ? first.map(Application::dispatcher)
                            : tryStart(workspace, settings, preparation)
                                    .map(application -> closer.register(closedOnExit(application)))
                                    .map(Application::dispatcher),
                    caller(settings),
                    stdin,
                    stdout,
                    readOnlyTools(preparation.schemas()));
            door.run();
        }
        return 0;
    }

    /** Empty when another process owns the workspace. */
    private Optional<Application> tryStart(Workspace workspace, Settings settings, Preparation preparation) {
        List<String> transports = new ArrayList<>();
        if (stdio) {
            transports.add("stdio");
        }
        if (http || !stdio) {
            transports.add("http");
        }
        OwnerInfo owner = OwnerInfo.ofThisProcess(Clock.systemUTC().instant(), transports);
        return WorkspaceLock.tryAcquire(workspace.state(), owner)
                .map(lock -> Application.start(workspace, settings, lock, environment, preparation));
    }

    private void listen(Application application, Workspace workspace, Settings settings) {
        ServerSettings server = settings.server();
        URI uri = application.listen(Configured.http(server), Configured.access(server, Clock.systemUTC()));
        stderr.println("weathervane: serving " + uri + " for the workspace " + workspace.root() + ", process "
                + ProcessHandle.current().pid());
    }

    private int refuseSecond(Workspace workspace) {
        String owner = WorkspaceLock.ownerOf(workspace.state())
                .map(OwnerInfo::describe)
                .orElse("another process");
        stderr.println("weathervane: this workspace is served already by " + owner
                + ". Use that server, stop it first, or name another workspace with --workspace.");
        return REFUSED;
    }

    /** A signal ends the process by its shutdown hooks, so the workers are stopped there too; closing twice is harmless. */
    private static Application closedOnExit(Application application) {
        Runtime.getRuntime().addShutdownHook(new Thread(application::close, "shutdown"));
        return application;
    }

    /** Whoever started this process may do everything, unless they asked for less. */
    private Caller caller(Settings settings) {
        return settings.server().readOnly()
                ? new Caller(actor(), Caller.Door.STDIO, Set.of(Role.VIEWER))
                : new Caller(actor(), Caller.Door.STDIO);
    }

    /** The name in the audit of whoever started this process: it is theirs, so they may say it. */
    private String actor() {
        String named = environment.getOrDefault("WVO_ACTOR", "").strip();
        return named.isEmpty() ? System.getProperty("user.name", "unknown") : named;
    }

    private static Set<String> readOnlyTools(SchemaCatalog schemas) {
        return schemas.names().stream()
                .filter(name -> schemas.definition(name).annotations().readOnly())
                .collect(Collectors.toUnmodifiableSet());
    }
}

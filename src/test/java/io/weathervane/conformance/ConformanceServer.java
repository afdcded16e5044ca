package io.weathervane.conformance;

import io.weathervane.completion.CompletionRequest;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpServices;
import io.weathervane.mcp.ServerChangeListener;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.prompt.PromptRegistry;
import io.weathervane.store.Database;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.task.TaskRepository;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.testing.TestHttp;
import io.weathervane.tool.Caller;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpServer;
import io.weathervane.transport.stdio.LineSession;
import io.weathervane.util.Ticker;
import io.weathervane.worker.remote.InterceptingProxy;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the public conformance suite runs against: our protocol and our transports, with the tools, resources and
 * prompts that the suite asks for by name. {@code --http FOLDER} serves on a free port and says on stdout where, until it
 * is killed, with its tasks in the folder, in both generations or in the legacy one; {@code --stdio} serves its standard
 * input until it ends, in both generations or in the one that is named, with its tasks in the folder if there is one.
 */
public final class ConformanceServer implements AutoCloseable {
    private final McpDispatcher dispatcher;

    public ConformanceServer() {
        this(services -> services);
    }

    private ConformanceServer(UnaryOperator<McpServices> more) {
        PromptRegistry prompts = FixturePrompts.registry();
        AtomicReference<@Nullable ServerChangeListener> changes = new AtomicReference<>();
        dispatcher = TestDispatchers.of(more.apply(McpServices.of(
                        new ServerInfo("conformance", "Conformance fixture", "1.0.0", "Call the tools by their names."),
                        new FixtureTools(() -> told(changes)).registry())
                .with(new FixtureResources())
                .with(prompts)
                .with(request -> complete(prompts, request))));
        changes.set(dispatcher.changes());
    }

    public static void main(String[] args) throws InterruptedException, IOException {
        if (args.length >= 1 && args[0].equals("--stdio")) {
            serveStdio(List.of(args).subList(1, args.length));
        } else if (args.length == 2 && args[0].equals("--http")) {
            serveHttp(Path.of(args[1]), /* legacy= */ false);
        } else if (args.length == 3 && args[0].equals("--http") && args[2].equals("legacy")) {
            serveHttp(Path.of(args[1]), /* legacy= */ true);
        } else {
            System.err.println("use --stdio [legacy|modern] [--tasks FOLDER], or --http FOLDER [legacy]");
            System.exit(2);
        }
    }

    public McpDispatcher dispatcher() {
        return dispatcher;
    }

    private static void serveStdio(List<String> options) {
        Optional<SingleGenerationServer> only = Stream.of(SingleGenerationServer.values())
                .filter(generation -> options.contains(generation.name().toLowerCase(Locale.ROOT)))
                .findFirst();
        int tasks = options.indexOf("--tasks");
        if (tasks < 0) {
            try (ConformanceServer server = new ConformanceServer()) {
                server.serveStdio(only);
            }
            return;
        }
        try (Database database = tasksIn(Path.of(options.get(tasks + 1)));
                ConformanceServer server = withTasks(database)) {
            server.serveStdio(only);
        }
    }

    private static Database tasksIn(Path folder) {
        return SqliteDatabase.open(folder.resolve("tasks.db"), StoreOptions.defaults());
    }

    private static ConformanceServer withTasks(Database database) {
        return new ConformanceServer(
                services -> services.with(TaskRepository.open(database, Clock.systemUTC(), Ticker.system())));
    }

    private void serveStdio(Optional<SingleGenerationServer> only) {
        PrintStream protocol = System.out;
        System.setOut(System.err);
        InputStream in =
                only.map(generation -> generation.of(System.in, protocol)).orElse(System.in);
        try (LineSession session = new LineSession(
                TestDispatchers.lines(dispatcher), in, protocol, new Caller("client", Caller.Transport.STDIO))) {
            session.run();
        }
    }

    private static void serveHttp(Path folder, boolean legacy) throws InterruptedException, IOException {
        HealthSource health = () -> new HealthSource.Health(200, JsonRpcCodec.JSON.createObjectNode());
        try (Database database = tasksIn(folder);
                ConformanceServer server = withTasks(database);
                HttpServer http = TestHttp.start(HttpOptions.of("127.0.0.1", 0), server.dispatcher, health)) {
            if (!legacy) {
                serveAt(http.uri());
                return;
            }
            try (InterceptingProxy proxy = InterceptingProxy.legacy(http.uri())) {
                serveAt(proxy.uri());
            }
        }
    }

    private static void serveAt(URI uri) throws InterruptedException {
        System.out.println(uri);
        new CountDownLatch(1).await();
    }

    @Override
    public void close() {
        dispatcher.close();
    }

    private static List<String> complete(PromptRegistry prompts, CompletionRequest request) {
        if (request.kind() == CompletionRequest.Kind.PROMPT) {
            prompts.find(request.target(), request.caller());
        }
        return Stream.of("test one", "test two", "another")
                .filter(value -> value.startsWith(request.typed()))
                .toList();
    }

    private static ServerChangeListener told(AtomicReference<@Nullable ServerChangeListener> changes) {
        ServerChangeListener present = changes.get();
        if (present == null) {
            throw new IllegalStateException("called before the server was made");
        }
        return present;
    }
}

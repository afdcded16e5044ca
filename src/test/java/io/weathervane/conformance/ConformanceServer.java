package io.weathervane.conformance;

import io.weathervane.completion.CompletionRequest;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpServices;
import io.weathervane.mcp.ServerChanges;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.prompt.PromptRegistry;
import io.weathervane.tool.Caller;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpServer;
import io.weathervane.transport.stdio.LineSession;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the public conformance suite runs against: our protocol and our transports, with the tools, resources and
 * prompts that the suite asks for by name. {@code --http} serves on a free port and says on stdout where, until it is
 * killed; {@code --stdio} serves its standard input until it ends.
 */
public final class ConformanceServer implements AutoCloseable {
    private final McpDispatcher dispatcher;

    public ConformanceServer() {
        PromptRegistry prompts = FixturePrompts.registry();
        AtomicReference<@Nullable ServerChanges> changes = new AtomicReference<>();
        dispatcher = new McpDispatcher(McpServices.of(
                        new ServerInfo("conformance", "Conformance fixture", "1.0.0", "Call the tools by their names."),
                        new FixtureTools(() -> told(changes)).registry())
                .with(new FixtureResources())
                .with(prompts)
                .with(request -> complete(prompts, request)));
        changes.set(dispatcher.changes());
    }

    public static void main(String[] args) throws InterruptedException {
        try (ConformanceServer server = new ConformanceServer()) {
            if (List.of(args).equals(List.of("--stdio"))) {
                server.serveStdio();
            } else if (List.of(args).equals(List.of("--http"))) {
                server.serveHttp();
            } else {
                System.err.println("use --stdio or --http");
                System.exit(2);
            }
        }
    }

    public McpDispatcher dispatcher() {
        return dispatcher;
    }

    private void serveStdio() {
        PrintStream protocol = System.out;
        System.setOut(System.err);
        try (LineSession session =
                new LineSession(dispatcher, System.in, protocol, new Caller("client", Caller.Door.STDIO))) {
            session.run();
        }
    }

    private void serveHttp() throws InterruptedException {
        HealthSource health = () -> new HealthSource.Health(200, JsonRpcCodec.JSON.createObjectNode());
        try (HttpServer http = HttpServer.start(HttpOptions.of("127.0.0.1", 0), dispatcher, health)) {
            System.out.println(http.uri());
            new CountDownLatch(1).await();
        }
    }

    @Override
    public void close() {
        dispatcher.close();
    }

    private static List<String> complete(PromptRegistry prompts, CompletionRequest request) {
        if (request.kind() == CompletionRequest.Kind.PROMPT) {
            prompts.find(request.target());
        }
        return Stream.of("test one", "test two", "another")
                .filter(value -> value.startsWith(request.typed()))
                .toList();
    }

    private static ServerChanges told(AtomicReference<@Nullable ServerChanges> changes) {
        ServerChanges present = changes.get();
        if (present == null) {
            throw new IllegalStateException("called before the server was made");
        }
        return present;
    }
}

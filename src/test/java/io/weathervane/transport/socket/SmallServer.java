package io.weathervane.transport.socket;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.transport.stdio.LineServices;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import tools.jackson.databind.node.ObjectNode;

/**
 * The least that serves a workspace on stdio: a process of its own for tests, started with the state folder.
 * Its tools: {@code who} (its process id), {@code read} and {@code write}, which note that they began in the
 * file {@code begun} and then wait for as long as the file {@code hold} is there when they begin.
 */
final class SmallServer {
    private static final String MANIFEST = """
        {"tools": [
          {"name": "who", "description": "Who.", "inputSchema": {"type": "object"}, "annotations":
            {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}},
          {"name": "read", "description": "Read.", "inputSchema": {"type": "object"}, "annotations":
            {"readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}},
          {"name": "write", "description": "Write.", "inputSchema": {"type": "object"}, "annotations":
            {"readOnlyHint": false, "destructiveHint": false, "idempotentHint": false, "openWorldHint": false}}
        ]}\
        """;

    static final int LINE_BYTES_MAX = 1024 * 1024;

    private final Path state;

    private SmallServer(Path state) {
        this.state = state;
    }

    public static void main(String[] args) throws Exception {
        Path state = Path.of(args[0]);
        boolean looking = args.length > 1 && args[1].equals("look");
        if (args.length > 1 && !looking) {
            System.exit(WorkspaceLock.tryAcquire(state, owner()).isPresent() ? 0 : 1);
        }
        PrintStream protocol = System.out;
        System.setOut(System.err);
        new FailoverStdioServer(
                        state,
                        new SmallServer(state)::tryTake,
                        looking
                                ? new Caller("client", Caller.Transport.STDIO, Set.of(CallerRole.VIEWER))
                                : new Caller("client", Caller.Transport.STDIO),
                        System.in,
                        protocol,
                        Set.of())
                .withLineBytes(LINE_BYTES_MAX)
                .run();
    }

    /** Starts one that only looks, and the client of it. */
    static StdioClient lookingClient(Path state) throws IOException {
        return StdioClient.start(program(state, "look"));
    }

    /** Starts one on the state folder, and the client of it. */
    static StdioClient client(Path state) throws IOException {
        return StdioClient.start(program(state));
    }

    static ProcessBuilder program(Path state, String... more) {
        List<String> command = new ArrayList<>(List.of(
                ServerProcess.java(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SmallServer.class.getName(),
                state.toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command);
    }

    static WorkspaceOwnerInfo owner() {
        return WorkspaceOwnerInfo.ofThisProcess(Instant.parse("2026-11-23T12:00:00Z"), List.of("stdio"));
    }

    private Optional<LineServices> tryTake() {
        return WorkspaceLock.tryAcquire(state, owner()).map(lock -> {
            LineServices services = TestDispatchers.lines(
                    TestDispatchers.of(new ServerInfo("small", "Small", "1", "none"), registry()));
            SocketServer.start(lock, services, Ticker.system());
            SocketServer.startReadOnly(lock, services, Ticker.system());
            return services;
        });
    }

    private ToolRegistry registry() {
        SchemaCatalog catalog = SchemaCatalog.of(
                (ObjectNode) JsonRpcCodec.JSON.readTree(MANIFEST), path -> JsonRpcCodec.JSON.createObjectNode());
        List<Tool> tools = List.of(
                new Named(catalog.definition("who"), this),
                new Named(catalog.definition("read"), this),
                new Named(catalog.definition("write"), this));
        return new ToolRegistry(tools, UpstreamToolSource.none(), catalog);
    }

    private ToolResult answer(String tool) {
        if (!tool.equals("who")) {
            boolean hold = Files.exists(state.resolve("hold"));
            note(tool);
            if (hold) {
                waitForever();
            }
        }
        String pid = Long.toString(ProcessHandle.current().pid());
        return ToolResult.of(pid, JsonRpcCodec.JSON.createObjectNode());
    }

    private void note(String tool) {
        try {
            Files.writeString(
                    state.resolve("begun"), tool + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void waitForever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Named(ToolDefinition definition, SmallServer server) implements Tool {
        @Override
        public ToolResult call(ToolCall call) {
            return server.answer(definition.name());
        }
    }
}

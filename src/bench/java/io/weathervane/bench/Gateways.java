package io.weathervane.bench;

import io.weathervane.bench.GatewayWay.Echo;
import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the gateway adds to a call, stdio to stdio and stdio to a server elsewhere: a worker called directly, and through
 * {@code run}, in turn; beside it a bare relay in the same place. Then what ten services cost in place of one.
 */
final class Gateways {
    /** Stdio to stdio; platform threads, before JDK 21, wake up sooner. */
    private static final GatewayComparison.Goal STDIO =
            new GatewayComparison.Goal(Runtime.version().feature() < 21 ? 50e3 : 60e3, 0.7);

    private static final GatewayComparison.Goal REMOTE = new GatewayComparison.Goal(0.3e6, 0.6);

    private static final Echo TEXT = new Echo("{\"text\":\"hello\"}", "hello");
    private static final Echo MESSAGE = new Echo("{\"message\":\"hello\"}", "Echo: hello");

    private final Pace pace;
    private final Results results;

    private Gateways(Pace pace, Results results) {
        this.pace = pace;
        this.results = results;
    }

    static void measure(Pace pace, Results results) throws Exception {
        Gateways gateways = new Gateways(pace, results);
        List<String> sample = List.of(System.getProperty("bench.launcher"), "sample-worker", "--label", "bench");
        gateways.throughBareRelay("sample worker (Java)", sample);
        gateways.onStdio("sample worker (Java)", sample, TEXT);
        if (everything().isPresent()) {
            gateways.onStdio(
                    "server-everything (Node)", List.of("node", everything().get()), MESSAGE);
        }
        gateways.elsewhere("bare HTTP server (Java)", JavaProgram.command(EchoHttp.class), TEXT);
        if (everything().isPresent()) {
            gateways.elsewhere(
                    "server-everything over HTTP (Node)", overHttp(everything().get()), MESSAGE);
        }
        new GatewayServices(pace, results).measure();
    }

    private static Optional<String> everything() {
        return Optional.of(System.getProperty("bench.everything", "none")).filter(path -> Files.exists(Path.of(path)));
    }

    /** It tells of each request on stdout, which is not read. */
    private static List<String> overHttp(String everything) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return List.of(
                    "env",
                    "PORT=" + free.getLocalPort(),
                    "sh",
                    "-c",
                    "exec node \"$0\" streamableHttp >/dev/null",
                    everything);
        }
    }

    private void onStdio(String name, List<String> command, Echo echo) throws Exception {
        Path folder = Folders.in(results.folder());
        List<String> through = new ArrayList<>(
                List.of(System.getProperty("bench.launcher"), "run", "--workspace", folder.toString(), "--"));
        through.addAll(command);
        try (GatewayWay direct = GatewayWay.onPipe("direct", start(command, folder), echo);
                GatewayWay gateway = GatewayWay.onPipe("gateway", start(through, folder), echo)) {
            new GatewayComparison(pace, results, name, Optional.of(STDIO)).measure(direct, gateway);
        }
    }

    /** What any program in the middle costs that reads the messages. */
    private void throughBareRelay(String name, List<String> command) throws Exception {
        Path folder = Folders.in(results.folder());
        List<String> through = JavaProgram.command(BareRelay.class, command.toArray(String[]::new));
        try (GatewayWay direct = GatewayWay.onPipe("direct", start(command, folder), TEXT);
                GatewayWay relay = GatewayWay.onPipe("relay", start(through, folder), TEXT)) {
            new GatewayComparison(pace, results, name + " through a bare relay", Optional.empty())
                    .measure(direct, relay);
        }
    }

    /** One server for both ways. */
    private void elsewhere(String name, List<String> command, Echo echo) throws Exception {
        Path folder = Folders.in(results.folder());
        RunningServer worker = start(command, folder);
        try (GatewayWay direct = GatewayWay.overHttp("direct", worker, worker.uri(), echo);
                GatewayWay gateway = GatewayWay.onPipe("gateway", start(to(worker.uri(), folder), folder), echo)) {
            new GatewayComparison(pace, results, name, Optional.of(REMOTE)).measure(direct, gateway);
        }
    }

    private static List<String> to(URI uri, Path folder) throws IOException {
        var servers = JsonRpcCodec.JSON.createObjectNode();
        servers.putObject("mcpServers").putObject("echo").put("type", "http").put("url", uri.toString());
        Path file = Files.writeString(folder.resolve("servers.json"), servers.toString());
        return List.of(
                System.getProperty("bench.launcher"),
                "run",
                "--workspace",
                folder.toString(),
                "--mcp-config",
                file.toString());
    }

    private static RunningServer start(List<String> command, Path folder) throws IOException {
        return RunningServer.start(Target.onAllProcessors(command), folder);
    }
}

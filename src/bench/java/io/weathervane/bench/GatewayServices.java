package io.weathervane.bench;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What ten services of thirty tools cost beside one: a {@code tools/list}, and the memory of the server without its workers. */
final class GatewayServices {
    private static final int SERVICES = 10;
    private static final int TOOLS = 30;
    private static final double LIST_NANOS_MAX = 5e6;
    private static final double ADDED_MIB_MAX = 60;
    private static final double MIB = 1 << 20;
    private static final int LISTS_A_SECOND = 100;

    /** Calls of each service before the memory is looked at. */
    private static final int CALLS = 200;

    /** How long services may take until all their tools are listed. */
    private static final long READY_MAX_SECONDS = 60;

    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    private final Pace pace;
    private final Results results;

    GatewayServices(Pace pace, Results results) {
        this.pace = pace;
        this.results = results;
    }

    /** Memory of a server after a collection. */
    private record Held(double residentMib, double heapMib) {}

    void measure() throws Exception {
        Path folder = Folders.in(results.folder());
        List<String> bare = JavaProgram.command(EchoStdio.class, Integer.toString(SERVICES * TOOLS));
        try (RunningServer direct = RunningServer.start(Target.onAllProcessors(bare), folder);
                RunningServer one = gateway(1);
                RunningServer ten = gateway(SERVICES)) {
            PipeLane bareLane = lane(direct, SERVICES * TOOLS);
            PipeLane oneLane = lane(one, TOOLS);
            PipeLane tenLane = lane(ten, SERVICES * TOOLS);
            Samples bareLists = new Samples();
            Samples lists = new Samples();
            long warmUp = LISTS_A_SECOND * pace.warmUp().toSeconds();
            for (long i = 0; i < warmUp + LISTS_A_SECOND * (long) pace.rounds(); i++) {
                long directly = list(bareLane).nanos();
                list(oneLane);
                long through = list(tenLane).nanos();
                if (i >= warmUp) {
                    bareLists.add(directly);
                    lists.add(through);
                }
            }
            results.raw("tools-list", lists);
            report(bareLists, lists);
            call(oneLane, 1);
            call(tenLane, SERVICES);
            report(held(one), held(ten));
        }
    }

    private RunningServer gateway(int services) throws IOException {
        Path folder = Folders.in(results.folder());
        ObjectNode file = JsonRpcCodec.JSON.createObjectNode();
        ObjectNode servers = file.putObject("mcpServers");
        List<String> worker = JavaProgram.command(EchoStdio.class, Integer.toString(TOOLS));
        for (int i = 0; i < services; i++) {
            ObjectNode server = servers.putObject(name(i)).put("command", worker.get(0));
            ArrayNode arguments = server.putArray("args");
            worker.stream().skip(1).forEach(arguments::add);
        }
        Path config = Files.writeString(folder.resolve("servers.json"), file.toString());
        return RunningServer.start(
                Target.onAllProcessors(List.of(
                        System.getProperty("bench.launcher"),
                        "run",
                        "--workspace",
                        folder.toString(),
                        "--mcp-config",
                        config.toString())),
                folder);
    }

    private static String name(int service) {
        return "s" + service;
    }

    /** Waits until all tools of the services are there. */
    private static PipeLane lane(RunningServer server, int tools) throws IOException, InterruptedException {
        PipeLane lane = new PipeLane(server.process(), "hello");
        lane.handshake(Protocol.LEGACY);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_MAX_SECONDS);
        while (list(lane).tools() < tools) {
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException("not all of " + tools + " tools were listed in time");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return lane;
    }

    /**
     * A whole list, of all its pages.
     *
     * @param nanos until the last page was there, without what the client makes of them
     * @param tools those of the workers
     */
    private record Listed(long nanos, long tools) {}

    private static Listed list(PipeLane lane) throws IOException {
        long nanos = 0;
        long tools = 0;
        String cursor = "";
        do {
            byte[] request = request(cursor);
            long begun = System.nanoTime();
            byte[] answer = lane.ask(request);
            nanos += System.nanoTime() - begun;
            JsonNode result = JsonRpcCodec.JSON.readTree(answer).path("result");
            tools += result.path("tools")
                    .valueStream()
                    .filter(tool -> tool.path("name").asString("").contains("echo"))
                    .count();
            cursor = result.path("nextCursor").asString("");
        } while (!cursor.isEmpty());
        return new Listed(nanos, tools);
    }

    private static byte[] request(String cursor) {
        ObjectNode request = JsonRpcCodec.JSON.createObjectNode().put("jsonrpc", "2.0");
        request.put("id", Protocol.FIRST_ID).put("method", "tools/list");
        ObjectNode params = request.putObject("params");
        if (!cursor.isEmpty()) {
            params.put("cursor", cursor);
        }
        return JsonRpcCodec.JSON.writeValueAsBytes(request);
    }

    private static void call(PipeLane lane, int services) throws IOException {
        for (int i = 0; i < services; i++) {
            String tool = services == 1 ? "echo" : name(i) + "_echo";
            lane.run(Protocol.LEGACY.call(tool, "{\"text\":\"hello\"}"), 1, Quota.of(CALLS))
                    .allRight();
        }
    }

    private static Held held(RunningServer server) throws IOException, InterruptedException {
        jcmd(server, "GC.run");
        Matcher used = USED.matcher(jcmd(server, "GC.heap_info").split("Metaspace")[0]);
        double kib = 0;
        while (used.find()) {
            kib += Double.parseDouble(used.group(1));
        }
        return new Held(server.residentBytes() / MIB, kib / 1024);
    }

    private static String jcmd(RunningServer server, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(server.process().pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + command + " said " + said);
        }
        return said;
    }

    private void report(Samples direct, Samples lists) throws IOException {
        results.row(Row.judged(
                SERVICES + " services of " + TOOLS + " tools, tools/list of all pages, p50",
                Show.nanos(lists.median()),
                Show.nanos(direct.median()) + ": one worker with all of them",
                Show.ratio(lists.median(), direct.median()),
                "<= " + Show.nanos(LIST_NANOS_MAX),
                lists.median() <= LIST_NANOS_MAX,
                "p99 " + Show.nanos(lists.percentile(99)) + " against " + Show.nanos(direct.percentile(99))));
    }

    private void report(Held one, Held ten) throws IOException {
        results.row(Row.judged(
                SERVICES + " services of " + TOOLS + " tools, resident without workers",
                Show.number(ten.residentMib()) + " MiB",
                Show.number(one.residentMib()) + " MiB: one service",
                Show.ratio(ten.residentMib(), one.residentMib()),
                "<= " + Show.number(ADDED_MIB_MAX) + " MiB more",
                ten.residentMib() - one.residentMib() <= ADDED_MIB_MAX,
                "heap after a collection " + Show.number(ten.heapMib()) + " against " + Show.number(one.heapMib())
                        + " MiB"));
    }
}

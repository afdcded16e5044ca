package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.weathervane.app.TestServer;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.testing.Await;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.ToolResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Two real releases: v1 fails one call in a way that v2 keeps, v2 fails in a second way in the same tool and in a third one in
 * another. v2 is promoted, rolled back by the monitor, and everything that tells of it says the same; what is stored says it
 * after a restart, too.
 */
class WhatFailedTest {
    private static final String SECRET = "hunter2-t0psecret";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private static final String WORKER = """
        tools='{"name":"search","annotations":{"readOnlyHint":true}},{"name":"pay"}'
        n=0; p=0
        call() {
          reply='"result":{"content":[{"type":"text","text":"fine from '$1'"}]}'
          case $line in
          *strange*) reply='"error":{"code":-32602,"message":"no such query"}' ;;
          *hard*) reply='"error":{"code":-32603,"message":"index is broken"}' ;;
          *'"pay"'*) p=$((p + 1)); [ "$1$((p %% 2))" = v21 ] && reply='"error":{"code":-32050,"message":"no funds"}' ;;
          *) n=$((n + 1)); [ "$1$((n %% 2))" = v21 ] && reply='"result":{"isError":true,"content":[{"type":"text","text":"shard '$n' of \\"eu\\" refused password=%s"}]}' ;;
          esac
        }
        while IFS= read -r line; do
          id=${line#*'"id":'}; id=${id%%%%[,\\}]*}
          reply='"error":{"code":-32601,"message":"Method not found"}'
          case $line in
          *'"initialize"'*) reply='"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s","version":"1"}}' ;;
          *'"notifications/'*) continue ;;
          *'"tools/list"'*) reply='"result":{"tools":['$tools']}' ;;
          *'"ping"'*) reply='"result":{}' ;;
          *'"tools/call"'*) call "$1" ;;
          esac
          printf '{"jsonrpc":"2.0","id":%%s,%%s}\\n' "$id" "$reply"
        done
        """.formatted(SECRET);

    @TempDir
    static Path folder;

    private static final List<String> ALERTS = new CopyOnWriteArrayList<>();
    private static final Map<String, Long> V2_KINDS = new TreeMap<>();
    private static HttpServer receiver;
    private static String config;
    private static TestServer server;

    /** What the server that acted says. */
    private static final Map<String, JsonNode> LIVE = new TreeMap<>();

    private static final Map<String, String> LIVE_TEXTS = new TreeMap<>();

    @BeforeAll
    static void aReleaseThatFailsInThreeWaysIsRolledBack() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            ALERTS.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        Path script = Files.writeString(folder.resolve("worker.sh"), WORKER);
        config = """
            monitor: {checkInterval: 300ms, gracePeriod: 5m, minRequests: 5}
            alerts: {webhooks: [{url: "http://127.0.0.1:%d/", timeout: 5s}]}
            workers:
              initial: v1
              drainTimeout: 1s
              stopTimeout: 1s
              releases:
                v1: {kind: mcp, command: [sh, "%s", v1]}
                v2: {kind: mcp, command: [sh, "%s", v2]}
            """.formatted(receiver.getAddress().getPort(), script, script);
        server = TestServer.start(folder, config);
        for (int i = 0; i < 40; i++) {
            use("search", "q" + i);
            use("pay", "p" + i);
        }
        use("search", "hard");
        server.done("worker_start_canary", "{'release': 'v2'}");
        server.done("worker_promote", "{'confirm': true}");
        use("search", "hard");
        use("search", "strange");
        Await.until("v2 is rolled back", () -> {
            for (int i = 0; i < 10; i++) {
                use("search", "q" + i);
                use("pay", "p" + i);
            }
            return server.newest("rollback-executed").isObject();
        });
        for (String tool : List.of("monitor_status", "worker_status")) {
            LIVE.put(tool, server.done(tool, "{}").path("failures"));
            LIVE_TEXTS.put(tool, server.textOf(tool, "{}"));
        }
    }

    @AfterAll
    static void stop() {
        server.close();
        receiver.stop(0);
    }

    /** Calls a tool, and counts how it failed. */
    private static void use(String tool, String query) {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        arguments.put("q", query).put("api_key", SECRET);
        try {
            ToolResult result = server.call(tool, arguments, new Traced());
            count(result.isError() ? "search: shard <n> of <value> refused" : "none");
        } catch (JsonRpcException e) {
            count(tool + ": " + e.code());
        }
    }

    private static void count(String kind) {
        V2_KINDS.merge(kind, 1L, Long::sum);
    }

    private static final class Traced implements CallChannel {
        @Override
        public ObjectNode meta() {
            return JsonNodeFactory.instance.objectNode().put("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");
        }
    }

    private static JsonNode release(JsonNode failures, String label) {
        return failures.path("releases")
                .valueStream()
                .filter(one -> one.path("release").asString().equals(label))
                .findFirst()
                .orElseThrow(() -> new AssertionError(label + " is not in " + failures));
    }

    private static JsonNode kind(JsonNode release, String tool, Predicate<String> kind) {
        return release.path("tools")
                .valueStream()
                .filter(one -> one.path("tool").asString().equals(tool))
                .flatMap(one -> one.path("kinds").valueStream())
                .filter(one -> kind.test(one.path("kind").asString()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(tool + " is not in " + release));
    }

    /** The three kinds of v2 beside v1's, as each place shows them. */
    private static void assertTellsOfV2(JsonNode failures) {
        JsonNode v2 = release(failures, "v2");
        JsonNode shard = kind(v2, "search", kind -> kind.startsWith("shard <n> of <value> refused"));
        JsonNode index = kind(v2, "search", "-32603 Internal error"::equals);
        JsonNode funds = kind(v2, "pay", "-32050 Server error"::equals);
        assertThat(v2.path("comparedWith").asString()).isEqualTo("v1");
        assertThat(shard.path("type").asString()).isEqualTo("tool-error");
        assertThat(shard.path("new").asBoolean(false)).isTrue();
        assertThat(shard.at("/previous/calls").asLong()).isGreaterThanOrEqualTo(41);
        assertThat(shard.at("/previous/count").asLong()).isZero();
        assertThat(shard.at("/samples/0/traceId").asString()).isEqualTo(TRACE);
        assertThat(shard.at("/samples/0/text").asString()).startsWith("shard ").contains("[redacted]");
        assertThat(shard.at("/samples/0/arguments").asString())
                .startsWith("{\"q\":\"q")
                .contains("[redacted]");
        assertThat(index.path("count").asLong()).isEqualTo(1);
        assertThat(index.path("new").asBoolean(true)).isFalse();
        assertThat(index.at("/previous/count").asLong()).isEqualTo(1);
        assertThat(funds.path("new").asBoolean(false)).isTrue();
        assertThat(sum(v2)).isEqualTo(v2.path("failed").asLong());
        assertThat(release(failures, "v1").path("failed").asLong()).isEqualTo(1);
        assertThat(failures.toString()).doesNotContain(SECRET);
    }

    private static long sum(JsonNode release) {
        return release.path("tools")
                .valueStream()
                .flatMap(tool -> tool.path("kinds").valueStream())
                .mapToLong(kind -> kind.path("count").asLong())
                .sum();
    }

    private static void assertTextTellsOfV2(String text) {
        assertThat(text)
                .contains("what failed in v2")
                .contains("tool error \"shard <n> of <value> refused")
                .contains("new in this release, v1 has none in ")
                .containsPattern("-32603 Internal error; v1 fails (the same|so less often): 1 of ")
                .contains("-32050 Server error; new in this release")
                .contains("trace " + TRACE)
                .doesNotContain(SECRET);
    }

    @Test
    void theStatusOfMonitorAndWorkersTellsItOfBothReleasesAfterTheRollback() {
        JsonNode workers = LIVE.get("worker_status");

        assertThat(LIVE.get("monitor_status")).isEqualTo(workers);
        assertTellsOfV2(workers);
        JsonNode v2 = release(workers, "v2");
        assertThat(kind(v2, "search", kind -> kind.startsWith("shard"))
                        .path("count")
                        .asLong())
                .isEqualTo(V2_KINDS.get("search: shard <n> of <value> refused"));
        assertThat(kind(v2, "pay", kind -> kind.startsWith("-32050"))
                        .path("count")
                        .asLong())
                .isEqualTo(V2_KINDS.get("pay: -32050"));
        assertThat(v2.at("/callerErrors/0/kinds/0/kind").asString()).isEqualTo("-32602 Invalid params");
        assertThat(release(workers, "v1").path("role").asString()).isEqualTo("active");
        assertThat(LIVE_TEXTS.values()).allSatisfy(WhatFailedTest::assertTextTellsOfV2);
    }

    @Test
    void theAlertTellsIt() {
        Await.until("the alert is there", () -> rollbackAlert().isObject());

        assertTellsOfV2(rollbackAlert().at("/details/failures"));
        assertThat(rollbackAlert().path("text").asString())
                .contains("what failed in v2: ")
                .contains("tool error \"shard <n> of <value> refused")
                .contains("new in this release, v1 has none in ");
        assertThat(ALERTS.toString()).doesNotContain(SECRET);
    }

    private static JsonNode rollbackAlert() {
        return ALERTS.stream()
                .map(JsonRpcCodec.JSON::readTree)
                .filter(alert -> alert.path("type").asString().equals("rollback_executed"))
                .findFirst()
                .orElse(JsonNodeFactory.instance.missingNode());
    }

    @Test
    void decisionEvidenceAndReportTellItAlsoAfterARestart() throws IOException {
        assertStoredTellsOfV2();

        server.close();
        server = TestServer.start(folder, config);

        assertStoredTellsOfV2();
        assertThat(server.done("worker_status", "{}").at("/failures/releases"))
                .as("in memory only")
                .noneMatch(release -> release.path("release").asString().equals("v2"));
    }

    private static void assertStoredTellsOfV2() throws IOException {
        assertTellsOfV2(server.done("decision_explain", "{}").path("failures"));
        assertTextTellsOfV2(server.textOf("decision_explain", "{}"));
        Path bundle = Path.of(server.done("evidence_collect", "{'title': 'v2'}")
                .path("folder")
                .asString());
        JsonNode file = JsonRpcCodec.JSON.readTree(Files.readString(bundle.resolve("failures.json")));
        assertThat(file.at("/decision/decision").asString()).isEqualTo("rollback");
        assertTellsOfV2(file.at("/decision/failures"));
        assertThat(file.at("/now/releases").isArray()).isTrue();
        String report = server.done("incident_report", "{}").path("markdown").asString();
        assertTextTellsOfV2(report);
        assertThat(report).contains("\n- what failed in v2", "\n  - search: ", "\n    - ");
        try (Stream<Path> files = Files.list(bundle)) {
            assertThat(files.map(WhatFailedTest::text)).noneMatch(text -> text.contains(SECRET));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.weathervane.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.testing.Await;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CountedLookups;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.transport.stdio.LineSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A request's tool is looked up once, whatever is asked about it until the request has its answer. */
class ToolLookupTest {
    /** Over it the body is not read before the caller is known. */
    private static final int LARGE = 9_000;

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<CountedLookups> counted = new ArrayList<>();
    private TestServer server;
    private McpDispatcher dispatcher;

    /**
     * A call and its lookups.
     *
     * @param answer what its answer has
     */
    private record Case(String tool, String arguments, String answer, List<String> lookups) {
        static Case ofOurs(String tool, String arguments, String answer) {
            return new Case(tool, arguments, answer, List.of("ours " + tool));
        }

        static Case ofWorkers(String tool, String arguments, String answer) {
            return new Case(tool, arguments, answer, List.of("ours " + tool, "worker's " + tool));
        }
    }

    private static List<Case> cases() {
        return List.of(
                Case.ofOurs("mcp_admin_flags", "{\"action\": \"get\"}", "PROMPT_MODE"),
                Case.ofOurs("monitor_status", "{}", "structuredContent"),
                Case.ofOurs("kill_switch_engage", "{\"reason\": 7}", "Invalid arguments"),
                Case.ofWorkers("echo", "{\"text\": \"one\"}", "one"),
                Case.ofWorkers("echo", "{\"text\": \"" + "x".repeat(LARGE) + "\"}", "xxx"),
                Case.ofWorkers("in_no_list", "{}", "content"));
    }

    @BeforeEach
    void starts() {
        server = TestServer.start(folder, TestServer.WITH_WORKERS);
        dispatcher = server.dispatcher(this::counting);
    }

    @AfterEach
    void ends() {
        server.close();
    }

    private ToolRegistry counting(ToolRegistry registry) {
        CountedLookups lookups = new CountedLookups(registry);
        counted.add(lookups);
        return lookups.registry();
    }

    @Test
    void looksAToolUpOnceForACallOverHttp() throws Exception {
        URI mcp = server.listen(dispatcher).resolve("/mcp");
        for (boolean modern : new boolean[] {false, true}) {
            // With the second one the caller's user is not known, so its role is asked for.
            for (String header : List.of("X-Nothing", "X-Forwarded-For")) {
                for (Case one : cases()) {
                    String answer = post(mcp, "tools/call", one.tool(), body(one, modern), modern, header);

                    assertLooksUpOnce(one, answer, "modern " + modern + " " + header);
                }
            }
        }
    }

    @Test
    void looksAToolUpOnceForACallThatGoesOnAsATask() throws Exception {
        URI mcp = server.listen(dispatcher).resolve("/mcp");
        Case collects = Case.ofOurs("evidence_collect", "{}", "taskId");
        String begun = post(mcp, "tools/call", collects.tool(), body(collects, true), true, "X-Nothing");
        String id =
                JsonRpcCodec.JSON.readTree(begun).path("result").path("taskId").asString("");

        Await.until(
                "the task has ended",
                () -> post(mcp, "tasks/get", id, taskBody(id), true, "X-Nothing")
                        .contains("\"status\":\"completed\""));

        assertLooksUpOnce(collects, begun, "task");
    }

    @Test
    void looksAToolUpOnceForACallOnALine() {
        for (boolean modern : new boolean[] {false, true}) {
            for (Case one : cases()) {
                String line = body(one, modern) + "\n";
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (LineSession session = new LineSession(
                        TestDispatchers.lines(dispatcher),
                        new ByteArrayInputStream(line.getBytes(UTF_8)),
                        out,
                        new Caller("ada", Caller.Transport.STDIO))) {
                    session.run();
                }

                assertLooksUpOnce(one, out.toString(UTF_8), "modern " + modern);
            }
        }
    }

    private String post(URI mcp, String method, String name, String body, boolean modern, String header)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(mcp)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .header(header, "192.0.2.1")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (modern) {
            request.header("MCP-Protocol-Version", "2026-07-28")
                    .header("Mcp-Method", method)
                    .header("Mcp-Name", name);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private void assertLooksUpOnce(Case one, String answer, String how) {
        assertThat(answer).as("%s %s", how, one.tool()).contains(one.answer());
        assertThat(counted.get(0).take()).as("%s %s", how, one.tool()).isEqualTo(one.lookups());
    }

    private static String body(Case one, boolean modern) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("name", one.tool());
        params.set("arguments", JsonRpcCodec.JSON.readTree(one.arguments()));
        if (modern) {
            params.set("_meta", META);
        }
        return request("tools/call", params);
    }

    private static String taskBody(String id) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("taskId", id);
        return request("tasks/get", params.set("_meta", META));
    }

    private static String request(String method, ObjectNode params) {
        ObjectNode request =
                JsonRpcCodec.JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
        return request.put("method", method).set("params", params).toString();
    }

    /** Of a client that takes tasks. */
    private static final JsonNode META = JsonRpcCodec.JSON.readTree("""
        {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
         "io.modelcontextprotocol/clientCapabilities":
             {"extensions": {"io.modelcontextprotocol/tasks": {}}}}\
        """);
}

package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.auth.TokenHashFileStore;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.LiveFolder;
import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.StdioClient;
import io.weathervane.testing.TestIssuer;
import io.weathervane.testing.WireCheck;
import io.weathervane.tool.CallerRole;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A whole server whose callers prove who they are. */
class AuthenticatedServerIT {
    private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}";

    private static final String AS_TASK = "{\"name\":\"evidence_collect\",\"arguments\":{\"title\":\"x\"},\"_meta\":"
            + "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"test\",\"version\":\"1\"},"
            + "\"io.modelcontextprotocol/clientCapabilities\":{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}}}";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final StringBuilder answers = new StringBuilder();

    @TempDir
    private Path folder;

    private Path workspace;

    @BeforeEach
    void makeWorkspace() throws IOException {
        workspace = Files.createDirectory(folder.resolve("workspace"));
    }

    @Test
    void neverWritesOrSaysATokenThatItWasShownAnywhere() throws Exception {
        TokenHashFileStore file = new TokenHashFileStore(workspace.resolve("tokens.json"));
        String good =
                file.create("olaf", Set.of(CallerRole.VIEWER, CallerRole.OPERATOR), Instant.now(), Optional.empty());
        String revoked = file.create("rita", Set.of(CallerRole.VIEWER), Instant.now(), Optional.empty());
        String expired = file.create(
                "ernst",
                Set.of(CallerRole.VIEWER),
                Instant.now(),
                Optional.of(Instant.now().plusMillis(1)));
        try (TestIssuer issuer = new TestIssuer();
                TestIssuer stranger = TestIssuer.impostor()) {
            String jwt = issuer.token("alice", "weathervane:view weathervane:operate");
            String forged = stranger.token("mallory", "weathervane:operate");
            List<String> tokens = List.of(good, revoked, expired, jwt, forged, "wvt_" + "x".repeat(43));
            configure(issuer);
            String stderr;
            try (ServerProcess server = ServerProcess.serve(workspace)) {
                file.revoke("rita");
                for (String token : tokens) {
                    showEverywhere(server.uri(), token);
                }
                engage(server.uri(), jwt);
                collectEvidence(server.uri(), good);
                stderr = server.stderr();
            }

            assertThat(stderr + answers).contains("alice@id.example.org/realms/ops");
            for (String token : tokens) {
                for (String part : parts(token)) {
                    assertThat(stderr).doesNotContain(part);
                    assertThat(answers.toString()).doesNotContain(part);
                    assertThat(filesWith(part)).as("files with a token").isEmpty();
                }
            }
        }
    }

    @Test
    void rulesOfAccessHoldForTokensByRoleNameAndScopeAndNotForTheCommandLineOfTheOwner() throws Exception {
        TokenHashFileStore file = new TokenHashFileStore(workspace.resolve("tokens.json"));
        Set<CallerRole> both = Set.of(CallerRole.VIEWER, CallerRole.OPERATOR);
        String olaf = file.create("olaf", both, Instant.now(), Optional.empty());
        String rita = file.create("rita", both, Instant.now(), Optional.empty());
        String anna = file.create("anna", Set.of(CallerRole.APPROVER), Instant.now(), Optional.empty());
        try (TestIssuer issuer = new TestIssuer()) {
            configure(issuer);
            Files.writeString(workspace.resolve("weathervane.yaml"), """
                access:
                  - {principals: [rita], deny: ["*_flags", kill_switch_reset]}
                  - {scopes: ["weathervane:view"], allow: [monitor_status]}
                  - {roles: [approver], deny: [approval_grant]}
                """, StandardOpenOption.APPEND);
            String jwt = issuer.token("alice", "weathervane:view weathervane:operate");
            String flags = "{\"action\": \"get\"}";
            try (ServerProcess server = ServerProcess.serve(workspace);
                    StdioClient owner = StdioClient.packaged(workspace)) {
                assertThat(call(server.uri(), rita, "mcp_admin_flags", flags)).contains("is denied to rita");
                assertThat(post(server.uri(), LIST, "Authorization", "Bearer " + rita))
                        .contains("monitor_status")
                        .doesNotContain("mcp_admin_flags", "kill_switch_reset\"");
                assertThat(call(server.uri(), olaf, "mcp_admin_flags", flags)).contains("DISABLE_NEW = 0");
                assertThat(call(server.uri(), jwt, "mcp_admin_flags", flags))
                        .contains("is denied to alice@id.example.org/realms/ops");
                assertThat(call(server.uri(), jwt, "monitor_status", "{}")).contains("\"isError\":false");
                assertThat(call(server.uri(), anna, "approval_grant", "{}")).contains("is denied to anna");
                assertThat(owner.text(owner.call("audit_query", "{\"kinds\":[\"call-denied\"]}")))
                        .contains("call-denied", "rita", "anna");
            }
        }
    }

    @Test
    void aReadOnlyServerHasNoToolThatChangesAnything() throws Exception {
        Files.writeString(workspace.resolve("weathervane.yaml"), "environment: default\n");
        try (ServerProcess server = ServerProcess.serve(workspace, "--read-only")) {
            JsonNode tools = json(post(server.uri(), LIST)).at("/result/tools");
            String engage = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                    + "{\"name\":\"kill_switch_engage\",\"arguments\":{\"reason\":\"x\"}}}";

            assertThat(tools)
                    .isNotEmpty()
                    .allMatch(tool -> tool.at("/annotations/readOnlyHint").asBoolean(false));
            assertThat(json(post(server.uri(), engage)).at("/error/message").asString())
                    .startsWith("Unknown tool: kill_switch_engage");
        }
    }

    @Test
    void whoJoinsReadOnlyHasNoToolThatChangesAnythingEither() throws Exception {
        ServerProcess.configure(workspace, "", "stable");
        try (ServerProcess server = ServerProcess.serve(workspace);
                StdioClient joined = StdioClient.packaged(workspace, "--read-only")) {
            assertThat(joined.toolNames()).contains("get_forecast").doesNotContain("record_observation");

            assertThat(joined.text(joined.call("get_forecast", "{\"city\":\"Oslo\"}")))
                    .contains("Oslo");
            assertThat(error(joined, joined.call("kill_switch_engage", "{\"reason\":\"x\"}")))
                    .startsWith("Unknown tool: kill_switch_engage");
            assertThat(error(joined, joined.call("record_observation", "{\"text\":\"x\"}")))
                    .startsWith("Unknown tool: record_observation");
            assertThat(error(joined, joined.send("tools/call", AS_TASK))).startsWith("Unknown tool: evidence_collect");
            assertThat(server.health().at("/status").asString("")).isEqualTo("ok");
        }
    }

    private static String error(StdioClient client, int id) {
        return client.answer(id).at("/error/message").asString("");
    }

    private void configure(TestIssuer issuer) throws IOException {
        Files.writeString(workspace.resolve("weathervane.yaml"), """
            server:
              auth:
                tokens: {file: tokens.json}
                oauth: {issuer: "%s", resource: "%s", jwks: "%s"}
            """.formatted(
                        TestIssuer.ISSUER, TestIssuer.RESOURCE, issuer.keys()));
    }

    /** In the right header, well and badly formed, and in the other places where a client might put one. */
    private void showEverywhere(URI mcp, String token) throws Exception {
        post(mcp, LIST, "Authorization", "Bearer " + token);
        post(mcp, LIST, "Authorization", "bearer  " + token + " ");
        post(mcp, LIST, "Authorization", "Bearer " + token + " " + token);
        post(mcp, LIST, "Authorization", "Basic " + token);
        post(mcp, LIST, "Authorization", token);
        post(mcp, LIST, "Authorization", "Bearer {" + token + "}");
        post(mcp, LIST, "Cookie", "token=" + token, "X-Api-Key", token, "Mcp-Session-Id", token);
        post(mcp, LIST, "Origin", "https://" + token + ".example.org");
        post(mcp, LIST, "Authorization", "Bearer " + token, "Mcp-Session-Id", token);
        post(mcp, "{\"token\": \"" + token + "\"", "Authorization", "Bearer " + token);
        post(URI.create(mcp + "?access_token=" + token), LIST);
        post(mcp.resolve("/" + token), LIST, "Authorization", "Bearer " + token);
    }

    private void engage(URI mcp, String token) throws Exception {
        call(mcp, token, "kill_switch_engage", "{\"reason\": \"a test\"}");
        assertThat(call(mcp, token, "audit_query", "{}")).contains("alice@id.example.org/realms/ops");
    }

    private void collectEvidence(URI mcp, String token) throws Exception {
        assertThat(call(mcp, token, "evidence_collect", "{\"title\": \"tokens\"}"))
                .contains("\"isError\":false");
        assertThat(workspace.resolve("state/incidents")).isNotEmptyDirectory();
    }

    private String call(URI mcp, String token, String tool, String arguments) throws Exception {
        String body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + "}}";
        return post(mcp, body, "Authorization", "Bearer " + token);
    }

    private String post(URI uri, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(40))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        WireCheck.exchange(body, Optional.empty(), /* session= */ false, response.body());
        answers.append(response.statusCode())
                .append(response.headers().map())
                .append(response.body())
                .append('\n');
        return response.body();
    }

    /** What would give it away, whole or without its prefix or signature. */
    private static List<String> parts(String token) {
        List<String> parts = new ArrayList<>(List.of(token));
        if (token.startsWith("wvt_")) {
            parts.add(token.substring("wvt_".length()));
        } else {
            parts.addAll(List.of(token.split("\\.")).subList(1, 3));
        }
        return parts;
    }

    private List<Path> filesWith(String text) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Map.Entry<Path, LiveFolder.Entry> file :
                LiveFolder.entries(workspace).entrySet()) {
            if (file.getValue().isFile()
                    && new String(LiveFolder.bytes(file.getKey()), StandardCharsets.ISO_8859_1).contains(text)) {
                found.add(file.getKey());
            }
        }
        return found;
    }

    private static JsonNode json(String body) {
        return JsonRpcCodec.JSON.readTree(body);
    }
}

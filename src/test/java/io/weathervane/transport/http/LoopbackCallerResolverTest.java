package io.weathervane.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.peer.Peer;
import io.weathervane.testing.Await;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopbackCallerResolverTest {
    private static final Peer OWNER = new Peer(Peer.Kind.SERVER_USER, "root");
    private static final Peer OTHER = new Peer(Peer.Kind.OTHER_USER, "nobody");

    /** For what only a server run by root can try: another user, started so that it is not this process's child. */
    private static final List<String> AS_ANOTHER =
            List.of("setsid", "-f", "setpriv", "--reuid=65534", "--clear-groups");

    @Test
    void theOwnerOfTheServerMayDoEverything() {
        Caller caller = LoopbackCallerResolver.of(OWNER, HttpFields.EMPTY, false);

        assertThat(caller.hasAll()).isTrue();
        assertThat(caller.name()).isEqualTo("root");
        assertThat(caller.suppliesCommands()).isFalse();
    }

    @Test
    void everyOtherUserLooks() {
        for (boolean trusting : new boolean[] {false, true}) {
            Caller caller = LoopbackCallerResolver.of(OTHER, HttpFields.EMPTY, trusting);

            assertThat(caller.roles()).containsExactly(CallerRole.VIEWER);
            assertThat(caller.name()).isEqualTo("nobody");
            assertThat(caller.identity()).isEqualTo(Caller.Identity.OTHER_USER);
        }
    }

    @Test
    void whomTheSystemDoesNotKnowLooksUnlessLoopbackIsTrusted() {
        assertThat(LoopbackCallerResolver.of(Peer.UNKNOWN, HttpFields.EMPTY, false)
                        .roles())
                .containsExactly(CallerRole.VIEWER);
        assertThat(LoopbackCallerResolver.of(Peer.UNKNOWN, HttpFields.EMPTY, true)
                        .hasAll())
                .isTrue();
        assertThat(LoopbackCallerResolver.of(Peer.UNKNOWN, HttpFields.EMPTY, true)
                        .isAnonymous())
                .isTrue();
    }

    @Test
    void aProxysConnectionSaysNothingAndGivesNothing() {
        for (String header : List.of(
                "Forwarded",
                "X-Forwarded-For",
                "x-forwarded-host",
                "X-Forwarded-Proto",
                "Via",
                "X-Real-IP",
                "CF-Connecting-IP",
                "True-Client-IP",
                "X-Client-IP",
                "X-Cluster-Client-IP",
                "Forwarded-For",
                "X-Forward-For",
                "Client-IP",
                "X-Originating-IP",
                "X-ProxyUser-Ip",
                "X-Original-URL",
                "X-Original-Host",
                "X-Original-Forwarded-For",
                "X-Remote-User",
                "Remote-User",
                "X-Remote-Addr",
                "X-Auth-Request-Email",
                "Tailscale-User-Login",
                "X-Azure-ClientIP",
                "X-Azure-SocketIP",
                "X-Envoy-External-Address",
                "X-Varnish",
                "CDN-Loop",
                "CF-Ray",
                "CF-Connecting-IPv6",
                "Ngrok-Trace-Id",
                "X-Amzn-Trace-Id",
                "CloudFront-Viewer-Address",
                "Fastly-Client-IP",
                "Fly-Region",
                "WL-Proxy-Client-IP")) {
            HttpFields headers = HttpFields.build().put(header, "for=192.0.2.1");

            assertThat(LoopbackCallerResolver.of(OWNER, headers, false).roles())
                    .as(header)
                    .containsExactly(CallerRole.VIEWER);
            assertThat(LoopbackCallerResolver.of(OTHER, headers, true).roles())
                    .as("another user must not become trusted by %s", header)
                    .containsExactly(CallerRole.VIEWER);
        }
    }

    @Test
    void whatClientsSendThemselvesMarksNoProxy() {
        for (String header : List.of(
                "Accept",
                "Connection",
                "Content-Type",
                "Cookie",
                "DNT",
                "Host",
                "Last-Event-ID",
                "Mcp-Session-Id",
                "MCP-Protocol-Version",
                "Origin",
                "Priority",
                "Referer",
                "Sec-Fetch-Site",
                "Sentry-Trace",
                "TE",
                "Traceparent",
                "User-Agent",
                "X-Api-Key",
                "X-B3-TraceId",
                "X-Correlation-Id",
                "X-Request-Id",
                "X-Requested-With",
                "X-Stainless-OS")) {
            HttpFields headers = HttpFields.build().put(header, "a");

            assertThat(LoopbackCallerResolver.of(OWNER, headers, false).hasAll())
                    .as(header)
                    .isTrue();
        }
    }

    @Test
    void aProcessThatTheServerStartedIsRefused() throws Exception {
        try (HttpFixture http = new HttpFixture()) {
            Process child = new ProcessBuilder(
                            "bash",
                            "-c",
                            "exec 3<>/dev/tcp/127.0.0.1/" + http.server.port()
                                    + "; printf 'GET /health HTTP/1.1\\r"
                                    + "\\n"
                                    + "Host: localhost\\r"
                                    + "\\n"
                                    + "\\r"
                                    + "\\n"
                                    + "' >&3; head -1 <&3")
                    .start();
            String answer = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            child.waitFor();

            assertThat(answer).startsWith("HTTP/1.1 403");
            assertThat(http.send("GET", "/health").statusCode())
                    .as("the server's own user")
                    .isEqualTo(200);
        }
    }

    @Test
    void anotherUserOfThisMachineLooksAndChangesNothing(@TempDir Path folder) throws Exception {
        if (!"root".equals(System.getProperty("user.name"))) {
            everyOtherUserLooks();
            return;
        }
        try (HttpFixture http = new HttpFixture()) {
            Path answer = folder.resolve("answer");
            Files.createFile(answer);
            String body =
                    HttpFixture.call(1, http.tools.tools().get(0).definition().name(), "{\"text\":\"hi\"}");
            List<String> command = new java.util.ArrayList<>(AS_ANOTHER);
            command.addAll(List.of("bash", "-c", script(http.server.port(), body)));
            Process started =
                    new ProcessBuilder(command).redirectOutput(answer.toFile()).start();
            started.waitFor();

            Await.until("the answer", () -> Files.readString(answer).contains("nobody"));
            assertThat(answer).content().contains("HTTP/1.1 ");
        }
    }

    private static String script(int port, String body) {
        return "exec 3<>/dev/tcp/127.0.0.1/" + port + "; printf '%s\\r\\n' 'POST /mcp HTTP/1.1' 'Host: localhost'"
                + " 'Content-Type: application/json' 'Connection: close' 'Content-Length: "
                + body.length() + "' '' >&3; printf '%s' '" + body + "' >&3; cat <&3";
    }
}

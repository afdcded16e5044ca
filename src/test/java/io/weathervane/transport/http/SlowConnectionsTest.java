package io.weathervane.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.mcp.CallLimits;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that take their time to say what they want, against real sockets and with small numbers. */
class SlowConnectionsTest {
    private static final int PLACES = 8;

    private static final String HALF_A_HEAD = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";
    private static final String HALF_A_BODY =
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 5000\r\n\r\n{";
    private static final String HALF_A_CHUNKED_BODY = "POST /mcp HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{";
    private static final String NOTHING = "";

    @ParameterizedTest
    @ValueSource(strings = {NOTHING, HALF_A_HEAD, HALF_A_BODY, HALF_A_CHUNKED_BODY})
    void whateverManySlowClientsHoldACallGetsThroughAtOnce(String said) throws Exception {
        try (HttpFixture http = fixture(Duration.ofSeconds(30))) {
            List<Socket> slow = new ArrayList<>();
            try {
                for (int i = 0; i < 12 * PLACES; i++) {
                    slow.add(http.raw(said));
                }
                long begun = System.nanoTime();

                assertThat(http.post(HttpFixture.call(1, "say", "{\"text\":\"hi\"}"))
                                .statusCode())
                        .isEqualTo(200);
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
            } finally {
                closeAll(slow);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {HALF_A_HEAD, HALF_A_BODY, HALF_A_CHUNKED_BODY})
    void noByteRenewsTheTimeOfAHeadOrABody(String said) throws Exception {
        try (HttpFixture http = fixture(Duration.ofMillis(600));
                Socket slow = http.raw(said)) {
            assertThat(droppedWhileDripping(slow)).isTrue();
        }
    }

    @Test
    void aHeadAfterAnAnswerHasItsTimeTooAndSilenceBetweenThemHasMore() throws Exception {
        try (HttpFixture http = fixture(Duration.ofSeconds(1));
                Socket kept = http.raw("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            assertThat(HttpFixture.response(kept)).startsWith("HTTP/1.1 200");
            kept.setSoTimeout(2000);
            assertThat(isSilent(kept)).as("idle between requests").isTrue();
            kept.getOutputStream().write(HALF_A_HEAD.getBytes(StandardCharsets.UTF_8));

            assertThat(droppedWhileDripping(kept)).isTrue();
        }
    }

    @Test
    void aCallThatTakesLongIsNotASlowClient() throws Exception {
        try (HttpFixture http = fixture(Duration.ofMillis(800))) {
            String body = HttpFixture.call(1, "wait", "{}");
            try (Socket waits = http.raw("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)) {
                waits.setSoTimeout(1800);
                assertThat(isSilent(waits)).isTrue();
                waits.setSoTimeout(20_000);
                http.tools.release.release();

                assertThat(HttpFixture.response(waits))
                        .startsWith("HTTP/1.1 200")
                        .contains("released");
            }
        }
    }

    @Test
    void refusesChunksOfAnOldClient() throws Exception {
        try (HttpFixture http = new HttpFixture();
                Socket old = http.raw(String.join(
                        "\r\n",
                        "POST /mcp HTTP/1.0",
                        "Host: localhost",
                        "Content-Type: application/json",
                        "Transfer-Encoding: chunked",
                        "",
                        "2",
                        "{}",
                        "0",
                        "",
                        ""))) {
            assertThat(HttpFixture.response(old)).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void aBodyOverItsOwnLimitIsTooLarge() throws Exception {
        CallerLimitOptions small = new CallerLimitOptions(256, 32, 200, 30, 2000);
        HttpAccessOptions access = new HttpAccessOptions(
                io.weathervane.auth.AuthConfig.none(),
                java.util.Set.of(),
                java.util.Set.of(),
                java.util.Optional.empty(),
                small);
        try (HttpFixture http =
                new HttpFixture(CallLimits.defaults(), HttpOptions.of("127.0.0.1", 0), access, Map.of())) {
            var refused = http.post(HttpFixture.call(1, "say", "{\"text\":\"" + "x".repeat(9000) + "\"}"));

            assertThat(refused.statusCode()).isEqualTo(413);
            assertThat(refused.body()).contains("limit of 2000 bytes", "server.limits.bodyBytes");
        }
    }

    @Test
    void anInitializeOfAVersionToComeIsToldOurs() throws Exception {
        try (HttpFixture http = new HttpFixture()) {
            var refused = http.post(
                    "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2099-01-01\","
                            + "\"capabilities\":{},\"clientInfo\":{\"name\":\"a\",\"version\":\"1\"}}}",
                    "MCP-Protocol-Version",
                    "2099-01-01");

            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("2025-11-25", "2026-07-28", "\"id\":7");
        }
    }

    private static HttpFixture fixture(Duration time) {
        return new HttpFixture(
                CallLimits.defaults(),
                HttpOptions.of("127.0.0.1", 0)
                        .with(HttpBounds.defaults().with(PLACES, 16 * 1024))
                        .withTimes(time, time));
    }

    /** Sends a byte again and again, until the connection is gone. */
    private static boolean droppedWhileDripping(Socket slow) throws IOException {
        slow.setSoTimeout(100);
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < end) {
            try {
                slow.getOutputStream().write('a');
                if (slow.getInputStream().read() < 0) {
                    return true;
                }
            } catch (IOException e) {
                if (!(e instanceof SocketTimeoutException)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isSilent(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() > Byte.MAX_VALUE;
        } catch (java.net.SocketTimeoutException silent) {
            return true;
        }
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}

package io.weathervane.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.auth.AuthConfig;
import io.weathervane.mcp.CallLimits;
import io.weathervane.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that are answered from memory, in all the ways their bytes can come: the answer is always the same. */
@Timeout(60)
class QuickAnswerTest {
    private static final String BODY = HttpFixture.call(7, "glance", "{}");
    private static final String ACCEPT = "Accept: application/json, text/event-stream\r\n";
    private static final String SEEN = "\"text\":\"seen\"";

    private HttpFixture http;

    @BeforeEach
    void start() {
        http = new HttpFixture();
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void isGivenByTheSelectorWhenAllIsHere() throws Exception {
        try (Socket socket = http.raw("")) {
            // Until it is known whose connection this is, answers are given by threads that may wait for that, and one
            // of
            // them may well give a few in a row.
            Await.until("the selector answers", () -> {
                Thread first = glance(socket);
                return IntStream.range(0, 20).allMatch(i -> glance(socket) == first) && selects(first);
            });
            Thread selector = http.tools.glancedBy;
            assertThat(selector.getName()).startsWith("http-");
            assertThat(selector.isDaemon()).isTrue();
            send(socket, request("", HttpFixture.call(8, "say", "{\"text\":\"slow\"}")));
            assertThat(HttpFixture.response(socket)).contains("slow");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 40})
    void isTheSameForABodyThatComesLater(int withHead) throws Exception {
        try (Socket socket = http.raw(head(ACCEPT) + BODY.substring(0, withHead));
                Socket other = http.raw(head(ACCEPT) + BODY)) {
            assertThat(HttpFixture.response(other)).as("no client waits for it").contains(SEEN);

            send(socket, BODY.substring(withHead));

            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 200").contains(SEEN);
            send(socket, head(ACCEPT) + BODY);
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 200").contains(SEEN);
        }
    }

    @Test
    void isTheSameForChunksAndForALargeBody() throws Exception {
        String chunked = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(BODY.length()) + "\r\n" + BODY
                + "\r\n0\r\n\r\n";
        String large = BODY + " ".repeat(9 * 1024);
        try (Socket socket = http.raw(chunked)) {
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 200").contains(SEEN);
            send(socket, head("", large.length()) + large);
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 200").contains(SEEN);
        }
    }

    @Test
    void waitsForWhoExpectsToBeAskedForTheBody() throws Exception {
        try (Socket socket = http.raw(head("Expect: 100-continue\r\n"))) {
            assertThat(HttpFixture.head(socket)).startsWith("HTTP/1.1 100");
            send(socket, BODY);
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 200").contains(SEEN);
        }
    }

    @Test
    void isAStreamForWhoTakesNothingElse() throws Exception {
        try (Socket socket = http.raw(head("Accept: text/event-stream\r\n") + BODY)) {
            assertThat(HttpFixture.head(socket)).startsWith("HTTP/1.1 200").contains("text/event-stream");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Origin: http://evil.example.com, 403",
        "Content-Encoding: gzip, 415",
        "Accept: image/png, 406",
        "Mcp-Session-Id: nobody, 404",
        "MCP-Protocol-Version: 1999-01-01, 400"
    })
    void isRefusedForTheSameReasons(String header, int status) throws Exception {
        try (Socket socket = http.raw(head(header + "\r\n") + BODY)) {
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 " + status);
            assertThat(http.tools.glancedBy).isSameAs(Thread.currentThread());
        }
    }

    @Test
    void isRefusedWhenTooManyAreWorkedOn() throws Exception {
        http.close();
        http = new HttpFixture(CallLimits.defaults(), HttpOptions.of("127.0.0.1", 0), oneAtATime(), Map.of());
        try (Socket held = http.raw(request(ACCEPT, HttpFixture.call(1, "wait", "{}")));
                Socket further = connectedAfterWaiting()) {
            assertThat(HttpFixture.response(further)).startsWith("HTTP/1.1 503").contains("works on 1 requests");

            http.tools.release.release();
            assertThat(HttpFixture.response(held)).startsWith("HTTP/1.1 200");
        }
    }

    /** The thread that gave the answer. */
    private Thread glance(Socket socket) {
        try {
            send(socket, head(ACCEPT) + BODY);
            assertThat(HttpFixture.response(socket)).startsWith("HTTP/1.1 200").contains(SEEN, "\"id\":7");
            return http.tools.glancedBy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it waits for what comes on the connections, or runs what came from within that. */
    private static boolean selects(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().contains("ManagedSelector"));
    }

    private Socket connectedAfterWaiting() throws Exception {
        http.tools.waiting.acquire();
        return http.raw(head(ACCEPT) + BODY);
    }

    private static HttpAccessOptions oneAtATime() {
        return new HttpAccessOptions(
                AuthConfig.none(), Set.of(), Set.of(), Optional.empty(), new CallerLimitOptions(1, 32, 200, 30));
    }

    private static String request(String headers, String body) {
        return head(headers, body.length()) + body;
    }

    private static String head(String headers) {
        return head(headers, BODY.length());
    }

    private static String head(String headers, int length) {
        return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers
                + "Content-Length: " + length + "\r\n\r\n";
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }
}

package io.weathervane.transport.http;

import static io.weathervane.transport.http.HttpFixture.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.auth.AuthConfig;
import io.weathervane.auth.TokenHashFileStore;
import io.weathervane.mcp.CallLimits;
import io.weathervane.tool.CallerRole;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Clients that take all places and keep them busy, against real sockets and with eight places. */
class ConnectionPlacesTest {
    private static final int PLACES = 8;
    private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String WAIT = call(1, "wait", "{}");
    private static final String SAY = call(2, "say", "{\"text\":\"hi\"}");
    private static final String MAKES_SAFE = call(3, "glance", "{\"safe\":true}");

    private final List<Socket> held = new ArrayList<>();

    @TempDir
    private Path folder;

    private TokenHashFileStore tokens;
    private String viewer;
    private String operator;
    private HttpFixture http;

    @BeforeEach
    void createTokens() {
        tokens = new TokenHashFileStore(folder.resolve("tokens.json"));
        viewer = "Bearer " + tokens.create("vera", Set.of(CallerRole.VIEWER), Instant.now(), Optional.empty());
        operator = "Bearer "
                + tokens.create(
                        "olaf", Set.of(CallerRole.VIEWER, CallerRole.OPERATOR), Instant.now(), Optional.empty());
    }

    @AfterEach
    void letGo() throws IOException {
        for (Socket socket : held) {
            socket.close();
        }
        http.tools.release.release(3 * PLACES);
        http.close();
    }

    @Test
    void whoAsksForHealthAgainAndAgainHoldsNoPlaceAgainstAToken() throws Exception {
        http = withTokens();
        for (int i = 0; i < 2 * PLACES; i++) {
            hold(HEALTH);
            assertThat(HttpFixture.response(held.get(i))).startsWith("HTTP/1.1 200");
        }

        assertThat(http.post(SAY, "Authorization", operator).statusCode()).isEqualTo(200);
    }

    @Test
    void oneTokensStreamsAndCallsLeavePlacesForOtherTokens() throws Exception {
        http = withTokens();
        for (int i = 0; i < PLACES / 2; i++) {
            HttpFixture.listen(hold(""), "Authorization: " + viewer + "\r\n");
            hold(post(WAIT, "Authorization: " + viewer + "\r\n"));
        }
        awaitWaiting(PLACES / 2);

        assertThat(http.post(SAY, "Authorization", operator).statusCode()).isEqualTo(200);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void callsOfOthersLeavePlacesForTheServersUser() throws Exception {
        http = fixture(HttpAccessOptions.local());
        for (int i = 0; i < PLACES; i++) {
            hold(post(WAIT, "X-Forwarded-For: 192.0.2.1\r\n"));
        }
        awaitWaiting(PLACES);

        assertThat(http.post(SAY).statusCode()).isEqualTo(200);
    }

    @Test
    void whenAllPlacesAreInUseOnlyWhatMakesSafeIsAnsweredAndItsConnectionClosed() throws Exception {
        http = fixture(HttpAccessOptions.local());
        for (int i = 0; i < PLACES; i++) {
            hold(post(WAIT, ""));
        }
        awaitWaiting(PLACES);

        try (Socket ordinary = http.raw(post(SAY, ""));
                Socket urgent = http.raw(post(MAKES_SAFE, ""))) {
            assertThat(HttpFixture.response(ordinary))
                    .startsWith("HTTP/1.1 503")
                    .contains("Retry-After: 1", "Connection: close", "its 8 connections in use");
            assertThat(ordinary.getInputStream().read()).isEqualTo(-1);
            assertThat(HttpFixture.response(urgent)).startsWith("HTTP/1.1 200").contains("Connection: close", "seen");
            assertThat(urgent.getInputStream().read()).isEqualTo(-1);
        }
        http.tools.release.release(PLACES);
        for (Socket waits : held) {
            assertThat(HttpFixture.response(waits)).startsWith("HTTP/1.1 200").contains("released");
        }
    }

    @Test
    void aReaderOfFlagsIsAnsweredWhenAllPlacesAreInUseButNoThreadWaitsForItsBody() throws Exception {
        http = fixture(HttpAccessOptions.local());
        for (int i = 0; i < PLACES; i++) {
            hold(post(WAIT, ""));
        }
        awaitWaiting(PLACES);

        String flags = "POST /ofrep/v1/nothing HTTP/1.1\r\nHost: localhost\r\n";
        try (Socket whole = http.raw(flags + "Content-Length: 2\r\n\r\n{}");
                Socket slow = http.raw(flags + "Content-Length: 20000\r\n\r\n{")) {
            assertThat(HttpFixture.response(whole))
                    .startsWith("HTTP/1.1 404")
                    .contains("Connection: close", "POST /ofrep/v1/evaluate/flags");
            assertThat(HttpFixture.response(slow)).startsWith("HTTP/1.1 503");
        }
    }

    @Test
    void whoAsksForWhatMakesSafeWithoutATokenStaysOut() throws Exception {
        http = withTokens();
        for (int i = 0; i < PLACES; i++) {
            hold(post(WAIT, "Authorization: " + (i % 2 == 0 ? viewer : operator) + "\r\n"));
        }
        awaitWaiting(PLACES);

        HttpResponse<String> refused = http.post(MAKES_SAFE);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(http.post(MAKES_SAFE, "Authorization", operator).statusCode())
                .isEqualTo(200);
    }

    private HttpFixture withTokens() {
        return fixture(new HttpAccessOptions(
                new AuthConfig(Optional.of(tokens.path()), Optional.empty()),
                Set.of(),
                Set.of(),
                Optional.empty(),
                CallerLimitOptions.defaults()));
    }

    private static HttpFixture fixture(HttpAccessOptions access) {
        HttpOptions options =
                HttpOptions.of("127.0.0.1", 0).with(HttpBounds.defaults().with(PLACES, 16 * 1024));
        return new HttpFixture(CallLimits.defaults(), options, access, Map.of());
    }

    private Socket hold(String said) throws IOException {
        Socket socket = http.raw(said);
        held.add(socket);
        return socket;
    }

    private void awaitWaiting(int calls) throws InterruptedException {
        assertThat(http.tools.waiting.tryAcquire(calls, 20, TimeUnit.SECONDS)).isTrue();
    }

    private static String post(String body, String headers) {
        return "POST /mcp HTTP/1.1\r\nHost: localhost\r\n" + headers
                + "Content-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }
}

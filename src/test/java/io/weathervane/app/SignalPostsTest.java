package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.auth.AuthConfig;
import io.weathervane.auth.TokenHashFileStore;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.CallLimits;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpServices;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.monitor.SignalReading;
import io.weathervane.monitor.SignalValue.State;
import io.weathervane.signal.ExternalSignalRegistry;
import io.weathervane.signal.SignalConfig;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.testing.TestHttp;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.transport.http.CallerLimitOptions;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.transport.http.HttpAccessOptions;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpServer;
import io.weathervane.util.HmacSignature;
import io.weathervane.util.Ticker;
import io.weathervane.worker.ServiceName;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code POST /signals/NAME} over HTTP, from whom it is taken and from whom not. */
class SignalPostsTest {
    private static final String SECRET = "s3cr3t";
    private static final String FIRING = "{\"status\":\"firing\",\"reason\":\"payments fail\"}";
    private static final String UNKNOWN_TOKEN = "wvt_" + "x".repeat(43);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path folder;

    private TokenHashFileStore tokens;
    private ExternalSignalRegistry signals;
    private McpDispatcher dispatcher;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        tokens = new TokenHashFileStore(folder.resolve("tokens.json"));
        token("vera", CallerRole.VIEWER);
        serve(new AuthConfig(Optional.of(tokens.path()), Optional.empty()), CallerLimitOptions.defaults());
    }

    private void serve(AuthConfig auth, CallerLimitOptions limits) {
        List<SignalConfig> configs = List.of(config("signed", Optional.of(SECRET)), config("open", Optional.empty()));
        signals = new ExternalSignalRegistry(configs, Clock.systemUTC(), Ticker.system());
        ToolRegistry none = new ToolRegistry(List.of(), UpstreamToolSource.none(), SchemaCatalog.load());
        dispatcher = TestDispatchers.of(
                McpServices.of(new ServerInfo("test", "Test server", "0", "None."), none),
                CallLimits.defaults(),
                Ticker.system());
        server = TestHttp.start(
                HttpOptions.of("127.0.0.1", 0),
                new HttpAccessOptions(auth, Set.of(), Set.of(), Optional.empty(), limits),
                dispatcher,
                () -> new HealthSource.Health(200, JsonRpcCodec.JSON.createObjectNode()),
                new SignalPosts(() -> List.of(signals)));
    }

    @AfterEach
    void stop() {
        server.close();
        dispatcher.close();
        signals.close();
    }

    @Test
    void anOperatorsTokenPosts() throws Exception {
        HttpResponse<String> answer =
                post("open", FIRING, "Authorization", "Bearer " + token("olaf", CallerRole.OPERATOR));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"signal\":\"open\"}");
        assertThat(state("open")).isEqualTo(State.FIRING);
        assertThat(state("signed")).isEqualTo(State.QUIET);
    }

    @Test
    void aSignedBodyNeedsNoToken() throws Exception {
        assertThat(signed(FIRING, FIRING, SECRET).statusCode()).isEqualTo(200);
        assertThat(state("signed")).isEqualTo(State.FIRING);
    }

    @Test
    void aForgedSignalIsRefusedAndChangesNothing() throws Exception {
        String viewer = "Bearer " + token("viktor", CallerRole.VIEWER);
        String approver = "Bearer " + token("anna", CallerRole.APPROVER);
        String operator = "Bearer " + token("olaf", CallerRole.OPERATOR);

        assertThat(post("open", FIRING).statusCode()).isEqualTo(401);
        assertThat(post("open", FIRING, "Authorization", "Bearer " + UNKNOWN_TOKEN)
                        .statusCode())
                .isEqualTo(401);
        assertThat(post("open", FIRING, "Authorization", viewer).statusCode()).isEqualTo(403);
        assertThat(post("open", FIRING, "Authorization", approver).statusCode()).isEqualTo(403);
        assertThat(signed(FIRING, FIRING, "guess").statusCode()).isEqualTo(401);
        assertThat(signed(FIRING, "{\"status\":\"resolved\"}", SECRET).statusCode())
                .isEqualTo(401);
        assertThat(post("nobody", FIRING, "Authorization", operator).statusCode())
                .isEqualTo(404);
        assertThat(post("nobody", FIRING, HmacSignature.HEADER, "t=1,v1=2").statusCode())
                .isEqualTo(404);
        assertThat(post("", FIRING, "Authorization", operator).statusCode()).isEqualTo(404);
        assertThat(post("open/x", FIRING, "Authorization", operator).statusCode())
                .isEqualTo(404);
        assertThat(post("open", "{\"status\":\"bad\"}", "Authorization", operator)
                        .statusCode())
                .isEqualTo(400);
        assertThat(state("open")).isEqualTo(State.QUIET);
        assertThat(state("signed")).isEqualTo(State.QUIET);
    }

    @Test
    void aRequestThatWasListenedToIsNotTakenAgain() throws Exception {
        String header = HmacSignature.header(SECRET, Instant.now(), bytes(FIRING));
        assertThat(post("signed", FIRING, HmacSignature.HEADER, header).statusCode())
                .isEqualTo(200);

        HttpResponse<String> again = post("signed", FIRING, HmacSignature.HEADER, header);

        assertThat(again.statusCode()).isEqualTo(401);
        assertThat(again.body()).contains("received already");
    }

    @Test
    void toComeFromThisMachineIsNotEnough() throws Exception {
        stop();
        serve(AuthConfig.none(), CallerLimitOptions.defaults());

        HttpResponse<String> answer = post("signed", FIRING);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains(HmacSignature.HEADER).contains("secretEnv");
        assertThat(post("signed", FIRING, "Authorization", "Bearer " + UNKNOWN_TOKEN)
                        .statusCode())
                .isEqualTo(401);
        assertThat(state("signed")).isEqualTo(State.QUIET);
        assertThat(signed(FIRING, FIRING, SECRET).statusCode()).isEqualTo(200);
    }

    @Test
    void guessesAreCounted() throws Exception {
        stop();
        serve(AuthConfig.none(), new CallerLimitOptions(256, 32, 200, 3));
        for (int i = 0; i < 3; i++) {
            assertThat(signed(FIRING, FIRING, "guess").statusCode()).isEqualTo(401);
        }

        assertThat(signed(FIRING, FIRING, "guess").statusCode()).isEqualTo(429);
        assertThat(signed(FIRING, FIRING, SECRET).statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        String large = "{\"status\":\"firing\",\"reason\":\"" + "x".repeat(300_000) + "\"}";

        assertThat(signed(large, large, SECRET).statusCode()).isEqualTo(413);
        assertThat(state("signed")).isEqualTo(State.QUIET);
    }

    @Test
    void onlyPostIsUnderstood() throws Exception {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(server.uri().resolve("/signals/open")).build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
    }

    private State state(String name) {
        return signals.readings(Instant.now()).stream()
                .filter(reading -> reading.name().equals(name))
                .map(SignalReading::value)
                .findFirst()
                .orElseThrow()
                .state();
    }

    private HttpResponse<String> signed(String body, String signedBody, String secret) throws Exception {
        String header = HmacSignature.header(secret, Instant.now(), bytes(signedBody));
        return post("signed", body, HmacSignature.HEADER, header);
    }

    private HttpResponse<String> post(String name, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri().resolve("/signals/" + name))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String token(String name, CallerRole role) throws IOException {
        return tokens.create(name, Set.of(role), Instant.now(), Optional.empty());
    }

    private static SignalConfig config(String name, Optional<String> secret) {
        return new SignalConfig(name, Optional.empty(), secret, Duration.ofMinutes(5), List.of(), ServiceName.DEFAULT);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

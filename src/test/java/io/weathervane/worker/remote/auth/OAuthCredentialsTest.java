package io.weathervane.worker.remote.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.testing.FakeClock;
import io.weathervane.testing.FakeTicker;
import io.weathervane.worker.RemoteAccessSpec;
import io.weathervane.worker.RemoteAuth.OAuthClient;
import io.weathervane.worker.RemoteTlsFiles;
import io.weathervane.worker.SecretReference;
import io.weathervane.worker.remote.RequestCredentials;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client credentials grant against a token endpoint that is really asked over HTTP. */
@Timeout(30)
class OAuthCredentialsTest {
    private static final String SECRET = "s3cr:et/ with+all";
    private static final Map<String, String> ENVIRONMENT = Map.of("CLIENT_SECRET", SECRET);

    private final FakeTicker ticker = new FakeTicker();
    private final TestTokenEndpoint endpoint;

    OAuthCredentialsTest() throws IOException {
        endpoint = new TestTokenEndpoint();
    }

    @AfterEach
    void close() {
        endpoint.close();
    }

    @Test
    void asksOnceByClientCredentialsAndCarriesTheTokenUntilShortlyBeforeItExpires() throws Exception {
        RequestCredentials credentials =
                credentials(Optional.of("tools:read tools:call"), Optional.of("https://mcp.example.org/mcp"));

        assertThat(credentials.headers()).containsExactly(Map.entry("Authorization", "Bearer token-1"));
        ticker.advance(Duration.ofHours(1).minus(TokenCache.REFRESH_MARGIN).minusMillis(1));
        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer token-1");
        ticker.advance(Duration.ofMillis(1));
        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer token-2");

        assertThat(endpoint.asked()).hasSize(2);
        String sent = endpoint.asked().get(0).authorization();
        assertThat(new String(Base64.getDecoder().decode(sent.replace("Basic ", "")), StandardCharsets.UTF_8))
                .as("RFC 6749, section 2.3.1: both are form-encoded first")
                .isEqualTo("weather+vane:s3cr%3Aet%2F+with%2Ball");
        assertThat(endpoint.asked().get(0).body())
                .isEqualTo("grant_type=client_credentials&scope=tools%3Aread+tools%3Acall"
                        + "&resource=https%3A%2F%2Fmcp.example.org%2Fmcp");
    }

    @Test
    void manyRequestsAtOnceFetchOneToken() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        endpoint.answers((exchange, number) -> {
            await(hold);
            TestTokenEndpoint.numberedToken(exchange, number);
        });
        RequestCredentials credentials = credentials();

        List<Map<String, String>> carried = atOnce(16, credentials::headers, hold);

        assertThat(carried).hasSize(16).containsOnly(Map.of("Authorization", "Bearer token-1"));
        assertThat(endpoint.asked()).hasSize(1);
    }

    @Test
    void manyRefusedRequestsFetchOneNewToken() throws Exception {
        RequestCredentials credentials = credentials();
        Map<String, String> refused = credentials.headers();

        List<Boolean> again = atOnce(16, () -> credentials.refreshAfterUnauthorized(refused), new CountDownLatch(0));

        assertThat(again).hasSize(16).containsOnly(true);
        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer token-2");
        assertThat(endpoint.asked()).hasSize(2);
    }

    @Test
    void aServerThatRefusesEveryTokenMakesNoStormOfQuestions() throws Exception {
        RequestCredentials credentials = credentials();
        for (int i = 0; i < TokenCache.REFUSALS_MAX; i++) {
            assertThat(credentials.refreshAfterUnauthorized(credentials.headers()))
                    .isTrue();
        }

        assertThat(credentials.refreshAfterUnauthorized(credentials.headers())).isFalse();
        assertThat(endpoint.asked()).hasSize(1 + TokenCache.REFUSALS_MAX);

        ticker.advance(TokenCache.REFUSAL_WINDOW.plusMillis(1));
        assertThat(credentials.refreshAfterUnauthorized(credentials.headers())).isTrue();
    }

    @Test
    void anEndpointThatGaveNoTokenIsNotAskedAgainForAWhile() throws Exception {
        endpoint.answersJson(503, "busy");
        RequestCredentials credentials = credentials();

        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(credentials::headers).hasMessageContaining("answers HTTP 503");
        }
        assertThat(endpoint.asked()).hasSize(1);

        endpoint.answers(TestTokenEndpoint::numberedToken);
        ticker.advance(TokenCache.FAILURE_RETENTION);
        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer token-2");
    }

    @Test
    void aTokenThatIsStillGoodOutlivesAnEndpointThatIsDown() throws Exception {
        RequestCredentials credentials = credentials();
        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer token-1");
        endpoint.answersJson(500, "down");

        ticker.advance(Duration.ofHours(1).minusSeconds(2));
        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer token-1");

        ticker.advance(Duration.ofSeconds(2));
        assertThatThrownBy(credentials::headers).hasMessageContaining("answers HTTP 500");
    }

    @Test
    void aTokenOfUnknownLifetimeIsFetchedAgainAfterSomeMinutes() throws Exception {
        endpoint.answers((exchange, number) -> TestTokenEndpoint.json(
                exchange, 200, "{\"access_token\":\"t" + number + "\",\"token_type\":\"bearer\"}"));
        RequestCredentials credentials = credentials();

        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer t1");
        ticker.advance(TokenAnswerReader.ASSUMED_LIFETIME);
        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer t2");
    }

    @Test
    void aTokenOfTwoSecondsIsUsedForHalfOfThem() throws Exception {
        endpoint.answers((exchange, number) ->
                TestTokenEndpoint.json(exchange, 200, "{\"access_token\":\"t" + number + "\",\"expires_in\":\"2\"}"));
        RequestCredentials credentials = credentials();

        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer t1");
        ticker.advance(Duration.ofMillis(999));
        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer t1");
        ticker.advance(Duration.ofMillis(1));
        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer t2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        400 | application/json | {"error":"invalid_scope"}                                  | refuses: invalid_scope (HTTP 400)
        401 | application/json | {"error":"invalid_client","error_description":"no such client weather vane"} | refuses: invalid_client, "no such client weather vane" (HTTP 401)
        401 | application/json | {"error":"invalid_client","error_description":"wrong: s3cr:et/ with+all"}    | refuses: invalid_client, "wrong: [redacted]" (HTTP 401)
        401 | application/json | {"error":"invalid_client","error_description":"Basic d2VhdGhlcit2YW5lOnMzY3IlM0FldCUyRit3aXRoJTJCYWxs"} | [redacted]
        200 | application/json | {"error":"invalid_client"}                                 | refuses: invalid_client (HTTP 200)
        200 | text/html        | <html>Sign in</html>                                       | answers with text/html where a token in JSON is expected
        200 | application/json | ["token"]                                                  | answers with application/json where a token in JSON is expected
        502 | text/html        | <html>Bad gateway</html>                                   | answers HTTP 502 and no error in JSON
        302 | text/html        | moved                                                      | redirects (HTTP 302), and the client's secret is not sent on
        200 | application/json | {"token_type":"Bearer","expires_in":60}                    | gives an answer without access_token
        200 | application/json | {"access_token":"a","token_type":"mac"}                    | gives a token of the type mac; only Bearer is known here
        200 | application/json | {"access_token":"a","expires_in":0}                        | gives an expires_in that is no number of seconds above 0
        200 | application/json | {"access_token":"a","expires_in":-60}                      | gives an expires_in that is no number
        200 | application/json | {"access_token":"a","expires_in":"soon"}                   | gives an expires_in that is no number
        200 | application/json | {"access_token":"a","expires_in":1e400}                    | gives an expires_in that is no number
        200 | application/json | {"access_token":"a\\nX-Admin: 1","expires_in":60}          | gives an access_token that has a line break
        """)
    void anAnswerThatIsNoTokenIsSaidInWordsThatNameTheEndpointAndNoSecret(
            int status, String type, String body, String sentence) {
        endpoint.answers((exchange, number) -> TestTokenEndpoint.send(exchange, status, type, body));

        assertThatThrownBy(credentials()::headers)
                .hasMessageStartingWith("the token endpoint " + endpoint.url() + " ")
                .hasMessageContaining(sentence)
                .hasMessageNotContainingAny(SECRET, "s3cr");
    }

    @Test
    void aHugeAnswerIsNotRead() {
        endpoint.answersJson(200, "{\"access_token\":\"" + "a".repeat(TokenEndpoint.ANSWER_BYTES_MAX) + "\"}");

        assertThatThrownBy(credentials()::headers)
                .hasMessageContaining("gives no answer that can be read: the answer has more than");
    }

    @Test
    void anEndpointThatIsSilentOrSlowEndsTheQuestionInTime() {
        CountDownLatch hold = new CountDownLatch(1);
        Duration limit = Duration.ofMillis(200);
        endpoint.answers((exchange, number) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            await(hold);
        });
        TokenEndpoint asked = new TokenEndpoint(
                client(endpoint.url(), Optional.empty(), Optional.empty()),
                new SecretStore(OAuthCredentialsTest::variable),
                new TlsContexts(RemoteTlsFiles.none(), FakeClock.atNoon()),
                limit);

        assertThatThrownBy(asked::fetch).hasMessageEndingWith("gave no answer within 200ms");
        hold.countDown();
    }

    @Test
    void anEndpointThatIsDownIsNamedWithoutItsQuery() {
        URI gone = URI.create(endpoint.url() + "?key=hidden");
        endpoint.close();

        assertThatThrownBy(credentials(gone)::headers)
                .hasMessage("the token endpoint " + endpoint.url() + " cannot be reached: nothing listens there");
    }

    @Test
    void aSecretInAFileThatIsJustBeingReplacedIsNoReasonToFetchNoToken(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "client-secret");
        RequestCredentials credentials = credentials(new OAuthClient(
                endpoint.url(), "client", SecretReference.file(file), Optional.empty(), Optional.empty()));
        Map<String, String> refused = credentials.headers();
        Files.delete(file);

        assertThat(credentials.refreshAfterUnauthorized(refused)).isTrue();

        assertThat(credentials.headers()).containsEntry("Authorization", "Bearer token-2");
    }

    @Test
    void aMissingSecretIsNamedAndNobodyIsAsked() {
        RemoteAccessSpec spec = spec(client(endpoint.url(), Optional.empty(), Optional.empty()));
        RequestCredentials credentials =
                ReleaseCredentials.of(spec, name -> Optional.empty(), FakeClock.atNoon(), ticker);

        assertThatThrownBy(credentials::headers).hasMessage("the environment variable CLIENT_SECRET is not set");
        assertThat(endpoint.asked()).isEmpty();
    }

    private RequestCredentials credentials() {
        return credentials(endpoint.url());
    }

    private RequestCredentials credentials(URI tokenUrl) {
        return credentials(client(tokenUrl, Optional.empty(), Optional.empty()));
    }

    private RequestCredentials credentials(Optional<String> scope, Optional<String> resource) {
        return credentials(client(endpoint.url(), scope, resource));
    }

    private RequestCredentials credentials(OAuthClient client) {
        return ReleaseCredentials.of(spec(client), OAuthCredentialsTest::variable, FakeClock.atNoon(), ticker);
    }

    private static RemoteAccessSpec spec(OAuthClient client) {
        return new RemoteAccessSpec(Map.of(), Optional.of(client), RemoteTlsFiles.none());
    }

    private static OAuthClient client(URI tokenUrl, Optional<String> scope, Optional<String> resource) {
        return new OAuthClient(tokenUrl, "weather vane", SecretReference.env("CLIENT_SECRET"), scope, resource);
    }

    private static Optional<String> variable(String name) {
        return Optional.ofNullable(ENVIRONMENT.get(name));
    }

    private interface Question<T> {
        T ask() throws IOException;
    }

    /** Asks on so many threads, and lets the endpoint answer once all of them have begun. */
    private static <T> List<T> atOnce(int threads, Question<T> question, CountDownLatch hold) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch begun = new CountDownLatch(threads);
            List<Future<T>> answers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                answers.add(pool.submit(() -> {
                    begun.countDown();
                    return question.ask();
                }));
            }
            begun.await();
            hold.countDown();
            List<T> all = new ArrayList<>();
            for (Future<T> answer : answers) {
                all.add(answer.get());
            }
            return all;
        } finally {
            pool.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

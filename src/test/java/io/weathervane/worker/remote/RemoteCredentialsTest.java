package io.weathervane.worker.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsServer;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.testing.ReservedPort;
import io.weathervane.testing.TestCertificates;
import io.weathervane.testing.TestCertificates.CertificateAndKey;
import io.weathervane.testing.TestTls;
import io.weathervane.worker.HeaderTemplate;
import io.weathervane.worker.ReleaseDefinitionCodec;
import io.weathervane.worker.ReleaseFingerprint;
import io.weathervane.worker.RemoteAccessSpec;
import io.weathervane.worker.RemoteAuth;
import io.weathervane.worker.RemoteAuth.BearerToken;
import io.weathervane.worker.RemoteAuth.OAuthClient;
import io.weathervane.worker.RemoteTlsFiles;
import io.weathervane.worker.RemoteTlsFiles.ClientCertificate;
import io.weathervane.worker.SecretReference;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.remote.InterceptingProxy.Reply;
import io.weathervane.worker.remote.InterceptingProxy.Seen;
import io.weathervane.worker.remote.auth.TestTokenEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases whose servers let no client in without credentials, from the configuration's references to the calls. */
class RemoteCredentialsTest {
    @TempDir
    private Path folder;

    private RemoteFixture remote;

    /** What a request must carry now. */
    private volatile String wanted = "Bearer token-1";

    @BeforeEach
    void setUp() throws Exception {
        remote = new RemoteFixture(Files.createDirectory(folder.resolve("workspace")));
    }

    @AfterEach
    void tearDown() {
        remote.close();
    }

    @Test
    void aServerThatWantsATokenIsNotReachedWithoutOneAndTheNoteSaysWhatToCheck() throws Exception {
        WorkerManager manager = remote.start(RemoteAccessSpec.none(), guarded().uri());

        assertThat(manager.view().active()).isEmpty();
        assertThat(manager.view().notes())
                .anyMatch(note ->
                        note.contains("answers HTTP 401 (unauthorized): check auth and headers of the release"));
    }

    @Test
    void aServerThatComesToRefuseTheTokenIsDegradedWithWhatToCheckUntilItLetsUsInAgain() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "token-1\n");
        WorkerManager manager = remote.start(bearer(file), guarded().uri());
        assertThat(manager.view().status()).isEqualTo("ok");

        wanted = "Bearer another";
        assertThatThrownBy(() -> answer(manager)).hasMessageContaining("401");

        assertThat(manager.view().status()).isEqualTo("degraded");
        assertThat(manager.view().notes())
                .anyMatch(note -> note.startsWith("the active worker remote does not serve requests: ")
                        && note.contains("answers HTTP 401 (unauthorized): check auth and headers of the release"))
                .noneMatch(note -> note.contains("token-1"));
        wanted = "Bearer token-1";
        assertThat(answer(manager)).contains("simple text response");
        assertThat(manager.view().status()).isEqualTo("ok");
    }

    @Test
    void aRenewedTokenIsUsedForSessionsNotificationsAndStreamsToo() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "token-1\n");
        InterceptingProxy proxy = remote.modern();
        proxy.intercept = request -> refusal(request).or(() -> InterceptingProxy.refusesModern(request));
        WorkerManager manager = remote.start(bearer(file), proxy.uri());
        assertThat(answer(manager)).contains("simple text response");
        int before = proxy.seen.size();

        wanted = "Bearer token-2";
        var time = Files.getLastModifiedTime(file);
        Files.writeString(file, "token-2\n");
        Files.setLastModifiedTime(file, time);
        manager.content().sendNotification("notifications/example", JsonRpcCodec.JSON.createObjectNode());

        Await.until(
                "the notification is made again with the new token",
                () -> proxy.seen.stream()
                        .skip(before)
                        .filter(request -> request.has("notifications/example"))
                        .flatMap(request -> request.header("Authorization").stream())
                        .toList()
                        .equals(List.of("Bearer token-1", "Bearer token-2")));

        wanted = "Bearer token-3";
        Files.writeString(file, "token-3\n");
        Files.setLastModifiedTime(file, time);
        var guarded = proxy.intercept;
        AtomicBoolean forgotten = new AtomicBoolean();
        proxy.intercept = request -> request.has("\"tools/call\"") && !forgotten.getAndSet(true)
                ? Optional.of(Reply.of(404, "text/plain", "session not found"))
                : guarded.apply(request);

        assertThat(answer(manager)).contains("simple text response");
        assertThat(proxy.seen.stream()
                        .filter(request -> request.has("\"initialize\""))
                        .flatMap(request -> request.header("Authorization").stream()))
                .as("the session is begun anew with the token of now")
                .endsWith("Bearer token-2", "Bearer token-3");
    }

    @Test
    void aStreamWhoseTokenIsRefusedIsOpenedAgainWithANewOne() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "token-1\n");
        InterceptingProxy proxy = remote.modern();
        AtomicInteger streams = new AtomicInteger();
        proxy.intercept = request -> {
            if (request.method().equals("GET") && streams.getAndIncrement() == 0) {
                return Optional.of(Reply.stream("retry: 0\ndata: \n\n"));
            }
            if (request.method().equals("GET")
                    && request.header("Authorization").equals(Optional.of("Bearer token-1"))) {
                try {
                    var time = Files.getLastModifiedTime(file);
                    Files.writeString(file, "token-2\n");
                    Files.setLastModifiedTime(file, time);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                return Optional.of(Reply.of(401, "", ""));
            }
            return InterceptingProxy.refusesModern(request);
        };
        WorkerManager manager = remote.start(bearer(file), proxy.uri());

        Await.until(
                "its stream is there with the new token",
                () -> proxy.seen.stream()
                        .filter(request -> request.method().equals("GET"))
                        .anyMatch(request -> request.header("Authorization").equals(Optional.of("Bearer token-2"))));
        assertThat(manager.view().status()).isEqualTo("ok");
    }

    @Test
    void aTokenInAFileThatIsRenewedInTheMiddleLosesNoCall() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "token-1\n");
        InterceptingProxy proxy = guarded();
        WorkerManager manager = remote.start(bearer(file), proxy.uri());
        assertThat(answer(manager)).contains("simple text response");

        wanted = "Bearer token-2";
        Files.writeString(file, "token-2\n");

        assertThat(answer(manager)).contains("simple text response");
    }

    @Test
    void theProbeOfAnInstanceThatNoCallGoesToAsksAgainWithARenewedToken() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "token-1\n");
        InterceptingProxy used = remote.modern();
        InterceptingProxy idle = guarded();
        remote.workers.with(RemoteFixture.release("remote", bearer(file), used.uri(), idle.uri()));
        WorkerManager manager = remote.workers.start("remote");
        assertThat(manager.probeActive().ok()).isTrue();

        wanted = "Bearer token-2";
        var time = Files.getLastModifiedTime(file);
        Files.writeString(file, "token-2\n");
        Files.setLastModifiedTime(file, time);

        assertThat(manager.probeActive().ok()).isTrue();
        assertThat(idle.seen)
                .as("asked at first, refused with the old token, asked again with the new one")
                .hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void whatAServerRepeatsOfATokenThatItRefusesIsNotShown() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "token-1\n");
        WorkerManager manager = remote.start(bearer(file), guarded().uri());

        wanted = "Bearer another";

        assertThatThrownBy(() -> answer(manager))
                .hasMessageContaining("answers HTTP 401 (unauthorized)")
                .hasMessageContaining("got [redacted]")
                .hasMessageNotContaining("token-1");
    }

    @Test
    void anOAuthTokenThatExpiresInTheMiddleIsFetchedAgainAndTheCallIsMadeOnceMore() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "client-secret");
        try (TestTokenEndpoint endpoint = new TestTokenEndpoint()) {
            InterceptingProxy proxy = guarded();
            WorkerManager manager = remote.start(oauth(endpoint, secret), proxy.uri());
            assertThat(answer(manager)).contains("simple text response");
            assertThat(endpoint.asked()).hasSize(1);

            wanted = "Bearer token-2";

            assertThat(answer(manager)).contains("simple text response");
            assertThat(endpoint.asked()).hasSize(2);
            assertThat(proxy.seen.stream().filter(request -> request.has("\"tools/call\"")))
                    .as("one, then one that is refused and made once more")
                    .hasSize(3);
        }
    }

    @Test
    void aTokenEndpointThatIsDownIsNamedAndNoRequestIsSent() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "client-secret");
        InterceptingProxy proxy = guarded();
        TestTokenEndpoint endpoint = new TestTokenEndpoint();
        endpoint.close();

        WorkerManager manager = remote.start(oauth(endpoint, secret), proxy.uri());

        assertThat(manager.view().active()).isEmpty();
        assertThat(manager.view().notes())
                .anyMatch(note -> note.contains("the token endpoint " + endpoint.url() + " cannot be reached"))
                .noneMatch(note -> note.contains("client-secret"));
        assertThat(proxy.seen).isEmpty();
    }

    @Test
    void aTokenEndpointThatGoesDownDuringTheRunIsNamedUntilItIsThereAgain() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "client-secret");
        try (TestTokenEndpoint endpoint = new TestTokenEndpoint()) {
            InterceptingProxy proxy = guarded();
            WorkerManager manager = remote.start(oauth(endpoint, secret), proxy.uri());
            assertThat(answer(manager)).contains("simple text response");
            endpoint.answers((exchange, number) -> TestTokenEndpoint.json(exchange, 503, "{}"));
            wanted = "Bearer new";

            assertThatThrownBy(() -> answer(manager))
                    .hasMessageContaining("answers HTTP 401 (unauthorized)")
                    .hasMessageContaining("the token endpoint " + endpoint.url() + " answers HTTP 503")
                    .hasMessageNotContaining("token-1");

            assertThat(manager.view().status()).isEqualTo("degraded");
            assertThat(manager.view().notes()).anyMatch(note -> note.contains(endpoint.url() + " answers HTTP 503"));
            endpoint.answers((exchange, number) -> TestTokenEndpoint.json(
                    exchange, 200, "{\"access_token\":\"new\",\"token_type\":\"Bearer\",\"expires_in\":60}"));
            Await.until("it is asked again, and calls are answered", () -> isAnswered(manager));
            assertThat(manager.view().status()).isEqualTo("ok");
        }
    }

    private static boolean isAnswered(WorkerManager manager) {
        try {
            return answer(manager).contains("simple text response");
        } catch (WorkerCallException e) {
            assertThat(e).hasMessageContaining("the token endpoint");
            return false;
        }
    }

    @Test
    void aServerThatWantsAClientCertificateIsReachedWithIt() throws Exception {
        TestCertificates authority = TestCertificates.authority(folder, "authority");
        HttpsServer bound = TestTls.bind(authority.pair("server"), Optional.of(authority.certificate()));
        InterceptingProxy proxy = remote.over(bound);
        CertificateAndKey own = authority.pair("client");
        Optional<ClientCertificate> client = Optional.of(new ClientCertificate(own.certificate(), own.key()));

        WorkerManager manager = remote.start(tls(authority, client), proxy.uri());

        assertThat(answer(manager)).contains("simple text response");
    }

    @Test
    void aServerWhoseCertificateExpiresDuringTheRunIsNotedUntilItHasANewOne() throws Exception {
        TestCertificates authority = TestCertificates.authority(folder, "authority");
        ReservedPort port = remote.port();
        InterceptingProxy valid = remote.over(TestTls.bind(authority.pair("server"), Optional.empty(), port.number()));
        WorkerManager manager = remote.start(tls(authority, Optional.empty()), valid.uri());
        assertThat(answer(manager)).contains("simple text response");
        valid.close();
        CertificateAndKey expired = authority.pair("server", "EC", Duration.ofMinutes(-1), Optional.empty());
        InterceptingProxy late = remote.over(TestTls.bind(expired, Optional.empty(), port.number()));

        assertThatThrownBy(() -> answer(manager)).hasMessageContaining("its certificate has expired");

        assertThat(manager.view().status()).isEqualTo("degraded");
        assertThat(manager.view().notes()).anyMatch(note -> note.contains("its certificate has expired"));
        late.close();
        InterceptingProxy renewed =
                remote.over(TestTls.bind(authority.pair("server"), Optional.empty(), port.number()));
        assertThat(answer(manager)).contains("simple text response");
        assertThat(renewed.seen).isNotEmpty();
        assertThat(manager.view().status()).isEqualTo("ok");
    }

    @Test
    void aServerThatWantsAClientCertificateIsNotReachedWithoutOne() throws Exception {
        TestCertificates authority = TestCertificates.authority(folder, "authority");
        InterceptingProxy proxy =
                remote.over(TestTls.bind(authority.pair("server"), Optional.of(authority.certificate())));

        WorkerManager manager = remote.start(tls(authority, Optional.empty()), proxy.uri());

        assertThat(manager.view().active()).isEmpty();
        assertThat(proxy.seen).isEmpty();
    }

    @Test
    void aCertificateThatCannotBeReadIsNamedWhenTheReleaseIsStarted() throws Exception {
        TestCertificates authority = TestCertificates.authority(folder, "authority");
        HttpsServer bound = TestTls.bind(authority.pair("server"), Optional.empty());
        InterceptingProxy proxy = remote.over(bound);
        Path missing = folder.resolve("missing.pem");

        WorkerManager manager =
                remote.start(tls(authority, Optional.of(new ClientCertificate(missing, missing))), proxy.uri());

        assertThat(manager.view().notes()).anyMatch(note -> note.contains(missing + " cannot be read"));
    }

    @Test
    void aHeaderByReferenceIsCarriedAndItsValueIsStoredNowhere() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "very-secret-value");
        RemoteAccessSpec access = new RemoteAccessSpec(
                Map.of(
                        "X-Api-Key",
                        new HeaderTemplate(SecretReference.file(file).toString())),
                Optional.empty(),
                RemoteTlsFiles.none());
        InterceptingProxy proxy = remote.modern();
        WorkerManager manager = remote.start(access, proxy.uri());

        assertThat(answer(manager)).contains("simple text response");

        assertThat(proxy.seen)
                .allMatch(request -> request.header("X-Api-Key").equals(Optional.of("very-secret-value")));
        WorkerRelease release = RemoteFixture.release("remote", access, proxy.uri());
        assertThat(ReleaseDefinitionCodec.write(release)).contains("${file:" + file + "}");
        assertThat(ReleaseDefinitionCodec.read(ReleaseDefinitionCodec.write(release)))
                .contains(release);
        String before = ReleaseFingerprint.ofDefinition(release).sha256();
        Files.writeString(file, "another-value");
        assertThat(ReleaseFingerprint.ofDefinition(release).sha256())
                .as("a new secret is no new release")
                .isEqualTo(before);
        manager.close();
        assertThat(filesWith("very-secret-value")).isEmpty();
    }

    private List<Path> filesWith(String text) throws Exception {
        try (var files = Files.walk(folder.resolve("workspace"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> contains(file, text))
                    .toList();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            return false; // a socket, or gone meanwhile
        }
    }

    /** A server that repeats what it refuses. */
    private InterceptingProxy guarded() throws Exception {
        InterceptingProxy proxy = remote.modern();
        proxy.intercept = this::refusal;
        return proxy;
    }

    private Optional<Reply> refusal(Seen request) {
        String carried = request.header("Authorization").orElse("nothing");
        return carried.equals(wanted)
                ? Optional.empty()
                : Optional.of(Reply.of(
                        401,
                        "application/json",
                        "{\"error\":\"invalid_token\"}",
                        "WWW-Authenticate",
                        "Scheme error_description='got " + carried.replace("Bearer ", "") + "'"));
    }

    private static String answer(WorkerManager manager) {
        return RemoteFixture.text(RemoteFixture.call(manager, "test_simple_text", "{}"));
    }

    private static RemoteAccessSpec bearer(Path file) {
        return by(new BearerToken(SecretReference.file(file)));
    }

    private static RemoteAccessSpec oauth(TestTokenEndpoint endpoint, Path secret) {
        return by(new OAuthClient(
                endpoint.url(), "client", SecretReference.file(secret), Optional.empty(), Optional.empty()));
    }

    private static RemoteAccessSpec by(RemoteAuth auth) {
        return new RemoteAccessSpec(Map.of(), Optional.of(auth), RemoteTlsFiles.none());
    }

    private static RemoteAccessSpec tls(TestCertificates authority, Optional<ClientCertificate> client) {
        return new RemoteAccessSpec(
                Map.of(), Optional.empty(), new RemoteTlsFiles(Optional.of(authority.certificate()), client));
    }
}

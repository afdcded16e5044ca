package io.weathervane.worker.remote.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import io.weathervane.testing.FakeClock;
import io.weathervane.testing.FakeTicker;
import io.weathervane.testing.TestCertificates;
import io.weathervane.testing.TestCertificates.CertificateAndKey;
import io.weathervane.testing.TestTls;
import io.weathervane.util.Threads;
import io.weathervane.util.TlsFailureText;
import io.weathervane.worker.RemoteAccessSpec;
import io.weathervane.worker.RemoteAuth.OAuthClient;
import io.weathervane.worker.RemoteTlsFiles;
import io.weathervane.worker.RemoteTlsFiles.ClientCertificate;
import io.weathervane.worker.SecretReference;
import io.weathervane.worker.remote.RequestCredentials;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS by files of a release's own, with servers that really speak it. */
@Timeout(30)
class TlsCredentialsTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private TestCertificates authority;
    private Optional<HttpServer> running = Optional.empty();

    @BeforeEach
    void makeAuthority() throws Exception {
        authority = TestCertificates.authority(folder, "authority");
    }

    @AfterEach
    void stop() {
        running.ifPresent(server -> server.stop(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void aServerOfTheReleasesOwnAuthorityIsBelieved(String algorithm) throws Exception {
        URI url = serve(authority.pair("server", algorithm, DAY, Optional.empty()), Optional.empty());

        assertThat(status(url, believing(authority.certificate()))).isEqualTo(200);
    }

    @Test
    void aServerOfAnotherAuthorityIsNot() throws Exception {
        URI url = serve(authority.pair("server"), Optional.empty());
        TestCertificates other = TestCertificates.authority(folder, "other");

        assertThat(reason(url, believing(other.certificate())))
                .isEqualTo("its certificate is of no authority that is believed here (tls.ca names another)");
        assertThat(reason(url, RemoteTlsFiles.none())).contains("of no authority that is believed here");
    }

    @Test
    void aServerWhoseCertificateHasExpiredOrIsForAnotherHostIsNot() throws Exception {
        CertificateAndKey expired = authority.pair("server", "EC", Duration.ofMinutes(-1), Optional.empty());
        assertThat(reason(serve(expired, Optional.empty()), believing(authority.certificate())))
                .isEqualTo("its certificate has expired");
        stop();

        CertificateAndKey elsewhere = authority.pair("server", "EC", DAY, Optional.of("elsewhere.example"));
        assertThat(reason(serve(elsewhere, Optional.empty()), believing(authority.certificate())))
                .isEqualTo("its certificate is for another host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void aServerThatWantsAClientCertificateGetsIt(String algorithm) throws Exception {
        URI url = serve(authority.pair("server"), Optional.of(authority.certificate()));
        CertificateAndKey client = authority.pair("client", algorithm, DAY, Optional.empty());

        assertThat(status(url, both(client))).isEqualTo(200);
    }

    @Test
    void aServerThatWantsAClientCertificateLetsNobodyInWithoutOne() throws Exception {
        URI url = serve(authority.pair("server"), Optional.of(authority.certificate()));

        assertThat(failure(url, credentials(believing(authority.certificate()), Instant.now())))
                .isInstanceOf(IOException.class);
        assertThat(failure(url, credentials(both(stranger()), Instant.now()))).isInstanceOf(IOException.class);
    }

    /** With TLS 1.2, where the server's word comes before the client sends a request. */
    @Test
    void aServerThatSaysWhyItLetsNobodyInIsQuoted() throws Exception {
        SSLContext context = TestTls.context(authority.pair("server"), Optional.of(authority.certificate()));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread refusing = Threads.daemon("refusing", () -> refuse(server, context));
            refusing.start();
            URI url = URI.create("https://127.0.0.1:" + server.getLocalPort() + "/");

            // A JDK 25 says handshake_failure where a JDK 17 says bad_certificate, which tells more.
            assertThat(reason(url, both(stranger())))
                    .matches("it wants a client certificate that it believes \\(tls.certificate and tls.key\\): .*"
                            + "|no TLS connection comes about: \\(handshake_failure\\) .*");
            refusing.join();
        }
    }

    /** Reads on until the client has gone: with something unread the server's last word may be lost. */
    private static void refuse(ServerSocket server, SSLContext context) {
        try (Socket plain = server.accept()) {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, /* autoClose= */ false);
            socket.setUseClientMode(false);
            socket.setNeedClientAuth(true);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
            plain.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CertificateAndKey stranger() throws Exception {
        return TestCertificates.authority(folder, "other").pair("stranger");
    }

    /** Of one client, which lives as long as a worker: a certificate of a day must not end it. */
    @Test
    void filesThatWereReplacedAreUsedByTheNextHandshake() throws Exception {
        CertificateAndKey client = stranger();
        TestCertificates other = TestCertificates.authority(folder, "otherCa");
        Path ca = Files.copy(other.certificate(), folder.resolve("ca.pem"));
        HttpClient http = client(new RemoteTlsFiles(
                Optional.of(ca), Optional.of(new ClientCertificate(client.certificate(), client.key()))));
        URI url = serve(authority.pair("server"), Optional.of(authority.certificate()));
        assertThatThrownBy(() -> status(url, http)).hasMessageContaining("PKIX path");

        Files.copy(authority.certificate(), ca, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> status(url, http)).isInstanceOf(IOException.class);

        CertificateAndKey known = authority.pair("client");
        Files.copy(known.certificate(), client.certificate(), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> status(url, http))
                .as("the old pair is used while the new one is not whole")
                .isInstanceOf(IOException.class);
        Files.copy(known.key(), client.key(), StandardCopyOption.REPLACE_EXISTING);

        assertThat(status(url, http)).isEqualTo(200);
    }

    @Test
    void aCertificateThatExpiresDuringTheRunIsNamedWithItsTime() throws Exception {
        CertificateAndKey client = authority.pair("client");
        FakeClock clock = new FakeClock(Instant.now());
        RequestCredentials credentials =
                ReleaseCredentials.of(spec(both(client)), name -> Optional.empty(), clock, new FakeTicker());
        assertThat(credentials.tls()).isPresent();

        clock.advance(Duration.ofHours(25));

        assertThatThrownBy(credentials::tls)
                .hasMessageStartingWith("TLS cannot be used: " + client.certificate())
                .hasMessageContaining("has no certificate that is valid now: it expired at 20");
    }

    @Test
    void filesThatCannotBeUsedAreNamedWithTheReason() throws Exception {
        CertificateAndKey client = authority.pair("client");
        CertificateAndKey other = authority.pair("other", "RSA", DAY, Optional.empty());
        Path missing = folder.resolve("missing.pem");
        CertificateAndKey expired = authority.pair("expired", "EC", Duration.ofMinutes(-1), Optional.empty());

        assertThat(problem(believing(missing))).contains(missing + " cannot be read", "does not exist");
        assertThat(problem(believing(client.key()))).contains(client.key() + " has no certificate in PEM");
        assertThat(problem(both(expired))).contains(expired.certificate() + " has no certificate that is valid now");
        assertThat(problem(both(new CertificateAndKey(client.certificate(), other.key()))))
                .contains(other.key() + " has no EC key, which is what the certificate is for");
        assertThat(problem(both(new CertificateAndKey(client.certificate(), client.certificate()))))
                .contains(client.certificate() + " has no key", "PKCS#8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "ENCRYPTED"})
    void aKeyOfAnotherFormIsSaidHowToConvertAndNotShown(String form) throws Exception {
        CertificateAndKey client = authority.pair("client");
        String key = Files.readString(client.key());
        Files.writeString(client.key(), key.replace(" PRIVATE", " " + form + " PRIVATE"));

        assertThat(problem(both(client)))
                .contains("has a key of another form (BEGIN " + form + " PRIVATE KEY)")
                .contains("`openssl pkcs8 -topk8 -nocrypt -in client.key`")
                .doesNotContain(key.substring(40, 60));
    }

    @Test
    void theTokenEndpointIsAskedOverTheSameTls() throws Exception {
        HttpsServer bound = TestTls.bind(authority.pair("server"), Optional.of(authority.certificate()));
        try (TestTokenEndpoint endpoint = new TestTokenEndpoint(bound)) {
            RemoteTlsFiles files = both(authority.pair("client"));

            assertThat(oauth(endpoint.url(), files).headers()).containsEntry("Authorization", "Bearer token-1");
            assertThatThrownBy(oauth(endpoint.url(), RemoteTlsFiles.none())::headers)
                    .hasMessageStartingWith("the token endpoint " + endpoint.url()
                            + " cannot be asked: its certificate is of no authority");
            assertThatThrownBy(oauth(endpoint.url(), believing(folder.resolve("missing.pem")))::headers)
                    .hasMessageStartingWith(
                            "the token endpoint " + endpoint.url() + " cannot be asked: TLS cannot be used: ")
                    .hasMessageContaining("missing.pem cannot be read");
        }
    }

    private RequestCredentials oauth(URI tokenUrl, RemoteTlsFiles tls) {
        OAuthClient client =
                new OAuthClient(tokenUrl, "client", SecretReference.env("SECRET"), Optional.empty(), Optional.empty());
        return ReleaseCredentials.of(
                new RemoteAccessSpec(Map.of(), Optional.of(client), tls),
                name -> Optional.of("hidden"),
                new FakeClock(Instant.now()),
                new FakeTicker());
    }

    private URI serve(CertificateAndKey shown, Optional<Path> clients) throws Exception {
        HttpsServer server = TestTls.bind(shown, clients);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        running = Optional.of(server);
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private static RemoteTlsFiles believing(Path authority) {
        return new RemoteTlsFiles(Optional.of(authority), Optional.empty());
    }

    private RemoteTlsFiles both(CertificateAndKey client) {
        return new RemoteTlsFiles(
                Optional.of(authority.certificate()),
                Optional.of(new ClientCertificate(client.certificate(), client.key())));
    }

    private static int status(URI url, RemoteTlsFiles files) throws Exception {
        return status(url, credentials(files, Instant.now()));
    }

    private static int status(URI url, RequestCredentials credentials) throws Exception {
        return status(url, client(credentials));
    }

    private static int status(URI url, HttpClient http) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(url).timeout(REQUEST_LIMIT).build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static HttpClient client(RemoteTlsFiles files) throws Exception {
        return client(credentials(files, Instant.now()));
    }

    /** As a connection has it: one of its own. */
    private static HttpClient client(RequestCredentials credentials) throws Exception {
        HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        credentials.tls().ifPresent(client::sslContext);
        return client.build();
    }

    private static Throwable failure(URI url, RequestCredentials credentials) throws Exception {
        try {
            return new AssertionError("it answered " + status(url, credentials));
        } catch (IOException e) {
            return e;
        }
    }

    private static String reason(URI url, RemoteTlsFiles files) throws Exception {
        return TlsFailureText.of(failure(url, credentials(files, Instant.now())))
                .orElse("nothing about TLS");
    }

    private static String problem(RemoteTlsFiles files) {
        try {
            return "no problem: " + credentials(files, Instant.now()).tls();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static RequestCredentials credentials(RemoteTlsFiles files, Instant now) {
        return ReleaseCredentials.of(spec(files), name -> Optional.empty(), new FakeClock(now), new FakeTicker());
    }

    private static RemoteAccessSpec spec(RemoteTlsFiles files) {
        return new RemoteAccessSpec(Map.of(), Optional.empty(), files);
    }
}

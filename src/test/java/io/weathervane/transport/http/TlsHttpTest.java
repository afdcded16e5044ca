package io.weathervane.transport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.auth.AuthConfig;
import io.weathervane.mcp.CallLimits;
import io.weathervane.testing.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with certificates that the JDK's keytool makes. */
class TlsHttpTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** By algorithm and number. */
    private static final Map<String, byte[]> MADE = new HashMap<>();

    @TempDir
    private Path folder;

    /** The algorithms of this test's pairs. */
    private final List<String> taken = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void servesOverTls(String algorithm) throws Exception {
        Certificate certificate = makePair("server", algorithm);
        try (HttpFixture http = serve()) {
            assertThat(http.server.uri().getScheme()).isEqualTo("https");
            try (SSLSocket socket = connect(http, certificate)) {
                assertThat(health(socket)).startsWith("HTTP/1.1 200");
                assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            }
        }
    }

    @Test
    void speaksNothingButTls() throws Exception {
        makePair("server", "EC");
        try (HttpFixture http = serve();
                var socket = http.raw("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1 200");
        }
    }

    @Test
    void showsANewPairToNewConnectionsAndGoesOnWithOldOnes() throws Exception {
        Certificate old = makePair("server", "EC");
        try (HttpFixture http = serve();
                SSLSocket before = connect(http, old)) {
            assertThat(health(before)).startsWith("HTTP/1.1 200");

            Certificate renewed = makePair("server", "RSA");

            Await.until("the new certificate is shown", () -> shows(http, renewed));
            assertThat(shows(http, old)).isFalse();
            assertThat(health(before)).startsWith("HTTP/1.1 200");
            assertThat(http.server.problems()).isEmpty();
        }
    }

    @Test
    void findsAClientGoneThatHasClosedItsStream() throws Exception {
        Certificate certificate = makePair("server", "EC");
        try (HttpFixture http = serve();
                SSLSocket stream = connect(http, certificate)) {
            HttpFixture.listen(stream);

            stream.shutdownOutput();

            assertThat(HttpFixture.until(stream, "\n"))
                    .as("long before the first comment")
                    .isEmpty();
        }
    }

    @Test
    void keepsTheOldPairWhenTheNewOneCannotBeUsedAndSaysSo() throws Exception {
        Certificate old = makePair("server", "EC");
        try (HttpFixture http = serve()) {
            makePair("other", "EC");
            Files.copy(folder.resolve("other.key"), folder.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
            Await.until(
                    "the wrong key is noticed", () -> !http.server.problems().isEmpty());
            assertThat(http.server.problems().get(0)).contains("old certificate", "is not that of");
            assertThat(shows(http, old)).isTrue();

            Files.delete(folder.resolve("server.crt"));
            Await.until(
                    "the missing file is noticed",
                    () -> http.server.problems().get(0).contains("cannot be read"));
            assertThat(shows(http, old)).isTrue();

            Certificate mended = makePair("server", "EC");
            Await.until("the mended pair is shown", () -> shows(http, mended));
            assertThat(http.server.problems()).isEmpty();
        }
    }

    @Test
    void doesNotStartWithAPairThatCannotBeUsed() throws Exception {
        assertThatThrownBy(this::serve)
                .isInstanceOf(HttpStartException.class)
                .hasMessageContaining("server.crt cannot be read");

        makePair("server", "EC");
        makePair("other", "RSA");
        String key = Files.readString(folder.resolve("server.key"));
        Files.copy(folder.resolve("other.key"), folder.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(this::serve).hasMessageContaining("has no EC key");

        Files.writeString(folder.resolve("server.key"), key.replace("PRIVATE", "ENCRYPTED PRIVATE"));
        assertThatThrownBy(this::serve).hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
        assertThatThrownBy(this::serve).hasMessageNotContaining(key.substring(40, 60));
    }

    private HttpFixture serve() {
        TlsFiles files = new TlsFiles(folder.resolve("server.crt"), folder.resolve("server.key"));
        HttpAccessOptions access = new HttpAccessOptions(
                AuthConfig.none(), Set.of(), Set.of(), Optional.of(files), CallerLimitOptions.defaults());
        return new HttpFixture(CallLimits.defaults(), HttpOptions.of("127.0.0.1", 0), access, Map.of());
    }

    private boolean shows(HttpFixture http, Certificate certificate) throws Exception {
        try (SSLSocket socket = connect(http, certificate)) {
            return socket.getSession().getPeerCertificates()[0].equals(certificate);
        } catch (SSLHandshakeException e) {
            return false;
        }
    }

    /** Trusts this certificate and no other. */
    private static SSLSocket connect(HttpFixture http, Certificate trusted) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("server", trusted);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), http.server.port());
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    private static String health(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return HttpFixture.response(socket);
    }

    /** Writes NAME.crt and NAME.key, each in one step; no two pairs of a test are the same. */
    private Certificate makePair(String name, String algorithm) throws Exception {
        long before = taken.stream().filter(algorithm::equals).count();
        taken.add(algorithm);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(new ByteArrayInputStream(made(algorithm, before)), PASSWORD);
        X509Certificate certificate = (X509Certificate) keys.getCertificate("server");
        write(name + ".key", "PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded());
        write(name + ".crt", "CERTIFICATE", certificate.getEncoded());
        return certificate;
    }

    /** A store with a pair: another for each number, the same one in all tests. */
    private byte[] made(String algorithm, long number) throws Exception {
        String pair = algorithm + number;
        if (!MADE.containsKey(pair)) {
            MADE.put(pair, keytool(algorithm));
        }
        return MADE.get(pair);
    }

    private byte[] keytool(String algorithm) throws Exception {
        Path store = folder.resolve("made.p12");
        Files.deleteIfExists(store);
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-J-XX:TieredStopAtLevel=1",
                        "-J-XX:+UseSerialGC",
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        algorithm,
                        "-keysize",
                        algorithm.equals("RSA") ? "2048" : "256",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString()))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        return Files.readAllBytes(store);
    }

    private void write(String name, String what, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        Path beside = folder.resolve(name + ".new");
        Files.writeString(beside, "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
        Files.move(beside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

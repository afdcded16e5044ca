package io.weathervane.testing;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.weathervane.testing.TestCertificates.CertificateAndKey;
import io.weathervane.util.PemFiles;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** HTTPS servers on this machine by certificates of {@link TestCertificates}. */
public final class TestTls {
    private static final char[] PASSWORD = "in memory".toCharArray();

    private TestTls() {}

    /**
     * A server that is bound and not started.
     *
     * @param shown its own; may have expired
     * @param clients the authority of the clients that it lets in; all are when empty
     */
    public static HttpsServer bind(CertificateAndKey shown, Optional<Path> clients) throws Exception {
        return bind(shown, clients, 0);
    }

    /**
     * As {@link #bind(CertificateAndKey, Optional)}.
     *
     * @param port 0 for any that is free
     */
    public static HttpsServer bind(CertificateAndKey shown, Optional<Path> clients, int port) throws Exception {
        SSLContext context = context(shown, clients);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters usual = context.getDefaultSSLParameters();
                usual.setNeedClientAuth(clients.isPresent());
                parameters.setSSLParameters(usual);
            }
        });
        return server;
    }

    /** The same for a server socket. */
    public static SSLContext context(CertificateAndKey shown, Optional<Path> clients) throws Exception {
        KeyStore keys = PemFiles.keyStore(shown.certificate(), shown.key(), PASSWORD, begin(shown));
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(
                clients.isPresent() ? PemFiles.trustStore(PemFiles.authorities(clients.get(), Instant.now())) : null);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** A moment at which it was valid. */
    private static Instant begin(CertificateAndKey shown) throws Exception {
        return TestCertificates.validFrom(shown.certificate());
    }
}

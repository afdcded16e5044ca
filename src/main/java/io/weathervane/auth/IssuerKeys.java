package io.weathervane.auth;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;

/** The public keys of an issuer, from where it publishes them or from a file. */
final class IssuerKeys {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final Duration READ_MAX = Duration.ofSeconds(3);

    /** Most bytes of a set of keys: 256 KiB. */
    private static final int BYTES_MAX = 256 * 1024;

    /** How long keys are used without being asked for again: a key that the issuer withdrew is gone after that. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    /** Longest that one request waits for another that is fetching the keys. */
    private static final Duration FETCH_WAIT = Duration.ofSeconds(6);

    /** Tokens with made-up key ids make us ask the issuer no more often than this (twice in it, at most). */
    private static final Duration ASK_INTERVAL = Duration.ofSeconds(30);

    private IssuerKeys() {}

    static JWKSource<SecurityContext> at(URI address) {
        try {
            return JWKSourceBuilder.<SecurityContext>create(address.toURL(), new Retriever())
                    .cache(FRESH.toMillis(), FETCH_WAIT.toMillis())
                    .refreshAheadCache(false)
                    .rateLimited(ASK_INTERVAL.toMillis())
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("no address of keys: " + address, e);
        }
    }

    /** Read at each use: it is small, and so it is live. */
    static JWKSource<SecurityContext> in(Path file) {
        return (selector, context) -> new ImmutableJWKSet<>(read(file)).get(selector, context);
    }

    private static JWKSet read(Path file) throws KeySourceException {
        try (var in = Files.newInputStream(file)) {
            return JWKSet.parse(new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8));
        } catch (IOException | ParseException e) {
            throw new KeySourceException("the file of keys cannot be read", e);
        }
    }

    /** Goes where it was sent and nowhere else: a redirect may leave the issuer, or TLS. */
    private static final class Retriever extends DefaultResourceRetriever {
        Retriever() {
            super((int) CONNECT_MAX.toMillis(), (int) READ_MAX.toMillis(), BYTES_MAX);
        }

        @Override
        protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
            HttpURLConnection connection = super.openHTTPConnection(url);
            connection.setInstanceFollowRedirects(false);
            return connection;
        }
    }
}

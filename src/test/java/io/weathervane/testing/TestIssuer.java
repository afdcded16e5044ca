package io.weathervane.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An issuer of access tokens with real keys, which it publishes on a real port. */
public final class TestIssuer implements AutoCloseable {
    public static final String ISSUER = "https://id.example.org/realms/ops";
    public static final String RESOURCE = "https://ops.example.org/mcp";

    /** Generated once: it is most of what such a test takes. */
    private static final Keys KEYS = Keys.generate();

    public final RSAKey rsa;
    public final ECKey ec;

    /** How often the keys were asked for. */
    public final AtomicInteger asked = new AtomicInteger();

    /** What the issuer answers when asked for its keys. */
    public volatile int status = 200;

    private final HttpServer http;
    private volatile List<JWK> published;

    private record Keys(RSAKey rsa, ECKey ec) {
        static Keys generate() {
            try {
                return new Keys(
                        new RSAKeyGenerator(2048).keyID("rsa-1").generate(),
                        new ECKeyGenerator(Curve.P_256).keyID("ec-1").generate());
            } catch (JOSEException e) {
                throw new IllegalStateException("no keys for the test's issuer", e);
            }
        }
    }

    public TestIssuer() throws IOException {
        this(KEYS);
    }

    /** One that says it is the same issuer, but has other keys. */
    public static TestIssuer impostor() throws IOException {
        return new TestIssuer(Keys.generate());
    }

    private TestIssuer(Keys keys) throws IOException {
        rsa = keys.rsa;
        ec = keys.ec;
        published = List.of(rsa, ec);
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            byte[] body = new JWKSet(published).toPublicJWKSet().toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.getResponseHeaders().add("Location", keys().toString());
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
    }

    public URI keys() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/keys");
    }

    public void publish(JWK... keys) {
        published = List.of(keys);
    }

    /** Claims of a good token with these scopes. */
    public static JWTClaimsSet.Builder claims(String subject, String scopes) {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(RESOURCE)
                .subject(subject)
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .claim("scope", scopes);
    }

    /** A good token. */
    public String token(String subject, String scopes) throws JOSEException {
        return signed(rsa, JWSAlgorithm.RS256, claims(subject, scopes).build());
    }

    public static String signed(JWK key, JWSAlgorithm algorithm, JWTClaimsSet claims) throws JOSEException {
        return signed(
                key, new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims);
    }

    public static String signed(JWK key, JWSHeader header, JWTClaimsSet claims) throws JOSEException {
        JWSSigner signer = key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(signer);
        return token.serialize();
    }

    /** A header that says what kind of token it is. */
    public JWSHeader typed(String type) {
        return new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(rsa.getKeyID())
                .type(new JOSEObjectType(type))
                .build();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}

package io.weathervane.auth;

import static io.weathervane.testing.TestIssuer.claims;
import static io.weathervane.testing.TestIssuer.signed;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.weathervane.testing.FakeClock;
import io.weathervane.testing.FakeTicker;
import io.weathervane.testing.TestIssuer;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.util.TimeSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OAuthTokenVerifierTest {
    private static final Map<CallerRole, String> SCOPES = Map.of(
            CallerRole.VIEWER,
            "weathervane:view",
            CallerRole.OPERATOR,
            "weathervane:operate",
            CallerRole.APPROVER,
            "weathervane:approve");

    @TempDir
    private Path folder;

    private TestIssuer issuer;
    private Authenticator tokens;

    @BeforeEach
    void start() throws Exception {
        issuer = new TestIssuer();
        tokens = by(options(Optional.of(issuer.keys()), Optional.empty()));
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void knowsTheSubjectAndItsRolesByTheScopes() throws Exception {
        TokenVerdict verdict = tokens.check(issuer.token("alice", "openid weathervane:view weathervane:approve other"));

        assertThat(verdict)
                .isEqualTo(new TokenVerdict.Known(new Caller(
                                "alice@id.example.org/realms/ops",
                                Caller.Transport.HTTP,
                                Set.of(CallerRole.VIEWER, CallerRole.APPROVER))
                        .withScopes(Set.of("openid", "weathervane:view", "weathervane:approve", "other"))));
    }

    @Test
    void takesEllipticSignaturesListsOfScopesAndEitherTypeOfToken() throws Exception {
        JWTClaimsSet listed = claims("bob", "")
                .claim("scope", null)
                .claim("scp", List.of("weathervane:operate"))
                .build();

        assertThat(tokens.check(signed(issuer.ec, JWSAlgorithm.ES256, listed)))
                .isEqualTo(new TokenVerdict.Known(
                        new Caller("bob@id.example.org/realms/ops", Caller.Transport.HTTP, Set.of(CallerRole.OPERATOR))
                                .withScopes(Set.of("weathervane:operate"))));
        assertThat(tokens.check(signed(issuer.rsa, issuer.typed("at+jwt"), good())))
                .isInstanceOf(TokenVerdict.Known.class);
        assertThat(tokens.check(signed(issuer.rsa, issuer.typed("JWT"), good())))
                .isInstanceOf(TokenVerdict.Known.class);
    }

    @Test
    void aTokenWithoutAScopeOfOursGivesNoRole() throws Exception {
        assertThat(tokens.check(issuer.token("alice", "weathervane:everything")))
                .isEqualTo(new TokenVerdict.Known(
                        new Caller("alice@id.example.org/realms/ops", Caller.Transport.HTTP, Set.of())
                                .withScopes(Set.of("weathervane:everything"))));
    }

    @Test
    void refusesWhatIsExpiredNotYetValidOrForAnother() throws Exception {
        Instant now = Instant.now();
        refuses(claims("a", "").expirationTime(Date.from(now.minusSeconds(60))).build());
        refuses(claims("a", "").expirationTime(null).build());
        refuses(claims("a", "").notBeforeTime(Date.from(now.plusSeconds(60))).build());
        refuses(claims("a", "").audience("https://other.example.org/mcp").build());
        refuses(claims("a", "").audience((String) null).build());
        refuses(claims("a", "").issuer("https://id.example.org/realms/other").build());
        refuses(claims("a", "").issuer(null).build());
        refuses(claims("a", "").subject(null).build());
        refuses(claims(" ", "").build());
        refuses(claims("a\nb", "").build());
        refuses(claims("a".repeat(201), "").build());
    }

    @Test
    void forgivesALittleOfTheClock() throws Exception {
        JWTClaimsSet justOver = claims("a", "")
                .expirationTime(Date.from(Instant.now().minusSeconds(10)))
                .build();

        assertThat(tokens.check(signed(issuer.rsa, JWSAlgorithm.RS256, justOver)))
                .isInstanceOf(TokenVerdict.Known.class);
    }

    @Test
    void refusesATokenWithoutASignature() {
        assertThat(tokens.check(new PlainJWT(good()).serialize())).isInstanceOf(TokenVerdict.Refused.class);
    }

    /** The public key is no secret, so every caller could sign like this. */
    @Test
    void refusesASymmetricSignatureByThePublicKey() throws Exception {
        for (byte[] secret : List.of(
                issuer.rsa.toRSAPublicKey().getEncoded(),
                issuer.rsa.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8))) {
            SignedJWT confused = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build(), good());
            confused.sign(new MACSigner(secret));

            assertThat(tokens.check(confused.serialize())).isInstanceOf(TokenVerdict.Refused.class);
        }
    }

    @Test
    void refusesAnAlgorithmThatIsNotOnTheList() throws Exception {
        assertThat(tokens.check(signed(issuer.rsa, JWSAlgorithm.RS512, good())))
                .isInstanceOf(TokenVerdict.Refused.class);
    }

    @Test
    void refusesAKeyThatTheTokenBringsAlong() throws Exception {
        RSAKey own = new RSAKeyGenerator(2048).keyID("mine").generate();
        JWSHeader bringing = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("mine")
                .jwk(own.toPublicJWK())
                .jwkURL(issuer.keys())
                .build();

        assertThat(tokens.check(signed(own, bringing, good()))).isNotInstanceOf(TokenVerdict.Known.class);
    }

    @Test
    void refusesAnotherKindOfToken() throws Exception {
        assertThat(tokens.check(signed(issuer.rsa, issuer.typed("logout+jwt"), good())))
                .isInstanceOf(TokenVerdict.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void refusesATokenOfWhichAnyPartWasChanged(int part) throws Exception {
        String[] parts = issuer.token("alice", "weathervane:view").split("\\.");
        char[] text = parts[part].toCharArray();
        text[10] = text[10] == 'A' ? 'B' : 'A';
        parts[part] = new String(text);

        assertThat(tokens.check(String.join(".", parts))).isInstanceOf(TokenVerdict.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "wvt_abc", "eyJ.eyJ.x", "eyJhbGciOiJub25lIn0.e30."})
    void refusesWhatIsNoToken(String text) {
        assertThat(tokens.check(text)).isInstanceOf(TokenVerdict.Refused.class);
        assertThat(issuer.asked).hasValue(0);
    }

    @Test
    void findsANewKeyOfTheIssuerAndForgetsTheOldOne() throws Exception {
        assertThat(tokens.check(issuer.token("alice", ""))).isInstanceOf(TokenVerdict.Known.class);
        RSAKey next = new RSAKeyGenerator(2048).keyID("rsa-2").generate();
        issuer.publish(next);

        assertThat(tokens.check(signed(next, JWSAlgorithm.RS256, good()))).isInstanceOf(TokenVerdict.Known.class);
        assertThat(tokens.check(issuer.token("alice", ""))).isNotInstanceOf(TokenVerdict.Known.class);
    }

    @Test
    void asksTheIssuerSeldomHoweverManyKeysAreMadeUp() throws Exception {
        RSAKey unknown = new RSAKeyGenerator(2048).keyID("made-up").generate();
        for (int i = 0; i < 20; i++) {
            assertThat(tokens.check(signed(unknown, JWSAlgorithm.RS256, good())))
                    .isNotInstanceOf(TokenVerdict.Known.class);
        }

        assertThat(issuer.asked.get()).isLessThanOrEqualTo(2);
        assertThat(tokens.problems()).isEmpty();
        assertThat(tokens.check(issuer.token("alice", ""))).isInstanceOf(TokenVerdict.Known.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 404, 302})
    void nobodyComesInWhileTheKeysCannotBeHad(int status) throws Exception {
        issuer.status = status;

        assertThat(tokens.check(issuer.token("alice", ""))).isInstanceOf(TokenVerdict.Unavailable.class);
        assertThat(tokens.problems()).singleElement().asString().contains(TestIssuer.ISSUER);

        issuer.status = 200;
        assertThat(tokens.check(issuer.token("alice", ""))).isInstanceOf(TokenVerdict.Known.class);
        assertThat(tokens.problems()).isEmpty();
    }

    @Test
    void readsKeysFromAFileAsItIsNow() throws Exception {
        Path file = folder.resolve("keys.json");
        Authenticator byFile = by(options(Optional.empty(), Optional.of(file)));
        String token = issuer.token("alice", "");

        assertThat(byFile.check(token)).isInstanceOf(TokenVerdict.Unavailable.class);
        Files.writeString(file, "{\"keys\":[" + issuer.rsa.toPublicJWK().toJSONString() + "]}");
        assertThat(byFile.check(token)).isInstanceOf(TokenVerdict.Known.class);
        Files.writeString(file, "{\"keys\":[]}");
        assertThat(byFile.check(token)).isInstanceOf(TokenVerdict.Refused.class);
        Files.writeString(file, "{");
        assertThat(byFile.check(token)).isInstanceOf(TokenVerdict.Unavailable.class);
    }

    @Test
    void tokensOfAFileAreGoodBesideTheIssuersAlsoWhenThatIsDown() throws Exception {
        Path file = folder.resolve("tokens.json");
        String own = new TokenHashFileStore(file)
                .create("alice", Set.of(CallerRole.VIEWER), Instant.now(), Optional.empty());
        issuer.status = 500;
        Authenticator both = Authenticator.by(
                Optional.of(file),
                Optional.of(options(Optional.of(issuer.keys()), Optional.empty())),
                TimeSource.system());

        assertThat(both.check(own)).isInstanceOf(TokenVerdict.Known.class);
        assertThat(both.check(issuer.token("alice", ""))).isInstanceOf(TokenVerdict.Unavailable.class);
        assertThat(both.check("wvt_unknown")).isInstanceOf(TokenVerdict.Refused.class);
    }

    @Test
    void aTokenThatWasSeenExpiredStaysSoWhenTheClockIsSetBack() throws Exception {
        FakeClock clock = new FakeClock(Instant.now());
        tokens = Authenticator.by(
                Optional.empty(),
                Optional.of(options(Optional.of(issuer.keys()), Optional.empty())),
                new TimeSource(clock, new FakeTicker()));
        String token = issuer.token("alice", "");
        assertThat(tokens.check(token)).isInstanceOf(TokenVerdict.Known.class);
        clock.advance(Duration.ofDays(1));
        assertThat(tokens.check(token)).isInstanceOf(TokenVerdict.Refused.class);
        clock.advance(Duration.ofDays(-1));

        assertThat(tokens.check(token)).isInstanceOf(TokenVerdict.Refused.class);
        assertThat(tokens.check(issuer.token("bob", ""))).isInstanceOf(TokenVerdict.Known.class);
    }

    private void refuses(JWTClaimsSet claims) throws JOSEException {
        assertThat(tokens.check(signed(issuer.rsa, JWSAlgorithm.RS256, claims)))
                .as(claims.toString())
                .isInstanceOf(TokenVerdict.Refused.class);
    }

    private static JWTClaimsSet good() {
        return claims("alice", "weathervane:view").build();
    }

    private static Authenticator by(OAuthOptions options) {
        return Authenticator.by(Optional.empty(), Optional.of(options), TimeSource.system());
    }

    private static OAuthOptions options(Optional<URI> keys, Optional<Path> file) {
        return new OAuthOptions(
                TestIssuer.ISSUER,
                URI.create(TestIssuer.RESOURCE),
                keys,
                file,
                new OAuthTokenPolicy(
                        Set.of(TestIssuer.RESOURCE), List.of("RS256", "ES256"), "sub", SCOPES, Duration.ofSeconds(30)));
    }
}

package io.weathervane.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.util.SafeText;
import io.weathervane.util.Sha256;
import java.text.ParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Access tokens that an issuer signed (RFC 9068 and what is like it). */
final class OAuthTokenVerifier implements TokenVerifier {
    private static final Logger LOG = LoggerFactory.getLogger("Tokens");

    private final OAuthOptions options;
    private final MonotonicTokenExpiry expiries;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final String issuerName;
    private volatile Optional<String> problem = Optional.empty();

    OAuthTokenVerifier(OAuthOptions options, MonotonicTokenExpiry expiries) {
        this.options = options;
        this.expiries = expiries;
        this.issuerName = options.issuer().replaceFirst("^https?://", "");
        Set<JWSAlgorithm> algorithms =
                options.tokens().algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(
                new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"), JOSEObjectType.JWT, null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                algorithms,
                options.keysUrl()
                        .map(IssuerKeys::at)
                        .orElseGet(() -> IssuerKeys.in(options.keysFile().orElseThrow()))));
        processor.setJWTClaimsSetVerifier(claims(options));
    }

    private static DefaultJWTClaimsVerifier<SecurityContext> claims(OAuthOptions options) {
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                options.tokens().audiences(),
                new JWTClaimsSet.Builder().issuer(options.issuer()).build(),
                Set.of("exp", options.tokens().principalClaim()),
                /* prohibitedClaims= */ null);
        claims.setMaxClockSkew((int) options.tokens().clockSkew().toSeconds());
        return claims;
    }

    /** What the library says of a token stays here: it may quote it. */
    @Override
    public TokenVerdict check(String token) {
        if (token.chars().filter(c -> c == '.').count() < 2) {
            return new TokenVerdict.Refused("no JSON Web Token");
        }
        try {
            JWTClaimsSet claims = processor.process(token, null);
            problem = Optional.empty();
            return isOver(token, claims)
                    ? new TokenVerdict.Refused("expired, as the clock said before it was set back")
                    : known(claims);
        } catch (BadJWTException e) {
            problem = Optional.empty(); // claims are looked at after the signature, so there were keys
            rememberExpiry(token);
            return new TokenVerdict.Refused("expired, not yet valid, or for another audience or of another issuer");
        } catch (ParseException e) {
            return new TokenVerdict.Refused("no JSON Web Token");
        } catch (BadJOSEException e) {
            return new TokenVerdict.Refused("not signed by a key of the issuer in an accepted way");
        } catch (RateLimitReachedException e) {
            return new TokenVerdict.Unavailable("the keys of " + options.issuer() + " were asked for a moment ago");
        } catch (JOSEException e) {
            return unknowable(e);
        }
    }

    /** By the moment from which the library refuses it. */
    private boolean isOver(String token, JWTClaimsSet claims) {
        String hash = Sha256.of(token);
        return Optional.ofNullable(claims.getExpirationTime())
                .map(end -> end.toInstant().plus(options.tokens().clockSkew()))
                .filter(end -> expiries.isOver(hash, end))
                .isPresent();
    }

    /** Of a token whose signature was good: once it has expired, no clock brings it back. */
    private void rememberExpiry(String token) {
        try {
            boolean over = isOver(token, JWTParser.parse(token).getJWTClaimsSet());
            LOG.debug("a signed token was refused for its claims expired={}", over);
        } catch (ParseException e) {
            LOG.debug("a token that was refused cannot be read again", e);
        }
    }

    @Override
    public Optional<String> problem() {
        return problem;
    }

    private TokenVerdict unknowable(JOSEException e) {
        String why = "the keys of " + options.issuer() + " cannot be had";
        if (problem.isEmpty()) {
            LOG.error(
                    "{}: tokens of this issuer cannot be checked cause={}",
                    why,
                    e.getClass().getSimpleName());
        }
        problem = Optional.of(why);
        return new TokenVerdict.Unavailable(why);
    }

    private TokenVerdict known(JWTClaimsSet claims) {
        String principal = claims.getClaim(options.tokens().principalClaim()) instanceof String text ? text : "";
        if (!SafeText.isName(principal)) {
            return new TokenVerdict.Refused("the claim " + options.tokens().principalClaim() + " names no principal");
        }
        Set<String> scopes = new HashSet<>(words(claims.getClaim("scope")));
        scopes.addAll(words(claims.getClaim("scp")));
        scopes.remove("");
        return new TokenVerdict.Known(
                new Caller(principal + "@" + issuerName, Caller.Transport.HTTP, roles(scopes)).withScopes(scopes));
    }

    private Set<CallerRole> roles(Set<String> scopes) {
        Set<CallerRole> roles = EnumSet.noneOf(CallerRole.class);
        options.tokens().scopes().forEach((role, scope) -> {
            if (scopes.contains(scope)) {
                roles.add(role);
            }
        });
        return roles;
    }

    /** Scopes are one text with spaces, or a list. */
    private static List<String> words(@Nullable Object claim) {
        if (claim instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        return claim instanceof String text ? Arrays.asList(text.split(" ")) : List.of();
    }
}

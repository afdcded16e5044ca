package io.weathervane.auth;

import io.weathervane.tool.CallerRole;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Requirements on an issuer's tokens, and the roles that they give.
 *
 * @param audiences one of these must be in a token's {@code aud}; usually the resource
 * @param algorithms of signatures that are accepted; public-key ones only
 * @param principalClaim what names the caller, usually {@code sub}
 * @param scopes which scope gives which role
 * @param clockSkew how far the issuer's clock may be off
 */
public record OAuthTokenPolicy(
        Set<String> audiences,
        List<String> algorithms,
        String principalClaim,
        Map<CallerRole, String> scopes,
        Duration clockSkew) {
    /** Signatures by a private key: what a public key can check and not make. */
    public static final List<String> ALGORITHMS =
            List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    public OAuthTokenPolicy {
        audiences = Set.copyOf(audiences);
        algorithms = List.copyOf(algorithms);
        scopes = Map.copyOf(scopes);
        if (!ALGORITHMS.containsAll(algorithms) || algorithms.isEmpty()) {
            throw new IllegalArgumentException("algorithms are some of " + ALGORITHMS);
        }
        if (audiences.isEmpty() || !scopes.keySet().equals(Set.of(CallerRole.values()))) {
            throw new IllegalArgumentException("there must be an audience, and a scope for each role");
        }
    }
}

package io.weathervane.auth;

import io.weathervane.tool.CallerRole;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whose tokens are believed, and what they are worth.
 *
 * @param issuer as the tokens' {@code iss} has it, to the letter
 * @param resource the address by which clients know this server, such as {@code https://ops.example.org/mcp}
 * @param audiences one of these must be in a token's {@code aud}; usually the resource
 * @param keysUrl where the issuer publishes its keys (JWKS); empty when they are in a file
 * @param keysFile a file of them; empty when they are at an address
 * @param algorithms of signatures that are accepted; public-key ones only
 * @param principalClaim what names the caller, usually {@code sub}
 * @param scopes which scope gives which role
 * @param clockSkew how far the issuer's clock may be off
 */
public record OAuthOptions(
        String issuer,
        URI resource,
        Set<String> audiences,
        Optional<URI> keysUrl,
        Optional<Path> keysFile,
        List<String> algorithms,
        String principalClaim,
        Map<CallerRole, String> scopes,
        Duration clockSkew) {
    /** Signatures by a private key: what a public key can check and not make. */
    public static final List<String> ALGORITHMS =
            List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    public OAuthOptions {
        audiences = Set.copyOf(audiences);
        algorithms = List.copyOf(algorithms);
        scopes = Map.copyOf(scopes);
        if (keysUrl.isPresent() == keysFile.isPresent()) {
            throw new IllegalArgumentException("the keys are at an address or in a file");
        }
        if (!ALGORITHMS.containsAll(algorithms) || algorithms.isEmpty()) {
            throw new IllegalArgumentException("algorithms are some of " + ALGORITHMS);
        }
        if (audiences.isEmpty() || !scopes.keySet().equals(Set.of(CallerRole.values()))) {
            throw new IllegalArgumentException("there must be an audience, and a scope for each role");
        }
    }
}

package io.weathervane.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * An OAuth 2.1 issuer whose access tokens (JWT) are believed.
 *
 * @param issuer as the tokens have it in {@code iss}
 * @param resource the address by which clients know this server
 * @param audiences what {@code aud} may say; the resource, unless the issuer has another name for it
 * @param keysUrl where the issuer publishes its keys
 * @param keysFile a file with them, in the place of an address
 * @param scopes by the role's name
 */
public record OAuthSettings(
        String issuer,
        URI resource,
        List<String> audiences,
        Optional<URI> keysUrl,
        Optional<Path> keysFile,
        List<String> algorithms,
        String principalClaim,
        Map<String, String> scopes,
        Duration clockSkew) {
    static final Map<String, String> SCOPES =
            Map.of("viewer", "weathervane:view", "operator", "weathervane:operate", "approver", "weathervane:approve");

    private static final List<String> ALGORITHMS = List.of("RS256", "PS256", "ES256", "ES384");
    private static final Set<String> KNOWN_ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    static OAuthSettings from(Section section, Path base) {
        String issuer = section.words("issuer")
                .orElseThrow(() -> section.missing("issuer", "the issuer's address, as its tokens have it in iss"));
        URI resource = secureAddress(section, "resource")
                .orElseThrow(() -> section.missing(
                        "resource", "the address of this server for its clients, such as https://ops.example.org/mcp"));
        secureAddress(section, "issuer");
        String keys = section.words("jwks")
                .orElseThrow(() -> section.missing("jwks", "the address of the issuer's keys, or a file of them"));
        boolean address = keys.contains("://");
        List<String> audiences = section.texts("audiences");
        return new OAuthSettings(
                issuer,
                resource,
                audiences.isEmpty() ? List.of(resource.toString()) : audiences,
                address ? secureAddress(section, "jwks") : Optional.empty(),
                address ? Optional.empty() : Paths.file(section, "jwks", base),
                algorithms(section),
                section.words("principalClaim").orElse("sub"),
                section.section("scopes", OAuthSettings::scopes).orElse(SCOPES),
                section.duration("clockSkew", Duration.ZERO, Duration.ofMinutes(5))
                        .orElse(Duration.ofSeconds(30)));
    }

    private static List<String> algorithms(Section section) {
        List<String> algorithms = section.texts("algorithms");
        algorithms.stream()
                .filter(name -> !KNOWN_ALGORITHMS.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw section.problem(
                            "algorithms",
                            "has " + name + "; a signature that only a public key checks is one of "
                                    + String.join(
                                            ", ",
                                            KNOWN_ALGORITHMS.stream().sorted().toList()));
                });
        return algorithms.isEmpty() ? ALGORITHMS : algorithms;
    }

    private static Map<String, String> scopes(Section section) {
        Function<String, String> scope = role -> section.words(role).orElse(String.valueOf(SCOPES.get(role)));
        Map<String, String> scopes = Map.of(
                "viewer", scope.apply("viewer"),
                "operator", scope.apply("operator"),
                "approver", scope.apply("approver"));
        if (scopes.values().stream().anyMatch(text -> !text.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+"))) {
            throw section.refused("has a scope with a character that a scope cannot have");
        }
        return scopes;
    }

    /** What is fetched or shown to clients comes over TLS, or from this machine. */
    private static Optional<URI> secureAddress(Section section, String key) {
        return section.words(key).map(text -> {
            URI address = parsed(section, key, text);
            String host = String.valueOf(address.getHost());
            boolean local = "http".equals(address.getScheme()) && LOOPBACK.contains(host);
            boolean plain = address.getRawQuery() == null
                    && address.getRawFragment() == null
                    && address.getRawUserInfo() == null;
            if (address.getHost() == null || !plain || !("https".equals(address.getScheme()) || local)) {
                throw section.problem(
                        key, "must be an https address (http only on this machine), without user and query");
            }
            return address;
        });
    }

    private static URI parsed(Section section, String key, String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw section.problem(key, "is no address", e);
        }
    }
}

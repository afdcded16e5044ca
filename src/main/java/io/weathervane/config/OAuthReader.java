package io.weathervane.config;

import io.weathervane.auth.OAuthOptions;
import io.weathervane.auth.OAuthTokenPolicy;
import io.weathervane.tool.CallerRole;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code server.auth.oauth}: an issuer whose access tokens are believed. */
final class OAuthReader {
    private static final Map<CallerRole, String> SCOPES = Map.of(
            CallerRole.VIEWER, "weathervane:view",
            CallerRole.OPERATOR, "weathervane:operate",
            CallerRole.APPROVER, "weathervane:approve");

    private static final List<String> ALGORITHMS = List.of("RS256", "PS256", "ES256", "ES384");

    private final Section section;
    private final Path base;

    OAuthReader(Section section, Path base) {
        this.section = section;
        this.base = base;
    }

    OAuthOptions read() {
        String issuer = section.words("issuer")
                .orElseThrow(() -> section.missing("issuer", "the issuer's address, as its tokens have it in iss"));
        URI resource = secureAddress("resource")
                .orElseThrow(() -> section.missing(
                        "resource", "the address of this server for its clients, such as https://ops.example.org/mcp"));
        secureAddress("issuer");
        String keys = section.words("jwks")
                .orElseThrow(() -> section.missing("jwks", "the address of the issuer's keys, or a file of them"));
        boolean address = keys.contains("://");
        List<String> audiences = section.texts("audiences");
        Optional<URI> keysUrl = address ? secureAddress("jwks") : Optional.empty();
        Optional<Path> keysFile = address ? Optional.empty() : RelativePathResolver.file(section, "jwks", base);
        OAuthTokenPolicy tokens = new OAuthTokenPolicy(
                audiences.isEmpty() ? Set.of(resource.toString()) : Set.copyOf(audiences),
                algorithms(),
                section.words("principalClaim").orElse("sub"),
                section.section("scopes", OAuthReader::scopes).orElse(SCOPES),
                section.duration("clockSkew", Duration.ZERO, Duration.ofMinutes(5))
                        .orElse(Duration.ofSeconds(30)));
        return new OAuthOptions(issuer, resource, keysUrl, keysFile, tokens);
    }

    private List<String> algorithms() {
        List<String> algorithms = section.texts("algorithms");
        algorithms.stream()
                .filter(name -> !OAuthTokenPolicy.ALGORITHMS.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw section.problem(
                            "algorithms",
                            "has " + name + "; a signature that only a public key checks is one of "
                                    + String.join(
                                            ", ",
                                            OAuthTokenPolicy.ALGORITHMS.stream()
                                                    .sorted()
                                                    .toList()));
                });
        return algorithms.isEmpty() ? ALGORITHMS : algorithms;
    }

    private static Map<CallerRole, String> scopes(Section section) {
        Map<CallerRole, String> scopes = new EnumMap<>(SCOPES);
        for (CallerRole role : CallerRole.values()) {
            section.words(role.wireName()).ifPresent(scope -> scopes.put(role, scope));
        }
        if (scopes.values().stream().anyMatch(text -> !text.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+"))) {
            throw section.refused("has a scope with a character that a scope cannot have");
        }
        return scopes;
    }

    /** What is fetched or shown to clients comes over TLS, or from this machine. */
    private Optional<URI> secureAddress(String key) {
        return section.words(key).map(text -> {
            URI address = parsed(key, text);
            boolean plain = address.getRawQuery() == null
                    && address.getRawFragment() == null
                    && address.getRawUserInfo() == null;
            if (address.getHost() == null || !plain || !HttpUrls.isProtected(address)) {
                throw section.problem(
                        key, "must be an https address (http only on this machine), without user and query");
            }
            return address;
        });
    }

    private URI parsed(String key, String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw section.problem(key, "is no address", e);
        }
    }
}

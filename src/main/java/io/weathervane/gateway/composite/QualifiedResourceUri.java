package io.weathervane.gateway.composite;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A resource's URI with its service's name, for a URI that a service before it has as well. All others keep their own:
 * a server's answers name them, too. A listed one is encoded; one that a client made of a template stands as it is, so that
 * the service gets what the client made, and is told by its colon, which is never left in an encoded one.
 */
record QualifiedResourceUri(String service, String uri) {
    private static final String SCHEME = "weathervane-service://";

    /** What clients see. */
    String shown() {
        return SCHEME + service + "/" + URLEncoder.encode(uri, StandardCharsets.UTF_8);
    }

    /** What clients see when it is a template that they fill in, and what they make of it. */
    String asTemplate() {
        return SCHEME + service + "/" + uri;
    }

    /** Empty for a URI that is none of these. */
    static Optional<QualifiedResourceUri> parse(String shown) {
        int slash = shown.indexOf('/', SCHEME.length());
        if (!shown.startsWith(SCHEME) || slash < 0) {
            return Optional.empty();
        }
        String service = shown.substring(SCHEME.length(), slash);
        String rest = shown.substring(slash + 1);
        if (rest.contains(":")) {
            return Optional.of(new QualifiedResourceUri(service, rest));
        }
        try {
            return Optional.of(new QualifiedResourceUri(service, URLDecoder.decode(rest, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

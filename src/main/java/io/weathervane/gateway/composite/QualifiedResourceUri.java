package io.weathervane.gateway.composite;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A resource's URI with its service's name, for a URI that a service before it has as well. All others keep their own:
 * a server's answers name them, too.
 */
record QualifiedResourceUri(String service, String uri) {
    private static final String SCHEME = "weathervane-service://";

    /** What clients see. */
    String shown() {
        return SCHEME + service + "/" + URLEncoder.encode(uri, StandardCharsets.UTF_8);
    }

    /** Empty for a URI that is none of these. */
    static Optional<QualifiedResourceUri> parse(String shown) {
        int slash = shown.indexOf('/', SCHEME.length());
        if (!shown.startsWith(SCHEME) || slash < 0) {
            return Optional.empty();
        }
        try {
            String uri = URLDecoder.decode(shown.substring(slash + 1), StandardCharsets.UTF_8);
            return Optional.of(new QualifiedResourceUri(shown.substring(SCHEME.length(), slash), uri));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

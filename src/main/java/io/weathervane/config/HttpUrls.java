package io.weathervane.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/** Reads addresses of HTTP servers that are called. */
final class HttpUrls {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private HttpUrls() {}

    /** Whether what is sent there cannot be read on the way: it goes over TLS, or stays on this machine. */
    static boolean isProtected(URI url) {
        boolean local = LOOPBACK.contains(String.valueOf(url.getHost()));
        return "https".equalsIgnoreCase(url.getScheme()) || (local && "http".equalsIgnoreCase(url.getScheme()));
    }

    /** @param what it is the address of, for who left it out */
    static URI read(Section section, String key, String what) {
        String text = section.words(key).orElseThrow(() -> section.missing(key, what));
        try {
            URI url = new URI(text);
            if (url.getScheme() != null
                    && SCHEMES.contains(url.getScheme().toLowerCase(Locale.ROOT))
                    && url.getHost() != null
                    && url.getUserInfo() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw section.problem(key, "is not a URL", e);
        }
        throw section.problem(key, "must be an http or https URL with a host and without a user name or password");
    }
}

package io.weathervane.worker;

import io.weathervane.util.Redactor;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Addresses of an MCP server over Streamable HTTP that this server does not start.
 *
 * @param urls its instances, at least one; each is probed
 * @param dryRunUrl an instance whose calls change nothing, for comparisons
 */
public record RemoteSpec(List<URI> urls, Optional<URI> dryRunUrl, RemoteAccessSpec access) implements ServerSpec {
    /** Most instances of a release. */
    public static final int URLS_MAX = 16;

    private static final Set<String> SCHEMES = Set.of("http", "https");

    public RemoteSpec {
        urls = List.copyOf(urls);
        if (urls.isEmpty() || urls.size() > URLS_MAX) {
            throw new IllegalArgumentException("a remote release has 1 to " + URLS_MAX + " URLs, was " + urls.size());
        }
        urls.forEach(RemoteSpec::check);
        dryRunUrl.ifPresent(RemoteSpec::check);
    }

    /** One instance that asks for nothing. */
    public static RemoteSpec of(URI url) {
        return new RemoteSpec(List.of(url), Optional.empty(), RemoteAccessSpec.none());
    }

    /** One that runs there instead; what lets us in goes along to the same server only (scheme, host and port). */
    public RemoteSpec at(URI url) {
        boolean same = urls.stream().anyMatch(own -> isSameServer(own, url));
        return new RemoteSpec(List.of(url), Optional.empty(), same ? access : RemoteAccessSpec.none());
    }

    private static boolean isSameServer(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI url) {
        boolean tls = url.getScheme().equalsIgnoreCase("https");
        return url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
    }

    /** The instance for calls that are not real, which is let in as the others; empty when there is none. */
    public Optional<RemoteSpec> inDryRun() {
        return dryRunUrl.map(url -> new RemoteSpec(List.of(url), Optional.empty(), access));
    }

    /** The URL that this text is, rather than a command; empty when it is none, or none of a server. */
    public static Optional<URI> urlIn(String text) {
        if (!isUrl(text)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new URI(text.strip())).filter(url -> problem(url).isEmpty());
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Why the text, which begins as a URL, cannot be that of a server; empty when it can, and for a command. */
    public static Optional<String> problemIn(String text) {
        if (!isUrl(text)) {
            return Optional.empty();
        }
        try {
            return problem(new URI(text.strip()));
        } catch (URISyntaxException e) {
            return Optional.of("is not one: " + e.getReason());
        }
    }

    private static boolean isUrl(String text) {
        String begin = text.strip().toLowerCase(Locale.ROOT);
        return begin.startsWith("http://") || begin.startsWith("https://");
    }

    private static void check(URI url) {
        problem(url).ifPresent(problem -> {
            throw new IllegalArgumentException("the URL " + problem);
        });
    }

    /** Why the URL cannot be that of a server, without its text, which may have a secret; empty when it can. */
    public static Optional<String> problem(URI url) {
        if (url.getScheme() == null || !SCHEMES.contains(url.getScheme().toLowerCase(Locale.ROOT))) {
            return Optional.of("must begin with http:// or https://");
        }
        if (url.getRawUserInfo() != null
                || (url.getRawAuthority() != null && url.getRawAuthority().contains("@"))) {
            return Optional.of("must not have a user name or a password; give these by auth or headers, from a variable"
                    + " or a file");
        }
        if (url.getHost() == null) {
            return Optional.of("must have a host");
        }
        if (url.getRawFragment() != null) {
            return Optional.of("must not have a fragment (#…): a server never sees it");
        }
        boolean secret = !Redactor.clean(url.toString()).equals(url.toString());
        return secret
                ? Optional.of(
                        "must not have what looks like a secret: it would stand in records and logs; give it by auth"
                                + " or headers, from a variable or a file")
                : Optional.empty();
    }
}

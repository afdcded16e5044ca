package io.weathervane.transport.http;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells this machine's names from all others. A web page on another site that resolves its own name to
 * 127.0.0.1 (DNS rebinding) comes with that name in {@code Host} and {@code Origin}.
 */
final class LoopbackNames {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private LoopbackNames() {}

    /** Whether the server may listen on it: only this machine's users can reach it. */
    static boolean isLoopback(String host) {
        return NAMES.contains(host.toLowerCase(Locale.ROOT)) || host.equals("::1");
    }

    /** A {@code Host} header: a local name, with any port or none. */
    static boolean allowsHost(@Nullable String host) {
        return host != null && isLocalAuthority(host);
    }

    /** An {@code Origin} header: none, or a local name. The origin {@code null} is a sandboxed page: refused. */
    static boolean allowsOrigin(@Nullable String origin) {
        if (origin == null) {
            return true;
        }
        String folded = origin.toLowerCase(Locale.ROOT);
        int scheme = folded.indexOf("://");
        boolean web = scheme > 0 && Set.of("http", "https").contains(folded.substring(0, scheme));
        return web && isLocalAuthority(folded.substring(scheme + "://".length()));
    }

    private static boolean isLocalAuthority(String authority) {
        String folded = authority.toLowerCase(Locale.ROOT);
        int port = folded.lastIndexOf(':');
        if (port <= folded.lastIndexOf(']')) {
            return NAMES.contains(folded);
        }
        return NAMES.contains(folded.substring(0, port)) && isPort(folded.substring(port + 1));
    }

    private static boolean isPort(String text) {
        if (text.isEmpty() || text.length() > 5) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}

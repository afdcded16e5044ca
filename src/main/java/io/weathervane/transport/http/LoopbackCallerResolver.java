package io.weathervane.transport.http;

import io.weathervane.peer.Peer;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Identifies a caller without a token by the user that holds its end of the connection. */
final class LoopbackCallerResolver {
    /** How the names of headers begin that only a proxy, a tunnel or a gate for logins adds: no client by itself does. */
    private static final List<String> BEGINNINGS = List.of(
            "forwarded",
            "x-forward",
            "via",
            "x-via",
            "x-original-",
            "x-originating-",
            "x-real-",
            "x-remote-",
            "remote-",
            "x-proxy",
            "x-auth-request-",
            "x-authenticated-",
            "x-authentik-",
            "x-webauth-",
            "x-ms-client-principal",
            "x-goog-authenticated-",
            "x-goog-iap-",
            "ssl-client-",
            "x-ssl-",
            "x-client-cert",
            "x-scheme",
            "front-end-https",
            "surrogate-capability",
            "tailscale-",
            "ngrok-",
            "cf-",
            "cdn-",
            "cloudfront-",
            "x-amz-cf-",
            "x-amzn-",
            "x-appengine-",
            "x-azure-",
            "x-arr-",
            "x-envoy-",
            "x-varnish",
            "x-akamai-",
            "akamai-",
            "fastly-",
            "fly-",
            "x-vercel-",
            "x-nf-",
            "true-client-");

    /** How they end: a proxy says for which address it asks. */
    private static final List<String> ENDINGS =
            List.of("-ip", "clientip", "socketip", "-ipv4", "-ipv6", "-addr", "-address", "-forwarded-for");

    private static final Set<CallerRole> ALL = Set.of(CallerRole.values());
    private static final Set<CallerRole> LOOKS = Set.of(CallerRole.VIEWER);

    private LoopbackCallerResolver() {}

    /**
     * The server's own user and root may do everything; every other looks, and makes safe.
     *
     * @param trusting whether a caller that the system cannot identify counts as the server's user
     */
    static Caller of(Peer peer, HttpFields headers, boolean trusting) {
        if (peer.kind() == Peer.Kind.OTHER_USER && !isForwarded(headers)) {
            return Caller.ofUser(peer.user(), Caller.Transport.HTTP, Caller.Identity.OTHER_USER, LOOKS);
        }
        if (peer.kind() == Peer.Kind.SERVER_USER && !isForwarded(headers)) {
            return Caller.ofUser(peer.user(), Caller.Transport.HTTP, Caller.Identity.SERVER_USER, ALL);
        }
        boolean all = trusting && peer.kind() != Peer.Kind.OTHER_USER;
        return Caller.ofUser(Caller.ANONYMOUS, Caller.Transport.HTTP, Caller.Identity.UNKNOWN, all ? ALL : LOOKS);
    }

    /** Whether a proxy passes the request on: whose connection it is says nothing then. */
    static boolean isForwarded(HttpFields headers) {
        for (HttpField field : headers) {
            String name = field.getLowerCaseName();
            if (BEGINNINGS.stream().anyMatch(name::startsWith)
                    || ENDINGS.stream().anyMatch(name::endsWith)) {
                return true;
            }
        }
        return false;
    }
}

package io.weathervane.transport.http;

import io.weathervane.peer.Peer;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** Who a caller without a token is, by the user that holds its end of the connection. */
final class LoopbackCallerResolver {
    /** What only a proxy adds, beside {@code X-Forwarded-*}: a name of which a browser or a command line sends none. */
    private static final Set<String> OF_PROXIES = Set.of(
            "forwarded",
            "via",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-original-forwarded-for",
            "x-envoy-external-address",
            "cf-connecting-ip",
            "cf-connecting-ipv6",
            "true-client-ip",
            "fastly-client-ip",
            "fly-client-ip");

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
            if (name.startsWith("x-forwarded") || OF_PROXIES.contains(name)) {
                return true;
            }
        }
        return false;
    }
}

package io.weathervane.transport.http;

import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Accepts requests whose {@code Host} and {@code Origin} are local or configured. */
final class HostOriginFilter {
    private final Set<String> hosts;
    private final Set<String> origins;

    HostOriginFilter(Set<String> hosts, Set<String> origins) {
        this.hosts = hosts;
        this.origins = origins;
    }

    /** A request line with a whole URL in it overrides the Host header, so both are looked at. */
    boolean allow(Request request) {
        HttpFields headers = request.getHeaders();
        String host = headers.get(HttpHeader.HOST);
        String target = request.getHttpURI().getAuthority();
        return host != null
                && allowsHost(host)
                && (target == null || target.equals(host) || allowsHost(target))
                && (!headers.contains(HttpHeader.ORIGIN)
                        || headers.getValuesList(HttpHeader.ORIGIN).stream().allMatch(this::allowsOrigin));
    }

    private boolean allowsHost(String host) {
        if (LoopbackNames.allowsHost(host)) {
            return true;
        }
        String folded = host.toLowerCase(Locale.ROOT);
        return hosts.contains(folded) || hosts.contains(withoutPort(folded));
    }

    private boolean allowsOrigin(String origin) {
        return LoopbackNames.allowsOrigin(origin) || origins.contains(origin.toLowerCase(Locale.ROOT));
    }

    private static String withoutPort(String authority) {
        int port = authority.lastIndexOf(':');
        return port > authority.lastIndexOf(']') ? authority.substring(0, port) : authority;
    }
}

package io.weathervane.transport.http;

import io.weathervane.auth.AuthConfig;
import java.util.Optional;
import java.util.Set;

/**
 * Configuration of who may use the HTTP server.
 *
 * @param auth how callers prove who they are; with nothing in it only for a server that only this machine can reach
 * @param hosts names by which clients may call the server, beside the local ones; in lower case
 * @param origins web pages that may call it, beside local ones; in lower case
 * @param trustLoopback whether a caller without a token counts as the server's user where the system does not tell
 * @param tls the certificate to show; empty for plain HTTP
 */
public record HttpAccessOptions(
        AuthConfig auth,
        Set<String> hosts,
        Set<String> origins,
        boolean trustLoopback,
        Optional<TlsFiles> tls,
        CallerLimitOptions limits) {
    public HttpAccessOptions {
        hosts = Set.copyOf(hosts);
        origins = Set.copyOf(origins);
    }

    /** With no more trust in callers without a token than the system gives reason for. */
    public HttpAccessOptions(
            AuthConfig auth,
            Set<String> hosts,
            Set<String> origins,
            Optional<TlsFiles> tls,
            CallerLimitOptions limits) {
        this(auth, hosts, origins, /* trustLoopback= */ false, tls, limits);
    }

    /** Every client on this machine, and no other client. */
    public static HttpAccessOptions local() {
        return new HttpAccessOptions(
                AuthConfig.none(), Set.of(), Set.of(), Optional.empty(), CallerLimitOptions.defaults());
    }
}

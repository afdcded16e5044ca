package io.weathervane.transport.http;

import io.weathervane.tool.Caller;
import io.weathervane.tool.RequestedTool;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * One HTTP request with its response, as Jetty gives them. The callback is called once, at the end.
 *
 * @param accepted what kinds of answer the client can read
 * @param prefetched the body, when it is small and arrived whole before the exchange began
 * @param caller the caller; without any role until {@link #by} sets it
 */
public record HttpExchange(
        Request request,
        Response response,
        Callback callback,
        AcceptHeader accepted,
        Optional<PrefetchedBody> prefetched,
        Caller caller) {
    private static final Caller UNIDENTIFIED = new Caller("nobody", Caller.Transport.HTTP, Set.of());

    /** An exchange whose caller is not known yet. */
    HttpExchange(Request request, Response response, Callback callback) {
        this(request, response, callback, AcceptHeader.of(request.getHeaders()), Optional.empty(), UNIDENTIFIED);
    }

    HttpExchange with(PrefetchedBody body) {
        return new HttpExchange(request, response, callback, accepted, Optional.of(body), caller);
    }

    HttpExchange by(Caller known) {
        return new HttpExchange(request, response, callback, accepted, prefetched, known);
    }

    /** Whether it only makes the system safer, as far as that was seen before anything waited. */
    boolean urgent() {
        return prefetched
                .flatMap(PrefetchedBody::tool)
                .filter(RequestedTool::makesSafe)
                .isPresent();
    }

    /** Version in the header {@code MCP-Protocol-Version}. */
    public Optional<String> version() {
        return Optional.ofNullable(headers().get(HeaderBodyMatchValidator.VERSION))
                .map(String::trim);
    }

    public HttpFields headers() {
        return request.getHeaders();
    }
}

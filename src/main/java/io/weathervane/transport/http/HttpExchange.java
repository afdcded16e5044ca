package io.weathervane.transport.http;

import io.weathervane.tool.Caller;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * One HTTP request with its response, as Jetty gives them. The callback is called once, at the end.
 *
 * @param early the body, when it is small and arrived whole before the exchange began
 * @param urgent whether it only makes the system safer, as its prefetched body says
 * @param caller the caller; without any role until {@link #by} sets it
 */
record HttpExchange(
        Request request,
        Response response,
        Callback callback,
        Optional<PrefetchedBody> early,
        boolean urgent,
        Caller caller) {
    private static final Caller UNIDENTIFIED = new Caller("nobody", Caller.Transport.HTTP, Set.of());

    /** A turn whose caller is not known yet. */
    HttpExchange(Request request, Response response, Callback callback) {
        this(request, response, callback, Optional.empty(), /* urgent= */ false, UNIDENTIFIED);
    }

    /** @param safe whether the message only makes the system safer */
    HttpExchange with(PrefetchedBody body, boolean safe) {
        return new HttpExchange(request, response, callback, Optional.of(body), safe, caller);
    }

    HttpExchange by(Caller known) {
        return new HttpExchange(request, response, callback, early, urgent, known);
    }

    HttpFields headers() {
        return request.getHeaders();
    }
}

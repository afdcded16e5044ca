package io.weathervane.transport.http;

import io.weathervane.tool.Caller;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * One HTTP request and the answer to it, as Jetty hands them out: the callback is called once, at the end.
 *
 * @param early the body, when it was small and has come whole before the turn began
 * @param caller who asks; may do nothing until {@link #by} says who it is
 */
record Turn(Request request, Response response, Callback callback, Optional<EarlyBody> early, Caller caller) {
    private static final Caller NOBODY = new Caller("nobody", Caller.Door.HTTP, Set.of());

    /** A turn of which nobody knows yet whose it is. */
    Turn(Request request, Response response, Callback callback) {
        this(request, response, callback, Optional.empty(), NOBODY);
    }

    Turn with(EarlyBody body) {
        return new Turn(request, response, callback, Optional.of(body), caller);
    }

    Turn by(Caller known) {
        return new Turn(request, response, callback, early, known);
    }

    HttpFields headers() {
        return request.getHeaders();
    }
}

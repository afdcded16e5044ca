package io.weathervane.transport.http;

import io.weathervane.tool.Caller;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * One HTTP request and the answer to it, as Jetty hands them out: the callback is called once, at the end.
 *
 * @param caller who asks; may do nothing until {@link #by} says who it is
 */
record Turn(Request request, Response response, Callback callback, Caller caller) {
    private static final Caller NOBODY = new Caller("nobody", Caller.Door.HTTP, Set.of());

    /** A turn of which nobody knows yet whose it is. */
    Turn(Request request, Response response, Callback callback) {
        this(request, response, callback, NOBODY);
    }

    Turn by(Caller known) {
        return new Turn(request, response, callback, known);
    }

    HttpFields headers() {
        return request.getHeaders();
    }
}

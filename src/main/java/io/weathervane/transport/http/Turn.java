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
 * @param urgent whether it only makes the system safer, as its early body says
 * @param caller who asks; may do nothing until {@link #by} says who it is
 */
record Turn(
        Request request,
        Response response,
        Callback callback,
        Optional<EarlyBody> early,
        boolean urgent,
        Caller caller) {
    private static final Caller NOBODY = new Caller("nobody", Caller.Door.HTTP, Set.of());

    /** A turn whose caller is not known yet. */
    Turn(Request request, Response response, Callback callback) {
        this(request, response, callback, Optional.empty(), /* urgent= */ false, NOBODY);
    }

    /** @param safe whether the message only makes the system safer */
    Turn with(EarlyBody body, boolean safe) {
        return new Turn(request, response, callback, Optional.of(body), safe, caller);
    }

    Turn by(Caller known) {
        return new Turn(request, response, callback, early, urgent, known);
    }

    HttpFields headers() {
        return request.getHeaders();
    }
}

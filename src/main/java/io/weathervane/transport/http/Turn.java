package io.weathervane.transport.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One HTTP request and the answer to it, as Jetty hands them out: the callback is called once, at the end. */
record Turn(Request request, Response response, Callback callback) {
    HttpFields headers() {
        return request.getHeaders();
    }
}

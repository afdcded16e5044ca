package io.weathervane.transport.http;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that are refused below our handlers (bad HTTP, headers too large) or fail in them, in the form of
 * our other answers: no page, no stack.
 */
final class JsonRpcErrorHandler extends ErrorHandler {
    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        HttpExchange httpExchange = new HttpExchange(request, response, callback);
        String what = String.valueOf(HttpStatus.getMessage(code));
        if (HttpStatus.isServerError(code)) {
            JsonResponses.failed(httpExchange, code, what);
        } else {
            JsonResponses.refused(httpExchange, code, what);
        }
    }
}

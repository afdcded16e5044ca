package io.weathervane.transport.http;

import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * What kinds of answer a client can read.
 *
 * @param events whether it names {@code text/event-stream}: a mere wildcard, such as curl's, gets plain JSON
 */
record AcceptHeader(boolean json, boolean events) {
    static AcceptHeader of(HttpFields headers) {
        String accept = headers.get(HttpHeader.ACCEPT);
        if (accept == null) {
            return new AcceptHeader(true, false);
        }
        String all = String.join(",", headers.getValuesList(HttpHeader.ACCEPT)).toLowerCase(Locale.ROOT);
        boolean json = all.contains("application/json") || all.contains("*/*") || all.contains("application/*");
        return new AcceptHeader(json, all.contains("text/event-stream"));
    }

    boolean nothing() {
        return !json && !events;
    }
}

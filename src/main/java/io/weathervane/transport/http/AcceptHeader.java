package io.weathervane.transport.http;

import java.util.Locale;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Kinds of answer that a client can read.
 *
 * @param events whether it names {@code text/event-stream}: a mere wildcard, such as curl's, gets plain JSON
 */
public record AcceptHeader(boolean json, boolean events) {
    private static final Pattern WEIGHT_0 = Pattern.compile(";\\s*q\\s*=\\s*0(\\.0*)?\\s*(;|$)");

    static AcceptHeader of(HttpFields headers) {
        String accept = headers.get(HttpHeader.ACCEPT);
        if (accept == null) {
            return new AcceptHeader(true, false);
        }
        String[] ranges = String.join(",", headers.getValuesList(HttpHeader.ACCEPT))
                .toLowerCase(Locale.ROOT)
                .split(",");
        return new AcceptHeader(
                takes(ranges, "application/json", "application/*", "*/*"), takes(ranges, "text/event-stream"));
    }

    /** Whether the first of these types that is named has not the weight 0, by which a client refuses it (RFC 9110). */
    private static boolean takes(String[] ranges, String... types) {
        for (String type : types) {
            for (String range : ranges) {
                if (range.contains(type)) {
                    return range.indexOf(';') < 0 || !WEIGHT_0.matcher(range).find();
                }
            }
        }
        return false;
    }

    boolean nothing() {
        return !json && !events;
    }
}

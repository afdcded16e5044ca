package io.weathervane.transport.http;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Lets web pages of the configured origins read answers (CORS), and no others: a page that some other user of this machine
 * serves on a local port is not the owner's.
 */
final class CorsPolicy {
    private static final String METHODS = "GET, POST, DELETE, OPTIONS";
    private static final String EXPOSED = LegacyHttpSupport.SESSION_HEADER + ", ETag, WWW-Authenticate, Retry-After";

    /** What of our answer to a preflight a browser keeps, in seconds. */
    private static final int KEPT_SECONDS = 600;

    private static final Pattern HEADER_NAMES = Pattern.compile("[A-Za-z0-9, _-]{1,1000}+");

    private final Set<String> origins;

    /** @param origins in lower case */
    CorsPolicy(Set<String> origins) {
        this.origins = origins;
    }

    /** Says on the answer, whatever it becomes, that the page may read it. */
    void allow(HttpExchange httpExchange) {
        String origin = httpExchange.headers().get(HttpHeader.ORIGIN);
        if (origin == null || !origins.contains(origin.toLowerCase(Locale.ROOT))) {
            return;
        }
        HttpFields.Mutable answer = httpExchange.response().getHeaders();
        answer.put("Access-Control-Allow-Origin", origin);
        answer.put("Access-Control-Expose-Headers", EXPOSED);
        answer.add(HttpHeader.VARY, "Origin");
        if (asksFirst(httpExchange)) {
            answer.put("Access-Control-Allow-Methods", METHODS);
            answer.put("Access-Control-Max-Age", Integer.toString(KEPT_SECONDS));
            String wanted = httpExchange.headers().get("Access-Control-Request-Headers");
            if (wanted != null && HEADER_NAMES.matcher(wanted).matches()) {
                answer.put("Access-Control-Allow-Headers", wanted);
            }
        }
    }

    /** Whether a browser asks whether a page of an allowed origin may send a request. */
    boolean isPreflight(HttpExchange httpExchange) {
        return asksFirst(httpExchange) && httpExchange.response().getHeaders().contains("Access-Control-Allow-Origin");
    }

    private static boolean asksFirst(HttpExchange httpExchange) {
        return httpExchange.request().getMethod().equals("OPTIONS")
                && httpExchange.headers().contains("Access-Control-Request-Method");
    }
}

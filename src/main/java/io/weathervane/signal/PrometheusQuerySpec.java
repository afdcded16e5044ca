package io.weathervane.signal;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A question to a Prometheus whose answer is one number.
 *
 * @param url where its API is, without {@code /api/v1}
 * @param query in PromQL: a scalar, or a vector of one element
 */
public record PrometheusQuerySpec(URI url, String query) {
    URI request() {
        String base = url.toString().replaceFirst("/+$", "");
        return URI.create(base + "/api/v1/query?query="
                + URLEncoder.encode(query, StandardCharsets.UTF_8).replace("+", "%20"));
    }
}

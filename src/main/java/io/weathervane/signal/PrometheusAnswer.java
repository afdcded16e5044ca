package io.weathervane.signal;

import java.util.OptionalDouble;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answer of a Prometheus server.
 *
 * @param number empty when the answer is not one number
 * @param detail why it is not; empty when it is
 */
record PrometheusAnswer(OptionalDouble number, String detail) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int OK = 200;

    static PrometheusAnswer none(String why) {
        return new PrometheusAnswer(OptionalDouble.empty(), SignalTextSanitizer.clean(why));
    }

    static PrometheusAnswer of(int status, byte[] body) {
        try {
            JsonNode answer = JSON.readTree(body);
            if (status != OK || !answer.path("status").asString("").equals("success")) {
                String error = answer.path("error").asString("");
                return none("HTTP " + status + (error.isEmpty() ? "" : ": " + error));
            }
            return ofData(answer.path("data"));
        } catch (JacksonException e) {
            return none(status == OK ? "the answer is not JSON of Prometheus" : "HTTP " + status);
        }
    }

    private static PrometheusAnswer ofData(JsonNode data) {
        JsonNode result = data.path("result");
        return switch (data.path("resultType").asString("")) {
            case "scalar" -> ofSample(result);
            case "vector" ->
                result.size() == 1
                        ? ofSample(result.path(0).path("value"))
                        : none(
                                result.isEmpty()
                                        ? "the query has no result"
                                        : "the query has " + result.size() + " results instead of one; sum(...) them");
            default ->
                none("the query's result is neither a scalar nor a vector of one element, but "
                        + data.path("resultType").asString("nothing"));
        };
    }

    /** Of {@code [time, "number"]}. */
    private static PrometheusAnswer ofSample(JsonNode sample) {
        JsonNode text = sample.path(1);
        if (sample.size() != 2 || !text.isString()) {
            return none("the answer is not JSON of Prometheus");
        }
        try {
            double number = Double.parseDouble(text.stringValue());
            return Double.isFinite(number)
                    ? new PrometheusAnswer(OptionalDouble.of(number), "")
                    : none("the query's result is " + number);
        } catch (NumberFormatException e) {
            // Prometheus writes +Inf and -Inf, which are no numbers to be compared either.
            return none("the query's result is " + text.stringValue());
        }
    }
}

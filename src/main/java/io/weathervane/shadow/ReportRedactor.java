package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Makes what workers said fit to be shown: without secrets, and short. */
final class ReportRedactor {
    /** What is looked through for secrets around the place that is shown. */
    private static final int LOOKED_THROUGH_MAX = 16 * 1024;

    private final UnaryOperator<String> redact;

    ReportRedactor(UnaryOperator<String> redact) {
        this.redact = redact;
    }

    String arguments(ShadowCall call) {
        return text(JsonRpcCodec.text(call.arguments()));
    }

    String text(String text) {
        return DifferenceExcerpt.start(redact.apply(text.substring(0, Math.min(text.length(), LOOKED_THROUGH_MAX))));
    }

    /** Both values, each redacted under the name it has. */
    DifferenceExcerpt.Both pair(ValueDifference difference) {
        String name = name(difference.pointer());
        DifferenceExcerpt.Both near =
                DifferenceExcerpt.of(json(difference.active()), json(difference.canary()), LOOKED_THROUGH_MAX);
        return DifferenceExcerpt.of(
                redacted(name, near.active()), redacted(name, near.canary()), DifferenceExcerpt.LENGTH_MAX);
    }

    private static String json(JsonNode value) {
        return value.isMissingNode() ? "absent" : JsonRpcCodec.text(value);
    }

    /** A secret is known by its form or by its name; the name is put before the value and taken away again. */
    private String redacted(String name, String value) {
        String prefix = StringNode.valueOf(name) + ":";
        String clean = redact.apply(prefix + value);
        return clean.startsWith(prefix) ? clean.substring(prefix.length()) : clean;
    }

    /** The last name of a pointer that is no index. */
    private static String name(String pointer) {
        String[] tokens = pointer.split("/", /* limit= */ -1);
        for (int last = tokens.length - 1; last > 0; last--) {
            if (!tokens[last].matches("\\d+")) {
                return JsonPointerEscaping.unescaped(tokens[last]);
            }
        }
        return "";
    }
}

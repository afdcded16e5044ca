package io.weathervane.tool;

import io.weathervane.util.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Refuses numbers that no tool of ours can mean, before a schema is looked at: what is beyond a double, or beyond the
 * whole numbers that every JSON program reads alike (2^53 - 1), would be read as another number or not at all.
 */
final class JsonNumberPrecisionCheck {
    private static final long WHOLE_MAX = 9_007_199_254_740_991L;
    private static final int DEPTH_MAX = 64;
    private static final int SHOWN_LENGTH_MAX = 40;

    private final List<String> problems = new ArrayList<>();

    private JsonNumberPrecisionCheck() {}

    /** What is wrong with the numbers in the arguments, each with its path. */
    static List<String> problems(JsonNode arguments) {
        JsonNumberPrecisionCheck check = new JsonNumberPrecisionCheck();
        check.look(arguments, "", 0);
        return check.problems;
    }

    private void look(JsonNode value, String path, int depth) {
        if (value.isNumber() && !isReadable(value)) {
            problems.add("argument \"" + SafeText.quotable(SafeText.cut(path, SHOWN_LENGTH_MAX))
                    + "\" must be a number between -" + WHOLE_MAX + " and " + WHOLE_MAX + "; it was "
                    + SafeText.cut(value.asString(), SHOWN_LENGTH_MAX));
        }
        if (depth < DEPTH_MAX) {
            for (Map.Entry<String, JsonNode> property : value.properties()) {
                look(
                        property.getValue(),
                        path.isEmpty() ? property.getKey() : path + "." + property.getKey(),
                        depth + 1);
            }
            for (int i = 0; value.isArray() && i < value.size(); i++) {
                look(value.get(i), path + "[" + i + "]", depth + 1);
            }
        }
    }

    private static boolean isReadable(JsonNode number) {
        if (number.isIntegralNumber()) {
            return number.canConvertToLong() && Math.abs((double) number.longValue()) <= WHOLE_MAX;
        }
        double value = number.isBigDecimal() ? number.decimalValue().doubleValue() : number.doubleValue();
        return Math.abs(value) <= WHOLE_MAX; // neither infinite nor no number
    }
}

package io.weathervane.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A flag that a team adds to the catalog.
 *
 * @param values what an {@link Type#ENUM} may be; empty for the others
 * @param min smallest value of an integer or number
 */
public record FlagSettings(
        String key,
        Type type,
        String defaultValue,
        String description,
        List<String> values,
        Optional<Double> min,
        Optional<Double> max) {
    private static final Pattern KEY = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    /** Rows of these names are the monitor's thresholds. */
    private static final String RESERVED_PREFIX = "ROLLBACK_";

    /** What a flag's value looks like. */
    public enum Type {
        BOOLEAN,
        ENUM,
        INTEGER,
        NUMBER;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Map<String, Type> byName() {
            Map<String, Type> types = new LinkedHashMap<>();
            for (Type type : values()) {
                types.put(type.wireName(), type);
            }
            return types;
        }
    }

    public FlagSettings {
        values = List.copyOf(values);
    }

    static FlagSettings from(Section section) {
        String key = key(section);
        Type type = section.oneOf("type", Type.byName())
                .orElseThrow(() -> section.missing(
                        "type", "one of " + String.join(", ", Type.byName().keySet())));
        FlagSettings flag = new FlagSettings(
                key,
                type,
                section.text("default").orElseThrow(() -> section.missing("default", "the safe value of " + key)),
                section.text("description").orElse(""),
                section.texts("values"),
                section.number("min"),
                section.number("max"));
        flag.check(section);
        return flag;
    }

    private static String key(Section section) {
        String key = section.words("key").orElseThrow(() -> section.missing("key", "a name such as NEW_PLANNER"));
        if (!KEY.matcher(key).matches()) {
            throw section.problem("key", "must be up to 64 capitals, digits and underscores, was \"" + key + "\"");
        }
        if (key.startsWith(RESERVED_PREFIX)) {
            throw section.problem(
                    "key", "must not begin with " + RESERVED_PREFIX + ": those rows are the monitor's thresholds");
        }
        return key;
    }

    private void check(Section section) {
        if ((type == Type.ENUM) == values.isEmpty()) {
            throw section.problem(
                    "type", type == Type.ENUM ? "enum needs values: […]" : type.wireName() + " takes no values: […]");
        }
        boolean ranged = type == Type.INTEGER || type == Type.NUMBER;
        if (!ranged && (min.isPresent() || max.isPresent())) {
            throw section.problem("type", type.wireName() + " takes no min and max");
        }
        if (min.isPresent() && max.isPresent() && min.get() > max.get()) {
            throw section.problem("min", "must not be above max");
        }
        if (!fits()) {
            throw section.problem("default", "\"" + defaultValue + "\" must be " + allowed());
        }
    }

    private boolean fits() {
        return switch (type) {
            case BOOLEAN -> defaultValue.equals("0") || defaultValue.equals("1");
            case ENUM -> values.contains(defaultValue);
            case INTEGER -> defaultValue.matches("-?\\d{1,9}") && inRange();
            case NUMBER -> defaultValue.matches("-?\\d{1,9}(\\.\\d{1,9})?") && inRange();
        };
    }

    private boolean inRange() {
        double value = Double.parseDouble(defaultValue);
        return min.map(least -> value >= least).orElse(true)
                && max.map(most -> value <= most).orElse(true);
    }

    private String allowed() {
        return switch (type) {
            case BOOLEAN -> "\"0\" or \"1\"";
            case ENUM -> "one of " + String.join(", ", values);
            case INTEGER -> "a whole number" + range();
            case NUMBER -> "a number" + range();
        };
    }

    private String range() {
        return min.map(least -> ", at least " + least).orElse("")
                + max.map(most -> ", at most " + most).orElse("");
    }
}

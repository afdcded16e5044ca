package io.weathervane.flags;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Rule for the values of a flag.
 *
 * @param values the words of an {@link FlagType#ENUM}; empty for the other types
 * @param minimum least value of a number, {@link Double#NEGATIVE_INFINITY} for none
 * @param maximum greatest value of a number, {@link Double#POSITIVE_INFINITY} for none
 */
public record FlagValueRule(FlagType type, List<String> values, double minimum, double maximum) {
    private static final Pattern WORD = Pattern.compile("[!-~]{1,200}");
    private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]{0,14}");
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?");

    public FlagValueRule {
        values = List.copyOf(values);
    }

    static FlagValueRule ofBoolean() {
        return new FlagValueRule(FlagType.BOOLEAN, List.of(), 0, 1);
    }

    static FlagValueRule oneOf(List<String> values) {
        return new FlagValueRule(FlagType.ENUM, values, 0, 0);
    }

    /** Why no flag can have this rule; empty when one can. */
    Optional<String> problem() {
        if (minimum > maximum) {
            return Optional.of("minimum must not be greater than maximum");
        }
        if (type == FlagType.ENUM && values.isEmpty()) {
            return Optional.of("an enum flag needs its values");
        }
        boolean plain = values.stream().allMatch(word -> WORD.matcher(word).matches());
        return type == FlagType.ENUM && !plain ? Optional.of("a value is one plain word") : Optional.empty();
    }

    boolean allows(String value) {
        if (value.length() > FlagDefinition.VALUE_LENGTH_MAX) {
            return false;
        }
        return switch (type) {
            case BOOLEAN -> value.equals("0") || value.equals("1");
            case ENUM -> values.contains(value);
            case INTEGER -> WHOLE.matcher(value).matches() && inRange(value);
            case NUMBER -> DECIMAL.matcher(value).matches() && inRange(value);
        };
    }

    private boolean inRange(String value) {
        double number = Double.parseDouble(value);
        return number >= minimum && number <= maximum;
    }

    String allowed() {
        return switch (type) {
            case BOOLEAN -> "0 or 1";
            case ENUM -> String.join(" or ", values);
            case INTEGER -> "a whole number" + range();
            case NUMBER -> "a number" + range();
        };
    }

    private String range() {
        String from = Double.isInfinite(minimum) ? "" : " from " + plain(minimum);
        String to = Double.isInfinite(maximum) ? "" : (from.isEmpty() ? " up to " : " to ") + plain(maximum);
        return from + to;
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}

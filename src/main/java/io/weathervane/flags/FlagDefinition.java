package io.weathervane.flags;

import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What one flag is called, may be, and is by default; the default is also its safe value.
 *
 * @param values the words of an {@link FlagType#ENUM}; empty for the other types
 * @param minimum least value of a number, {@link Double#NEGATIVE_INFINITY} for none
 * @param maximum greatest value of a number, {@link Double#POSITIVE_INFINITY} for none
 */
public record FlagDefinition(
        String key,
        FlagType type,
        String defaultValue,
        String description,
        List<String> values,
        double minimum,
        double maximum) {
    /** Most characters of a flag's value. */
    public static final int VALUE_LENGTH_MAX = 200;

    private static final Pattern KEY = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    private static final Pattern WORD = Pattern.compile("[!-~]{1,200}");
    private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]{0,14}");
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?");

    public FlagDefinition {
        values = List.copyOf(values);
        require(KEY.matcher(key).matches(), "a flag's key is capital letters, digits and _, at most 64: " + key);
        require(minimum <= maximum, key + ": minimum must not be greater than maximum");
        if (type == FlagType.ENUM) {
            require(!values.isEmpty(), key + ": an enum flag needs its values");
            require(
                    values.stream().allMatch(word -> WORD.matcher(word).matches()),
                    key + ": a value is one plain word");
        }
        require(
                isValid(type, values, minimum, maximum, defaultValue),
                key + ": default " + defaultValue + " is not allowed: " + allowed(type, values, minimum, maximum));
    }

    public static FlagDefinition ofBoolean(String key, String defaultValue, String description) {
        return new FlagDefinition(key, FlagType.BOOLEAN, defaultValue, description, List.of(), 0, 1);
    }

    public static FlagDefinition ofEnum(String key, List<String> values, String defaultValue, String description) {
        return new FlagDefinition(key, FlagType.ENUM, defaultValue, description, values, 0, 0);
    }

    public static FlagDefinition ofNumber(
            String key, FlagType type, double minimum, double maximum, String defaultValue, String description) {
        return new FlagDefinition(key, type, defaultValue, description, List.of(), minimum, maximum);
    }

    /** Whether the text is a value of this flag, to the letter: no blanks, no other spelling of true. */
    public boolean allows(String value) {
        return isValid(type, values, minimum, maximum, value);
    }

    /** The allowed values in words: {@code compact or verbose}, {@code a number from 0 to 1}. */
    public String allowed() {
        return allowed(type, values, minimum, maximum);
    }

    private static boolean isValid(FlagType type, List<String> values, double minimum, double maximum, String value) {
        if (value.length() > VALUE_LENGTH_MAX) {
            return false;
        }
        return switch (type) {
            case BOOLEAN -> value.equals("0") || value.equals("1");
            case ENUM -> values.contains(value);
            case INTEGER -> WHOLE.matcher(value).matches() && inRange(value, minimum, maximum);
            case NUMBER -> DECIMAL.matcher(value).matches() && inRange(value, minimum, maximum);
        };
    }

    private static boolean inRange(String value, double minimum, double maximum) {
        double number = Double.parseDouble(value);
        return number >= minimum && number <= maximum;
    }

    private static String allowed(FlagType type, List<String> values, double minimum, double maximum) {
        return switch (type) {
            case BOOLEAN -> "0 or 1";
            case ENUM -> String.join(" or ", values);
            case INTEGER -> "a whole number" + range(minimum, maximum);
            case NUMBER -> "a number" + range(minimum, maximum);
        };
    }

    private static String range(double minimum, double maximum) {
        String from = Double.isInfinite(minimum) ? "" : " from " + plain(minimum);
        String to = Double.isInfinite(maximum) ? "" : (from.isEmpty() ? " up to " : " to ") + plain(maximum);
        return from + to;
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}

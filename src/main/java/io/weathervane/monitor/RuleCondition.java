package io.weathervane.monitor;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * One comparison that a decision rests on.
 *
 * @param name what was measured, such as {@code pooled error rate}
 * @param value empty when unknown; then the condition does not hold
 */
public record RuleCondition(
        RuleKind rule, String name, OptionalDouble value, Comparison comparison, double limit, Unit unit) {

    /** Comparison of value and limit. */
    public enum Comparison {
        ABOVE(">"),
        AT_LEAST(">="),
        BELOW("<");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        /** The comparison of this sign. */
        public static Comparison of(String sign) {
            return Stream.of(values())
                    .filter(comparison -> comparison.sign.equals(sign))
                    .findFirst()
                    .orElse(AT_LEAST);
        }

        public String sign() {
            return sign;
        }

        boolean holds(double value, double limit) {
            return switch (this) {
                case ABOVE -> value > limit;
                case AT_LEAST -> value >= limit;
                case BELOW -> value < limit;
            };
        }
    }

    /** Unit of the numbers. */
    public enum Unit {
        COUNT,
        RATE,
        MEGABYTES,
        /** How many times likelier what was seen is when the rate is above the bound. */
        EVIDENCE,
        /** In a unit of its own, which only its source knows. */
        NUMBER
    }

    private static final double SHORT_FROM = 1e-4;
    private static final double SHORT_TO = 1e9;
    private static final MathContext SIX_DIGITS = new MathContext(6);

    public boolean holds() {
        return value.isPresent() && comparison.holds(value.getAsDouble(), limit);
    }

    /** For people: {@code pooled error rate 42.5% > 20.0%}, or {@code … unknown}. */
    public String text() {
        return name + " " + valueText() + (holds() ? " " : " is not ") + comparison.sign() + " " + limitText();
    }

    public String valueText() {
        return value.isPresent() ? format(value.getAsDouble(), unit) : "unknown";
    }

    public String limitText() {
        return format(limit, unit);
    }

    public static String format(double number, Unit unit) {
        return switch (unit) {
            case COUNT -> String.format(Locale.ROOT, "%.0f", number);
            case RATE -> String.format(Locale.ROOT, "%.1f%%", number * 100);
            case MEGABYTES -> String.format(Locale.ROOT, "%.0f MB", number);
            case EVIDENCE -> String.format(Locale.ROOT, number < 10 ? "%.1f" : "%.0f", number);
            case NUMBER -> plain(number);
        };
    }

    private static String plain(double number) {
        double size = Math.abs(number);
        return size == 0 || (size >= SHORT_FROM && size < SHORT_TO)
                ? new BigDecimal(number, SIX_DIGITS).stripTrailingZeros().toPlainString()
                : String.format(Locale.ROOT, "%.3e", number);
    }
}

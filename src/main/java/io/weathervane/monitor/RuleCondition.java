package io.weathervane.monitor;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One comparison that a decision rests on.
 *
 * @param name what was measured, such as {@code pooled error rate}
 * @param value empty when unknown; then the condition does not hold
 */
public record RuleCondition(
        Rule rule, String name, OptionalDouble value, Comparison comparison, double limit, Unit unit) {

    /** How value and limit are compared. */
    public enum Comparison {
        ABOVE(">"),
        AT_LEAST(">=");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }

    /** What the numbers are. */
    public enum Unit {
        COUNT,
        RATE,
        MEGABYTES,
        /** How many times likelier what was seen is when the rate is above the bound. */
        EVIDENCE
    }

    public boolean holds() {
        if (value.isEmpty()) {
            return false;
        }
        return comparison == Comparison.ABOVE ? value.getAsDouble() > limit : value.getAsDouble() >= limit;
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
        };
    }
}

package io.weathervane.flags;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Name, rule and default of one flag; the default is also its safe value.
 *
 * @param rule which values it can have
 */
public record FlagDefinition(
        String key, FlagValueRule rule, String defaultValue, String description, FlagLifecycle lifecycle) {
    /** Most characters of a flag's value. */
    public static final int VALUE_LENGTH_MAX = 200;

    private static final Pattern KEY = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    public FlagDefinition {
        require(KEY.matcher(key).matches(), "a flag's key is capital letters, digits and _, at most 64: " + key);
        rule.problem().ifPresent(problem -> {
            throw new IllegalArgumentException(key + ": " + problem);
        });
        require(rule.allows(defaultValue), key + ": default " + defaultValue + " is not allowed: " + rule.allowed());
    }

    /** A flag without an owner. */
    public FlagDefinition(String key, FlagValueRule rule, String defaultValue, String description) {
        this(key, rule, defaultValue, description, FlagLifecycle.UNKNOWN);
    }

    public static FlagDefinition ofBoolean(String key, String defaultValue, String description) {
        return new FlagDefinition(key, FlagValueRule.ofBoolean(), defaultValue, description);
    }

    public static FlagDefinition ofEnum(String key, List<String> values, String defaultValue, String description) {
        return new FlagDefinition(key, FlagValueRule.oneOf(values), defaultValue, description);
    }

    public static FlagDefinition ofNumber(
            String key, FlagType type, double minimum, double maximum, String defaultValue, String description) {
        return new FlagDefinition(key, new FlagValueRule(type, List.of(), minimum, maximum), defaultValue, description);
    }

    public FlagType type() {
        return rule.type();
    }

    /** The words of an {@link FlagType#ENUM}; empty for the other types. */
    public List<String> values() {
        return rule.values();
    }

    public double minimum() {
        return rule.minimum();
    }

    public double maximum() {
        return rule.maximum();
    }

    /** Whether the text is a value of this flag, to the letter: no blanks, no other spelling of true. */
    public boolean allows(String value) {
        return rule.allows(value);
    }

    /** The allowed values in words: {@code compact or verbose}, {@code a number from 0 to 1}. */
    public String allowed() {
        return rule.allowed();
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}

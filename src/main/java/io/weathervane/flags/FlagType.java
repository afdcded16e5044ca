package io.weathervane.flags;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Types of flags, by the values they can have. */
public enum FlagType {
    /** {@code 0} or {@code 1}. */
    BOOLEAN,
    /** One of a list of words. */
    ENUM,
    /** A whole number in a range. */
    INTEGER,
    /** A number in a range, written without exponent. */
    NUMBER;

    /** The name in {@code schemas/flags.json} and in the config file: {@code boolean}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<FlagType> of(String wireName) {
        return Arrays.stream(values())
                .filter(type -> type.wireName().equals(wireName))
                .findFirst();
    }
}

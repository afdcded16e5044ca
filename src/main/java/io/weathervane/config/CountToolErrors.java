package io.weathervane.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How a tool result that says {@code isError} counts: against the previous worker's own rate, always, or not at all. */
public enum CountToolErrors {
    RELATIVE,
    TRUE,
    FALSE;

    static Map<String, CountToolErrors> byName() {
        Map<String, CountToolErrors> names = new LinkedHashMap<>();
        for (CountToolErrors one : values()) {
            names.put(one.name().toLowerCase(Locale.ROOT), one);
        }
        return names;
    }
}

package io.weathervane.reset;

import java.util.List;

/**
 * Something that should hold before the kill switch comes off.
 *
 * @param value what was found
 * @param required what it should be
 * @param remedy what makes it hold; empty while it does
 */
public record ResetPreconditionResult(String name, boolean ok, String value, String required, String remedy) {
    /** The names of those that do not hold. */
    public static List<String> unmet(List<ResetPreconditionResult> results) {
        return results.stream()
                .filter(result -> !result.ok())
                .map(ResetPreconditionResult::name)
                .toList();
    }

    static ResetPreconditionResult met(String name, String value, String required) {
        return new ResetPreconditionResult(name, true, value, required, "");
    }

    static ResetPreconditionResult unmet(String name, String value, String required, String remedy) {
        return new ResetPreconditionResult(name, false, value, required, remedy);
    }
}

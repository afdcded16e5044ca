package io.weathervane.rollback;

/**
 * Something that should hold before the kill switch comes off.
 *
 * @param value what was found
 * @param required what it should be
 * @param remedy what makes it hold; empty while it does
 */
public record ResetPrecondition(String name, boolean ok, String value, String required, String remedy) {
    static ResetPrecondition met(String name, String value, String required) {
        return new ResetPrecondition(name, true, value, required, "");
    }

    static ResetPrecondition unmet(String name, String value, String required, String remedy) {
        return new ResetPrecondition(name, false, value, required, remedy);
    }
}

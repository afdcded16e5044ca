package io.weathervane.rollback;

/**
 * Something that should hold before the kill switch comes off.
 *
 * @param value what was found
 * @param required what it should be
 * @param remedy what makes it hold; empty while it does
 */
public record Precondition(String name, boolean ok, String value, String required, String remedy) {
    static Precondition met(String name, String value, String required) {
        return new Precondition(name, true, value, required, "");
    }

    static Precondition unmet(String name, String value, String required, String remedy) {
        return new Precondition(name, false, value, required, remedy);
    }
}

package io.weathervane.upgrade;

/**
 * Something that should hold before an upgrade begins.
 *
 * @param found what was found, in words
 */
record PreflightCheck(String name, boolean ok, String found) {
    static PreflightCheck passed(String name, String found) {
        return new PreflightCheck(name, true, found);
    }

    static PreflightCheck failed(String name, String found) {
        return new PreflightCheck(name, false, found);
    }
}

package io.weathervane.upgrade;

/**
 * Something that should hold before an upgrade begins.
 *
 * @param found what was found, in words
 */
record PreflightCheck(String name, Result result, String found) {
    /** What came of it; only a failed check ends the upgrade. */
    enum Result {
        OK("ok"),
        WARNING("WARNING"),
        FAILED("FAILED");

        private final String word;

        Result(String word) {
            this.word = word;
        }

        /** For people. */
        String word() {
            return word;
        }
    }

    static PreflightCheck of(String name, boolean ok, String found) {
        return ok ? passed(name, found) : failed(name, found);
    }

    static PreflightCheck passed(String name, String found) {
        return new PreflightCheck(name, Result.OK, found);
    }

    static PreflightCheck failed(String name, String found) {
        return new PreflightCheck(name, Result.FAILED, found);
    }

    /** Something that an operator should know before, and may accept. */
    static PreflightCheck warned(String name, String found) {
        return new PreflightCheck(name, Result.WARNING, found);
    }

    boolean ok() {
        return result != Result.FAILED;
    }
}

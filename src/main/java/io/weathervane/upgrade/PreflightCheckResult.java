package io.weathervane.upgrade;

/**
 * Something that should hold before an upgrade begins.
 *
 * @param found what was found, in words
 */
record PreflightCheckResult(String name, Result result, String found) {
    /** Result of a check; only a failed one ends the upgrade. */
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

    static PreflightCheckResult of(String name, boolean ok, String found) {
        return ok ? passed(name, found) : failed(name, found);
    }

    static PreflightCheckResult passed(String name, String found) {
        return new PreflightCheckResult(name, Result.OK, found);
    }

    static PreflightCheckResult failed(String name, String found) {
        return new PreflightCheckResult(name, Result.FAILED, found);
    }

    /** Something that an operator should know before, and may accept. */
    static PreflightCheckResult warned(String name, String found) {
        return new PreflightCheckResult(name, Result.WARNING, found);
    }

    boolean ok() {
        return result != Result.FAILED;
    }
}

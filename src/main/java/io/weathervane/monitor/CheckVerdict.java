package io.weathervane.monitor;

import java.util.Locale;

/** Verdict of one check. */
public enum CheckVerdict {
    PASSED,
    /** Too little traffic for an error rate, or a probe that could not be made: neither pass nor fail. */
    INCONCLUSIVE,
    BREACH,
    HARD_FAILURE;

    public boolean failed() {
        return this == BREACH || this == HARD_FAILURE;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

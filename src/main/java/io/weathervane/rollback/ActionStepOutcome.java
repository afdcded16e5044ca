package io.weathervane.rollback;

import java.util.Locale;

/**
 * One step of carrying out a decision, as it went.
 *
 * @param step such as {@code switch-to-active}
 * @param detail what came of it, or why not
 */
public record ActionStepOutcome(String step, Result result, String detail, long tookMs) {
    /** Outcome of a step. */
    public enum Result {
        DONE,
        FAILED,
        /** Not tried, because there was no need or no ground for it. */
        SKIPPED,
        /** Would have been done in mode {@code act}. */
        WOULD_HAVE
    }

    /** The name in audit lines and tool results: {@code would-have}. */
    public String outcome() {
        return result.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean done() {
        return result == Result.DONE;
    }
}

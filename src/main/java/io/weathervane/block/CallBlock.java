package io.weathervane.block;

import io.weathervane.util.SafeText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A block: which calls are refused, and why.
 *
 * @param reason empty when none was given
 * @param actor who began it; {@code direct-sql} for a row of another program that names no actor
 * @param byKillSwitch whether it is there because the kill switch is engaged, and ends with that
 */
public record CallBlock(BlockScope scope, String reason, String actor, Instant at, boolean byKillSwitch) {
    /** Longest reason, as for other tools. */
    static final int REASON_LENGTH_MAX = 500;

    public CallBlock(BlockScope scope, String reason, String actor, Instant at) {
        this(scope, reason, actor, at, /* byKillSwitch= */ false);
    }

    /** Since when, by whom and why, as the end of a sentence. */
    public String sinceByWhy() {
        String why = reason.isBlank() ? "no reason was given" : SafeText.line(reason, REASON_LENGTH_MAX);
        return "since " + at.truncatedTo(ChronoUnit.SECONDS) + " by " + SafeText.logged(actor) + ": " + why;
    }

    /** Sentence that says how it is lifted. */
    public String howToLift() {
        return byKillSwitch
                ? "It is there because the kill switch is engaged (killSwitch.blocks) and ends with kill_switch_reset."
                : "calls_unblock lifts it, with an approval: weathervane calls unblock '" + SafeText.line(scope.text())
                        + "'.";
    }

    /** Message to the caller of a call in flight that this block ended. */
    public String ending() {
        return "Blocked: " + scope.inWords() + " are blocked " + sinceByWhy() + (reason.endsWith(".") ? " " : ". ")
                + "The call was in flight and was ended; it may have done part of its work. " + howToLift();
    }

    /** Message to a refused caller. */
    public String refusal(String tool) {
        return "Blocked: " + scope.inWords() + " are blocked " + sinceByWhy() + (reason.endsWith(".") ? " " : ". ")
                + SafeText.line(tool) + " was not called and nothing was done. " + howToLift();
    }
}

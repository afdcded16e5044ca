package io.weathervane.approval;

import io.weathervane.flags.KillSwitchStatus;
import io.weathervane.util.SafeText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * One-line description of a risky change, for the approver; equal if and only if the change is equal. Goes on after
 * "would".
 */
public final class ChangeApprovalText {
    private static final String RESET = "reset the kill switch, ";
    private static final String ALTHOUGH = ", although not met: ";
    private static final String NEXT = ", ";

    private ChangeApprovalText() {}

    /** A promotion of what has this hash: {@code promote good in place of stable (sha256 1f3a…)}. */
    public static String promotion(Optional<String> from, String to, String sha256) {
        return "promote " + to + " in place of " + from.orElse("no worker") + " (sha256 " + sha256 + ")";
    }

    /** Why an approval of one change is no approval of another. */
    public static String mismatch(String approved, String now) {
        return "Approved: " + approved + ". The call would now " + now + ". Request approval again.";
    }

    /**
     * Whether who approved the one has approved the other: the same change, and of a reset no precondition is unmet that was met
     * then. One that is met meanwhile is no reason to ask again.
     */
    public static boolean covers(String approved, String now) {
        return unmetIn(approved).containsAll(unmetIn(now))
                && withoutUnmet(approved).equals(withoutUnmet(now));
    }

    private static String withoutUnmet(String change) {
        return isForced(change) ? change.substring(0, change.indexOf(ALTHOUGH)) : change;
    }

    private static List<String> unmetIn(String change) {
        return isForced(change)
                ? List.of(change.substring(change.indexOf(ALTHOUGH) + ALTHOUGH.length())
                        .split(NEXT, -1))
                : List.of();
    }

    private static boolean isForced(String change) {
        return change.startsWith(RESET) && change.contains(ALTHOUGH);
    }

    /**
     * A reset of this engagement.
     *
     * @param unmet the preconditions that are to be overridden
     */
    public static String reset(KillSwitchStatus engaged, List<String> unmet) {
        return RESET + "on since "
                + engaged.since()
                        .map(at -> at.truncatedTo(ChronoUnit.MILLIS))
                        .map(Instant::toString)
                        .orElse("an unknown time")
                + " by " + SafeText.logged(engaged.by().orElse("unknown"))
                + (unmet.isEmpty() ? "" : ALTHOUGH + String.join(NEXT, unmet));
    }
}

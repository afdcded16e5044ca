package io.weathervane.upgrade;

import io.weathervane.monitor.WatchOutcome;
import java.util.List;
import java.util.Optional;

/** Outcome of a step. */
sealed interface StepOutcome {
    /** In words, for the record. */
    String detail();

    /** The next step can come. */
    record Passed(String detail) implements StepOutcome {}

    /**
     * The upgrade ends here.
     *
     * @param advice how an operator can go on, a sentence each
     */
    record Failed(String detail, List<String> advice) implements StepOutcome {
        public Failed {
            advice = List.copyOf(advice);
        }

        public Failed(String detail) {
            this(detail, List.of());
        }
    }

    /** Nothing speaks against the canary, and no call was compared that speaks for it. */
    record Unverified(String detail) implements StepOutcome {}

    /**
     * The watch over the promotion ended, in one of the ways that an upgrade can end after it.
     *
     * @param judged the monitor's own word; empty when its watch was taken over by another promotion
     */
    record Watched(UpgradeState state, Optional<WatchOutcome> judged, String detail) implements StepOutcome {}

    /** The server ends in the middle of a step that can be taken up again. */
    record Suspended(String detail) implements StepOutcome {}
}

package io.weathervane.upgrade;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The steps of an upgrade, in their order. */
public enum UpgradeStepKind {
    PREFLIGHT,
    BUILD,
    TEST,
    /** The canary is started beside the active worker, with {@code WVO_DRY_RUN=1}. */
    CANARY,
    SHADOW,
    /** Waits for the approval of the promotion. */
    APPROVAL,
    /** The canary is started again, without {@code WVO_DRY_RUN}. */
    RESTART,
    /** A percentage of the callers goes to the canary; once for each canary weight. */
    WEIGHT,
    PROMOTE,
    /** The monitor watches the promotion. */
    WATCH;

    /** What older databases have for {@link #APPROVAL}. */
    private static final String STORED_APPROVAL = "word";

    /** Whether a step comes after the promotion, where there is nothing left to abort. */
    public boolean isAfterPromotion() {
        return this == WATCH;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<UpgradeStepKind> of(String wireName) {
        if (wireName.equals(STORED_APPROVAL)) {
            return Optional.of(APPROVAL);
        }
        return Arrays.stream(values())
                .filter(step -> step.wireName().equals(wireName))
                .findFirst();
    }
}

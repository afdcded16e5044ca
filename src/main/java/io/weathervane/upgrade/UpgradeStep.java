package io.weathervane.upgrade;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The steps of an upgrade, in their order. */
public enum UpgradeStep {
    PREFLIGHT,
    BUILD,
    TEST,
    /** The canary is started beside the active worker, with {@code WVO_DRY_RUN=1}. */
    CANARY,
    SHADOW,
    /** Waits for the operator's word that it may be promoted. */
    WORD,
    /** The canary is started again, without {@code WVO_DRY_RUN}. */
    RESTART,
    /** A share of the callers goes to the canary; once for each share. */
    WEIGHT,
    PROMOTE,
    /** The monitor watches the promotion. */
    WATCH;

    /** Whether a step comes after the promotion, where there is nothing left to abort. */
    public boolean isAfterPromotion() {
        return this == WATCH;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<UpgradeStep> of(String wireName) {
        return Arrays.stream(values())
                .filter(step -> step.wireName().equals(wireName))
                .findFirst();
    }
}

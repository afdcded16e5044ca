package io.weathervane.upgrade;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** State of an upgrade, or the way in which it ended. */
public enum UpgradeState {
    RUNNING,
    /** The shadow comparison passed; the promotion waits for approval. */
    WAITING,
    /** Ended as asked, without a promotion. */
    SHADOW_PASSED,
    /** Promoted, and the watch ended without a rollback. */
    FINISHED,
    /** The preflight did not pass; nothing was started. */
    REFUSED,
    /** Ended before the promotion; nothing is left of it. */
    ABORTED,
    ROLLED_BACK,
    ESCALATED,
    /** Promoted, and the watch was ended by a person or by another cause. */
    STOPPED;

    public boolean ended() {
        return this != RUNNING && this != WAITING;
    }

    /** Whether it came to what was asked for. */
    public boolean good() {
        return this == SHADOW_PASSED || this == FINISHED;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<UpgradeState> of(String wireName) {
        return Arrays.stream(values())
                .filter(state -> state.wireName().equals(wireName))
                .findFirst();
    }
}

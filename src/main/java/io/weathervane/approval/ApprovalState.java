package io.weathervane.approval;

import java.util.Arrays;
import java.util.Locale;

/** State of an approval. */
public enum ApprovalState {
    /** No approver has decided yet. */
    PENDING,
    /** Good for one use. */
    GRANTED,
    REFUSED,
    USED,
    /** Not decided, or not used, in time; stored as soon as it is noticed, so that no clock brings it back. */
    EXPIRED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ApprovalState of(String wireName) {
        return Arrays.stream(values())
                .filter(state -> state.wireName().equals(wireName))
                .findFirst()
                .orElse(EXPIRED);
    }
}

package io.weathervane.store;

import java.time.Duration;
import java.util.Optional;

/** What was handed over to be written. */
public final class Written {
    private final LateUnit unit;
    private final LateWrites writes;

    Written(LateUnit unit, LateWrites writes) {
        this.unit = unit;
        this.writes = writes;
    }

    /** Whether it is on disk; waits a moment for it, but not while the database cannot be written anyway. */
    public boolean promptly() {
        return unit.await(writes.isStuck() ? Duration.ZERO : LateWrites.PROMPT);
    }

    /** Whether it is on disk by now. */
    public boolean isDone() {
        return unit.await(Duration.ZERO);
    }

    /** Why it is not written, as far as that is known. */
    public Optional<String> failure() {
        return writes.failure();
    }
}

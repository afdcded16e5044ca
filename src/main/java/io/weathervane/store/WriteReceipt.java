package io.weathervane.store;

import java.time.Duration;
import java.util.Optional;

/** Receipt for records that were handed over to be written. */
public final class WriteReceipt {
    /** Longest wait for the journal: 1 s. */
    private static final Duration KEPT = Duration.ofSeconds(1);

    private final DeferredRecordBatch batch;
    private final DeferredWrites writes;

    WriteReceipt(DeferredRecordBatch batch, DeferredWrites writes) {
        this.batch = batch;
        this.writes = writes;
    }

    /** Whether it is on disk; waits a moment for it, but not while it is put off or cannot be written. */
    public boolean promptly() {
        return batch.await(writes.promptLimit(batch));
    }

    /** Whether a server that is killed now would not lose it: it is in the database or the journal; waits a moment. */
    public boolean safely() {
        return batch.awaitSafe(KEPT);
    }

    /** Whether it is on disk; waits so long for it. */
    public boolean within(Duration limit) {
        return batch.await(limit);
    }

    /** Whether it is on disk by now. */
    public boolean isDone() {
        return batch.await(Duration.ZERO);
    }

    /** Runs the listener once it is on disk, now if it is: on the thread that writes, so it must be quick. */
    public void onDone(Runnable listener) {
        batch.onWritten(listener);
    }

    /** Why it is not written, as far as that is known. */
    public Optional<String> failure() {
        return writes.failure();
    }
}

package io.weathervane.incident;

/** Follows a collection, and may end it. */
public interface EvidenceProgressListener {
    /** No caller follows it, or ends it. */
    EvidenceProgressListener NONE = (done, total, file) -> true;

    /** Before each file and before the manifest, {@code done} equal to {@code total}; false to stop, which leaves nothing. */
    boolean report(int done, int total, String file);
}

package io.weathervane.shadow;

/** Is told how far a comparison is; called on the thread that compares, so it must be quick. */
@FunctionalInterface
public interface ShadowProgressListener {
    /**
     * Tells it.
     *
     * @param done steps taken up to now; only grows
     * @param total steps to take, as far as is known now
     * @param message what is being done, in words
     */
    void progress(long done, long total, String message);

    static ShadowProgressListener none() {
        return (done, total, message) -> {};
    }
}

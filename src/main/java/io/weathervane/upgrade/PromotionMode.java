package io.weathervane.upgrade;

/** What happens once the shadow comparison has passed. */
public enum PromotionMode {
    /** The canary is stopped; the upgrade is over. */
    STOP,
    /** The canary waits for the approval of its promotion. */
    WAIT,
    /** The request came with the approval. */
    PROMOTE
}

package io.weathervane.upgrade;

/** Continuation after a passed shadow comparison. */
public enum PromotionMode {
    /** The canary is stopped; the upgrade is over. */
    STOP,
    /** The canary waits for the approval of its promotion. */
    WAIT,
    /** The request came with the approval. */
    PROMOTE
}

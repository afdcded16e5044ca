package io.weathervane.upgrade;

/** What happens once the shadow has passed. */
public enum AfterShadow {
    /** The canary is stopped; the upgrade is over. */
    STOP,
    /** The canary waits for the operator's word. */
    WAIT,
    /** The word was given with the request. */
    PROMOTE
}

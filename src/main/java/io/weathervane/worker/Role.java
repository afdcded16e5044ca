package io.weathervane.worker;

import java.util.Locale;

/** Role of a worker; each role has at most one worker. */
public enum Role {
    /** Answers the calls. */
    ACTIVE,
    /** Started to be compared and promoted. */
    CANARY,
    /** Was active before the last promotion; kept warm to go back to. */
    PREVIOUS,
    /** Was replaced by a rollback; ends when its calls in flight are done. */
    REJECTED;

    /** The name in files, events and the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

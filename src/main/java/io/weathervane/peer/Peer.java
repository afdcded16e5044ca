package io.weathervane.peer;

/**
 * Process at the other end of a connection over loopback.
 *
 * @param user the operating system's name of the user, or the number; empty when unknown
 */
public record Peer(Kind kind, String user) {
    public static final Peer UNKNOWN = new Peer(Kind.UNKNOWN, "");

    /** Relation of the peer to this server. */
    public enum Kind {
        /** The user that runs this process, or root. */
        SERVER_USER,
        /** Another user. */
        OTHER_USER,
        /** A process that this one, or a process of its, has started. */
        DESCENDANT,
        /** The system does not tell. */
        UNKNOWN
    }
}

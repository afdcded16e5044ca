package io.weathervane.transport.http;

import io.weathervane.peer.Peer;
import io.weathervane.tool.Caller;
import java.util.Optional;

/**
 * Owner of a connection, as far as it is known.
 *
 * @param name all connections of one holder have the same: of a token, an OS user, or an address
 */
record RankedConnectionOwner(String name, Standing standing) {
    /** Rank of owners when places run out: the first one loses its place first. */
    enum Standing {
        /** A token is needed, and the connection has shown none that is good. */
        UNPROVEN,
        /** No token is needed, and it is not of the server's user. */
        GUEST,
        /** The last request had a good token. */
        KNOWN,
        /** The server's own user, or root, where no token is needed. */
        OWNER
    }

    /**
     * Who sent the last request that was let in counts; before that, who opened the connection. While that is looked up,
     * which takes milliseconds, it may be the server's user.
     *
     * @param peer empty while it is looked up
     * @param tokensNeeded whether the server asks for tokens
     */
    static RankedConnectionOwner of(
            Optional<Caller> caller, Optional<Peer> peer, String address, boolean tokensNeeded) {
        return caller.map(known -> ofCaller(known, address)).orElseGet(() -> ofPeer(peer, address, tokensNeeded));
    }

    private static RankedConnectionOwner ofCaller(Caller caller, String address) {
        return switch (caller.identity()) {
            case TOKEN -> new RankedConnectionOwner("token " + caller.name(), Standing.KNOWN);
            case SERVER_USER -> new RankedConnectionOwner("user " + caller.name(), Standing.OWNER);
            case OTHER_USER -> new RankedConnectionOwner("user " + caller.name(), Standing.GUEST);
            case UNKNOWN -> new RankedConnectionOwner("address " + address, Standing.GUEST);
        };
    }

    private static RankedConnectionOwner ofPeer(Optional<Peer> peer, String address, boolean tokensNeeded) {
        String name = peer.map(Peer::user)
                .filter(user -> !user.isEmpty())
                .map(user -> "user " + user)
                .orElse("address " + address);
        boolean mayOwn = peer.isEmpty() || peer.get().kind() == Peer.Kind.SERVER_USER;
        Standing withoutTokens = mayOwn ? Standing.OWNER : Standing.GUEST;
        return new RankedConnectionOwner(name, tokensNeeded ? Standing.UNPROVEN : withoutTokens);
    }
}

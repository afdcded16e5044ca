package io.weathervane.mcp;

import java.util.Set;

/** What a client has asked to be told of. */
public interface SubscriptionFilter {
    boolean wants(ServerChange change);

    /** The resources among it. */
    Set<String> uris();
}

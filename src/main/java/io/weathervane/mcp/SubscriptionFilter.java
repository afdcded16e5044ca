package io.weathervane.mcp;

import java.util.Set;

/** Filter of the changes that a client asked to be told of. */
public interface SubscriptionFilter {
    boolean wants(ServerChange change);

    /** The resources among it. */
    Set<String> uris();
}

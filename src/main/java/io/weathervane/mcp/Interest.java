package io.weathervane.mcp;

import java.util.Set;

/** What a client has asked to be told of. */
interface Interest {
    boolean wants(Change change);

    /** The resources among it. */
    Set<String> uris();
}

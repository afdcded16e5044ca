package io.weathervane.mcp;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Source of the metadata that another server behind this one gives with its lists. */
public interface UpstreamListMetaSource {
    /**
     * The {@code _meta} of its last answer to such a request; empty when it has none.
     *
     * @param method such as {@code tools/list}
     */
    ObjectNode of(String method);

    /** Of no server. */
    static UpstreamListMetaSource none() {
        return method -> JsonNodeFactory.instance.objectNode();
    }
}

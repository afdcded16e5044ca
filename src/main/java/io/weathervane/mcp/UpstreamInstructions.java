package io.weathervane.mcp;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Instructions of another server to the model that will use its tools. */
public interface UpstreamInstructions {
    /** The text, added to ours; empty when there is none. May wait for that server, for a bounded time. */
    String text();

    /** Our own text with the other server's. */
    default String addedTo(String own) {
        String more = text();
        return more.isEmpty() ? own : own + "\n\n" + more;
    }

    /** Whether {@link #text} would wait now. */
    boolean isAwaited();

    /** Capabilities of the server, as MCP's server capabilities, when {@link #text} is there. */
    default ObjectNode capabilities() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** A client of ours says what it can do. */
    default void clientDeclares(ObjectNode clientCapabilities) {}

    static UpstreamInstructions none() {
        return new UpstreamInstructions() {
            @Override
            public String text() {
                return "";
            }

            @Override
            public boolean isAwaited() {
                return false;
            }
        };
    }
}

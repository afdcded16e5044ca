package io.weathervane.mcp;

import tools.jackson.databind.node.ObjectNode;

/** Receiver of changes in the rest of the server, so that clients that asked for them are told. Never blocks. */
public interface ServerChangeListener {
    /** The list of tools has changed. */
    void toolsChanged();

    void promptsChanged();

    /** The list of resources has changed. */
    void resourcesChanged();

    /** The content of one resource has changed. */
    void resourceUpdated(String uri);

    /**
     * The same, as another server said it.
     *
     * @param params of {@code notifications/resources/updated}
     */
    default void resourceUpdated(String uri, ObjectNode params) {
        resourceUpdated(uri);
    }

    /** Another server's extension says something that belongs to no call; it goes where {@link #logged} does. */
    default void notificationReceived(String method, ObjectNode params) {}

    /** The content of every resource whose address begins with this one and a slash has changed. */
    void resourcesUpdatedBelow(String uri);

    /**
     * Another server has logged something that belongs to no call; it goes to the legacy client, when there is only one.
     *
     * @param params of {@code notifications/message}
     */
    void logged(ObjectNode params);
}

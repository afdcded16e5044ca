package io.weathervane.mcp;

/** Where the rest of the server says what has changed, so that clients that asked for it are told. Never blocks. */
public interface ServerChanges {
    /** The list of tools is another than before. */
    void toolsChanged();

    void promptsChanged();

    /** The list of resources is another than before. */
    void resourcesChanged();

    /** The content of one resource is another than before. */
    void resourceUpdated(String uri);

    /** The content of every resource whose address begins with this one and a slash is another than before. */
    void resourcesUpdatedBelow(String uri);
}

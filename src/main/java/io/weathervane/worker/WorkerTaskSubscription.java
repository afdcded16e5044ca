package io.weathervane.worker;

import java.util.Set;

/** Tasks of one client's that their workers agreed to tell of (MCP 2026-07-28, {@code taskIds}), until it is closed. */
public interface WorkerTaskSubscription extends AutoCloseable {
    /** Names of the tasks that the client uses. */
    Set<String> ids();

    /** Asks for what the workers said before they were listened to; waits for them, each task as long as for a call. */
    void catchUp();

    @Override
    void close();
}

package io.weathervane.mcp;

import io.weathervane.tool.CallChannel;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The tasks that calls of another server behind this one go on as. */
public interface UpstreamTasks {
    /** Whether a legacy client has the methods. May wait for the other server, for a bounded time. */
    boolean areOffered();

    /**
     * Asks for a task of the caller's, as it is named in the params: {@code tasks/get}, {@code tasks/result}, {@code
     * tasks/update}, {@code tasks/cancel}.
     *
     * @param params without {@code _meta}
     * @return the other server's result; empty when the caller has no such task there
     * @throws io.weathervane.jsonrpc.JsonRpcException when it answers with an error, or the task was lost
     */
    Optional<ObjectNode> request(String method, ObjectNode params, CallChannel channel);

    /**
     * Has a modern client told of those of its tasks that the other server agrees to tell of; waits for that, for a bounded
     * time.
     *
     * @param listener gets a task's id and its state; quick
     * @param lost run when nothing more will come of some of them; quick
     */
    Followed follow(Set<String> ids, CallChannel channel, BiConsumer<String, ObjectNode> listener, Runnable lost);

    /** Tasks that a client is told of, until this is closed. */
    interface Followed extends AutoCloseable {
        /** None. */
        Followed NONE = new Followed() {
            @Override
            public Set<String> ids() {
                return Set.of();
            }

            @Override
            public void catchUp() {}

            @Override
            public void close() {}
        };

        Set<String> ids();

        /** Has told what the tasks have become before they were followed; may wait for the other server. */
        void catchUp();

        @Override
        void close();
    }

    /** The result of {@code tasks/list}: the caller's, on one page. */
    ObjectNode list(CallChannel channel);

    static UpstreamTasks none() {
        return new UpstreamTasks() {
            @Override
            public boolean areOffered() {
                return false;
            }

            @Override
            public Optional<ObjectNode> request(String method, ObjectNode params, CallChannel channel) {
                return Optional.empty();
            }

            @Override
            public Followed follow(
                    Set<String> ids, CallChannel channel, BiConsumer<String, ObjectNode> listener, Runnable lost) {
                return Followed.NONE;
            }

            @Override
            public ObjectNode list(CallChannel channel) {
                ObjectNode none = JsonNodeFactory.instance.objectNode();
                none.putArray("tasks");
                return none;
            }
        };
    }
}

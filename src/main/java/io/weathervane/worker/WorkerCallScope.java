package io.weathervane.worker;

import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a call to a worker can tell its caller, and be told by it. Safe for use by several threads. */
public interface WorkerCallScope {
    /** The worker said how far it is; called only when {@link #meta} has a {@code progressToken}. */
    void progress(double progress, OptionalDouble total, Optional<String> message);

    boolean cancelled();

    /** Runs the action once, when the call is cancelled; at once when it is already. */
    void onCancel(Runnable action);

    /** The request's {@code _meta}: passed on, but for the keys of the protocol itself. */
    ObjectNode meta();

    /** What a sticky share of the callers is hashed by; empty for a caller that nothing is known of. */
    default String callerKey() {
        return "";
    }

    /** The label or role of the one worker that the caller wants; any that fits when empty. */
    default Optional<String> pinned() {
        return Optional.empty();
    }

    /** For calls nobody listens to and nobody cancels. */
    static WorkerCallScope none() {
        return new WorkerCallScope() {
            @Override
            public void progress(double progress, OptionalDouble total, Optional<String> message) {}

            @Override
            public boolean cancelled() {
                return false;
            }

            @Override
            public void onCancel(Runnable action) {}

            @Override
            public ObjectNode meta() {
                return JsonNodeFactory.instance.objectNode();
            }
        };
    }
}

package io.weathervane.tool;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a running call can tell its caller, and be told by it. Safe for use by several threads. */
public interface CallScope {
    /**
     * Tells the caller how far the call is; does nothing when the caller did not ask (no progress token).
     *
     * @param progress must grow from call to call
     * @param total what {@code progress} reaches at the end
     */
    void progress(double progress, double total, String message);

    boolean cancelled();

    /** Runs the action once, when the call is cancelled; at once when it is already. */
    void onCancel(Runnable action);

    /** The request's {@code _meta}, empty when it had none. */
    ObjectNode meta();

    /** For calls nobody listens to and nobody cancels. */
    static CallScope none() {
        return new CallScope() {
            @Override
            public void progress(double progress, double total, String message) {}

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

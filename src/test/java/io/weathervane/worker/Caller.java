package io.weathervane.worker;

import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A caller with a name, who may ask for one worker. */
public record Caller(String name, Optional<String> pinned) implements WorkerCallContext {
    public Caller(String name) {
        this(name, Optional.empty());
    }

    public Caller(String name, String requestedWorker) {
        this(name, Optional.of(requestedWorker));
    }

    @Override
    public String callerKey() {
        return name;
    }

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
}

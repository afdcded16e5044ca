package io.weathervane.worker;

import java.util.Optional;

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
}

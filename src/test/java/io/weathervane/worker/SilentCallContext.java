package io.weathervane.worker;

import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ObjectNode;

/** A caller that hears nothing and never gives up; a test overrides what it is about. */
public class SilentCallContext implements WorkerCallContext {
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
        return SampleReleases.object();
    }
}

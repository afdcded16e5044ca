package io.weathervane.mcp;

import io.weathervane.tool.CallChannel;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Call channel of a tool that runs as a task: it keeps the progress for clients that ask. No user can be asked. */
final class RunningTaskChannel implements CallChannel {
    private final ObjectNode meta;
    private final String callerKey;
    private final Clock clock;
    private final Runnable onProgress;
    private final List<Runnable> onCancel = new ArrayList<>(1);
    private volatile Progress progress;
    private boolean cancelled;

    /** Last progress of a task, with its time. */
    record Progress(String message, Instant at) {}

    /** @param onProgress run when the task says something else than before */
    RunningTaskChannel(ObjectNode meta, String callerKey, Clock clock, Runnable onProgress) {
        this.onProgress = onProgress;
        this.meta = meta;
        this.callerKey = callerKey;
        this.clock = clock;
        this.progress = new Progress("", clock.instant());
    }

    Progress progress() {
        return progress;
    }

    void cancel() {
        List<Runnable> actions;
        synchronized (onCancel) {
            cancelled = true;
            actions = List.copyOf(onCancel);
            onCancel.clear();
        }
        actions.forEach(Runnable::run);
    }

    @Override
    public void progress(double done, double total, String message) {
        boolean another = !message.equals(progress.message());
        progress = new Progress(message, clock.instant());
        if (another) {
            onProgress.run();
        }
    }

    @Override
    public boolean cancelled() {
        synchronized (onCancel) {
            return cancelled;
        }
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (onCancel) {
            if (!cancelled) {
                onCancel.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public String callerKey() {
        return callerKey;
    }

    @Override
    public ObjectNode meta() {
        return meta;
    }
}

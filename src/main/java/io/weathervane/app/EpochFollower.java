package io.weathervane.app;

import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.flags.LiveFlags;
import java.util.concurrent.atomic.AtomicLong;

/** Tells once of each new epoch of the flags: at whichever event of a change comes first. */
final class EpochFollower {
    private final LiveFlags flags;
    private final Runnable changed;
    private final AtomicLong last;

    /** @param changed runs on the thread that made the change, so it does not wait */
    EpochFollower(LiveFlags flags, Runnable changed) {
        this.flags = flags;
        this.changed = changed;
        this.last = new AtomicLong(flags.snapshot().epoch());
    }

    EventBus.Subscription follow(EventBus events) {
        return events.subscribe(this::look);
    }

    private void look(Event event) {
        switch (event.type()) {
            case KILL_SWITCH_ACTIVATED, KILL_SWITCH_RESET, FLAGS_CHANGED, SETTINGS_CHANGED -> look();
            default -> {}
        }
    }

    private void look() {
        long epoch = flags.snapshot().epoch();
        if (last.getAndAccumulate(epoch, Math::max) < epoch) {
            changed.run();
        }
    }
}

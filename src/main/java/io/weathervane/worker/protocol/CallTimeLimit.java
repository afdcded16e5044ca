package io.weathervane.worker.protocol;

import java.time.Duration;
import java.util.OptionalLong;

/** The time that a call may take: progress gives it its whole limit anew, up to a bound; it stands while a client is asked. */
final class CallTimeLimit {
    private final long limit;
    private long until;
    private long last;
    private OptionalLong stoodAt = OptionalLong.empty();

    /**
     * Begins now.
     *
     * @param extendsMax how many times its limit it may take with progress
     */
    CallTimeLimit(Duration limit, int extendsMax, long now) {
        this.limit = limit.toNanos();
        this.until = now + this.limit;
        this.last = now + extendsMax * this.limit;
    }

    /** A client is asked, or is not asked any more. */
    void stand(boolean asked, long now) {
        if (asked && stoodAt.isEmpty()) {
            stoodAt = OptionalLong.of(now);
        } else if (!asked && stoodAt.isPresent()) {
            long stood = now - stoodAt.getAsLong();
            until += stood;
            last += stood;
            stoodAt = OptionalLong.empty();
        }
    }

    void extend(long now) {
        until = now + limit - last < 0 ? now + limit : last;
    }

    /** When it is up, by the same clock; empty while it stands. */
    OptionalLong dueAt() {
        return stoodAt.isPresent() ? OptionalLong.empty() : OptionalLong.of(until);
    }

    boolean isUp(long now) {
        return stoodAt.isEmpty() && until - now <= 0;
    }
}

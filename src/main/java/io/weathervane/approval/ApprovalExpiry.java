package io.weathervane.approval;

import io.weathervane.store.StoreException;
import io.weathervane.util.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of each approval that nobody decided, or used, in time. That one has expired is nowhere written down, the clock
 * alone makes it so; what was open at the last look and is expired at this one has expired in between.
 */
public final class ApprovalExpiry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApprovalExpiry.class);

    /** How late it may be said. */
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Approvals approvals;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("approval-expiry"));
    private volatile List<Approval> open = List.of();

    private ApprovalExpiry(Approvals approvals) {
        this.approvals = approvals;
    }

    public static ApprovalExpiry start(Approvals approvals) {
        ApprovalExpiry expiry = new ApprovalExpiry(approvals);
        var unused = expiry.timer.scheduleWithFixedDelay(expiry::look, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        return expiry;
    }

    /** Whether anything was open at the last look. */
    boolean hasOpen() {
        return !open.isEmpty();
    }

    private void look() {
        try {
            List<Approval> before = open;
            open = approvals.open();
            before.forEach(one -> approvals.tellIfExpired(one.id()));
        } catch (StoreException e) {
            LOG.debug("approvals cannot be read now", e);
        } catch (RuntimeException e) {
            LOG.error("it could not be said which approvals have expired", e);
        }
    }

    @Override
    public void close() {
        timer.shutdown();
    }
}

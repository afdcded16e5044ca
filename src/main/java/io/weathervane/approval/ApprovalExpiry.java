package io.weathervane.approval;

import io.weathervane.store.StoreException;
import io.weathervane.util.Threads;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down and tells of each approval that no approver decided, or no caller used, in time. */
public final class ApprovalExpiry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApprovalExpiry.class);

    /** How late it may be said. */
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final ApprovalService approvals;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("approval-expiry"));
    private volatile boolean open;

    private ApprovalExpiry(ApprovalService approvals) {
        this.approvals = approvals;
    }

    public static ApprovalExpiry start(ApprovalService approvals) {
        ApprovalExpiry expiry = new ApprovalExpiry(approvals);
        var unused = expiry.timer.scheduleWithFixedDelay(
                Threads.repeated("approval-expiry", expiry::look), 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        return expiry;
    }

    /** Whether anything was open at the last look. */
    boolean hasOpen() {
        return open;
    }

    private void look() {
        try {
            open = approvals.expire();
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

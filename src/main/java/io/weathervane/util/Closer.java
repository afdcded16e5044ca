package io.weathervane.util;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Closes what was registered, last first, exactly once. The first failure is thrown at the end, later
 * ones are added to it as suppressed. Something registered after the close is closed at once. A close that comes while
 * another thread's is under way waits for that one.
 */
public final class Closer implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private boolean closed;
    private volatile @Nullable Thread closing;

    public synchronized <T extends AutoCloseable> T register(T resource) {
        if (closed) {
            closeQuietly(resource);
            throw new IllegalStateException(
                    "closed already; " + resource.getClass().getSimpleName() + " was closed");
        }
        open.push(resource);
        return resource;
    }

    @Override
    public void close() {
        if (begin()) {
            try {
                closeAll();
            } finally {
                done.countDown();
            }
        } else if (closing != Thread.currentThread()) {
            awaitDone();
        }
    }

    private synchronized boolean begin() {
        boolean first = !closed;
        if (first) {
            closed = true;
            closing = Thread.currentThread();
        }
        return first;
    }

    private void awaitDone() {
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized List<AutoCloseable> takeOpen() {
        List<AutoCloseable> all = List.copyOf(open);
        open.clear();
        return all;
    }

    private void closeAll() {
        List<RuntimeException> failures = new ArrayList<>();
        for (AutoCloseable resource : takeOpen()) {
            RuntimeException thrown = closeQuietly(resource);
            if (thrown != null) {
                failures.add(thrown);
            }
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.remove(0);
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    private static @Nullable RuntimeException closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new IllegalStateException("interrupted while closing", e);
        } catch (RuntimeException e) {
            return e;
        } catch (Exception e) {
            return new IllegalStateException("closing failed", e);
        }
    }
}

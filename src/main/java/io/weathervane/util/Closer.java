package io.weathervane.util;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Closes what was registered, last first, exactly once. The first failure is thrown at the end, later
 * ones are added to it as suppressed. Something registered after the close is closed at once.
 */
public final class Closer implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private boolean closed;

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
        Deque<AutoCloseable> toClose;
        synchronized (this) {
            closed = true;
            toClose = new ArrayDeque<>(open);
            open.clear();
        }
        List<RuntimeException> failures = new ArrayList<>();
        for (AutoCloseable resource : toClose) {
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

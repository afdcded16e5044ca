package io.weathervane.worker.routing;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A process that the operating system knows nothing of: it is silent, and runs until it is ended. */
final class InMemoryProcess extends Process implements AutoCloseable {
    private static final int EXIT_CODE = 3;

    private final CountDownLatch ended = new CountDownLatch(1);

    /** Ends by itself, as by a crash. */
    @Override
    public void close() {
        ended.countDown();
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                try {
                    ended.await();
                    return -1;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException();
                }
            }

            @Override
            public int read(byte[] into, int from, int most) throws IOException {
                return read();
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public InputStream getErrorStream() {
        return InputStream.nullInputStream();
    }

    @Override
    public int waitFor() throws InterruptedException {
        ended.await();
        return EXIT_CODE;
    }

    @Override
    public boolean waitFor(long limit, TimeUnit unit) throws InterruptedException {
        return ended.await(limit, unit);
    }

    @Override
    public int exitValue() {
        if (isAlive()) {
            throw new IllegalThreadStateException("it runs");
        }
        return EXIT_CODE;
    }

    @Override
    public boolean isAlive() {
        return ended.getCount() > 0;
    }

    @Override
    public void destroy() {
        close();
    }

    /** Of a process that has ended: no signal is sent to it. */
    @Override
    public ProcessHandle toHandle() {
        return (ProcessHandle) Proxy.newProxyInstance(
                ProcessHandle.class.getClassLoader(),
                new Class<?>[] {ProcessHandle.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "isAlive" -> false;
                    case "hashCode" -> System.identityHashCode(this);
                    case "equals" -> proxy == arguments[0];
                    default -> throw new AssertionError(method.getName());
                });
    }
}

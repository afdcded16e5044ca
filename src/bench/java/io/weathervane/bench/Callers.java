package io.weathervane.bench;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.node.ObjectNode;

/** Threads that call the active worker without a pause, and know when each label answered first. */
final class Callers implements AutoCloseable {
    static final int COUNT = 8;

    private static final long ANSWER_MAX_SECONDS = 30;

    private final WorkerManager manager;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final Samples latencies = new Samples();
    private volatile Expected expected = new Expected("");
    private volatile boolean closed;

    Callers(WorkerManager manager) {
        this.manager = manager;
        for (int i = 0; i < COUNT; i++) {
            Thread thread = new Thread(this::run, "caller-" + i);
            thread.start();
            threads.add(thread);
        }
    }

    /** The next label to come, and when an answer of it was first in a caller's hands. */
    private record Expected(String label, AtomicLong firstAt, CountDownLatch all) {
        Expected(String label) {
            this(label, new AtomicLong(), new CountDownLatch(COUNT));
        }
    }

    void expect(String label) {
        expected = new Expected(label);
    }

    /** Waits until every caller had an answer from the label expected; when the first of them came. */
    long awaitFirst() throws InterruptedException {
        if (!expected.all().await(ANSWER_MAX_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(expected.label() + " did not answer every caller");
        }
        return expected.firstAt().get();
    }

    long calls() {
        return calls.get();
    }

    long lost() {
        return lost.get();
    }

    Samples latencies() {
        synchronized (latencies) {
            return latencies;
        }
    }

    private void run() {
        ObjectNode arguments = JsonRpcCodec.JSON.createObjectNode().put("city", "Oslo");
        Expected answered = expected;
        while (!closed) {
            long begun = System.nanoTime();
            String label = call(arguments);
            long now = System.nanoTime();
            synchronized (latencies) {
                latencies.add(now - begun);
            }
            Expected next = expected;
            if (next != answered && label.equals(next.label())) {
                next.firstAt().compareAndSet(0, now);
                next.all().countDown();
                answered = next;
            }
        }
    }

    /** The worker that answered; empty when the call was lost. */
    private String call(ObjectNode arguments) {
        calls.incrementAndGet();
        try {
            WorkerAnswer answer = manager.call("get_forecast", arguments, WorkerCallContext.none());
            if (answer.isError()) {
                lost.incrementAndGet();
            }
            return answer.label();
        } catch (WorkerCallException e) {
            lost.incrementAndGet();
            return "";
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}

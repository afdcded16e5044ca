package io.weathervane.demo;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Users: a few callers who call the worker's tools through the server all the time, and count what they get. Of ten calls
 * one is of {@code get_forecast}, one of {@code record_observation}, and the others are of {@code echo}.
 */
final class TrafficGenerator implements AutoCloseable {
    private static final int CALLERS = 4;
    private static final Duration PAUSE = Duration.ofMillis(30);
    private static final Duration LAST_CALL_MAX = Duration.ofSeconds(35);
    /** How the sample worker words a failure it was told to have; anything else that goes wrong is a lost call. */
    private static final String WORKER_SAID_NO = "the forecast model did not answer";

    private final DemoClient client;
    private final Clock clock;
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong good = new AtomicLong();
    private final AtomicLong failedByWorker = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicReference<@Nullable Instant> firstFailure = new AtomicReference<>();
    private final AtomicReference<@Nullable String> firstLoss = new AtomicReference<>();
    private final List<Thread> callers;
    private volatile boolean stopping;

    TrafficGenerator(DemoClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
        this.callers = IntStream.range(0, CALLERS)
                .mapToObj(number -> new Thread(this::callUntilStopped, "demo-caller-" + number))
                .toList();
        callers.forEach(Thread::start);
    }

    private void callUntilStopped() {
        while (!stopping) {
            try {
                count(call(begun.getAndIncrement() % 10));
            } catch (IOException e) {
                lose(String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                return;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private JsonNode call(long number) throws IOException, InterruptedException {
        ObjectNode arguments = JsonRpcCodec.JSON.createObjectNode();
        if (number == 0) {
            return client.call("get_forecast", arguments.put("city", "Oslo"));
        }
        return client.call(number == 1 ? "record_observation" : "echo", arguments.put("text", "wind from the west"));
    }

    private void count(JsonNode result) {
        if (!result.path("isError").asBoolean(false)) {
            good.incrementAndGet();
        } else if (DemoClient.text(result).contains(WORKER_SAID_NO)) {
            firstFailure.compareAndSet(null, clock.instant());
            failedByWorker.incrementAndGet();
        } else {
            lose(DemoClient.text(result));
        }
    }

    private void lose(String why) {
        lost.incrementAndGet();
        firstLoss.compareAndSet(null, why);
    }

    long good() {
        return good.get();
    }

    long failedByWorker() {
        return failedByWorker.get();
    }

    /** Calls that got no answer of a worker. */
    long lost() {
        return lost.get();
    }

    String firstLoss() {
        return Optional.ofNullable(firstLoss.get()).orElse("");
    }

    long made() {
        return good() + failedByWorker() + lost();
    }

    Optional<Instant> firstFailure() {
        return Optional.ofNullable(firstFailure.get());
    }

    @Override
    public void close() {
        stopping = true;
        for (Thread caller : callers) {
            try {
                caller.join(LAST_CALL_MAX.toMillis());
            } catch (InterruptedException e) {
                caller.interrupt();
                Thread.currentThread().interrupt();
            }
        }
    }
}

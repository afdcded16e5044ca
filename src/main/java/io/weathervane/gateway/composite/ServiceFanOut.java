package io.weathervane.gateway.composite;

import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks all services for the same at a time, so that a slow one costs its own time and not the sum of all. A service that
 * fails is left out, unless every one fails.
 */
final class ServiceFanOut implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("Services");

    /** Most threads on a JDK without virtual ones; beyond it the asking thread asks itself. */
    private static final int PLATFORM_THREADS_MAX = 64;

    private final Supplier<List<UpstreamService>> services;
    private final ExecutorService threads = Threads.newPerTask("services", PLATFORM_THREADS_MAX);

    /** Answer of one service. */
    record Answered<T>(UpstreamService service, T answer) {}

    ServiceFanOut(Supplier<List<UpstreamService>> services) {
        this.services = services;
    }

    /** Those there are now, in the order of the configuration. */
    List<UpstreamService> services() {
        return services.get();
    }

    /**
     * The answers in the order of the configuration.
     *
     * @throws JsonRpcException the first service's, when no service answers
     */
    <T> List<Answered<T>> ask(Function<UpstreamService, T> question) {
        List<UpstreamService> now = services.get();
        List<Future<T>> asked = now.stream()
                .map(service -> threads.submit(() -> question.apply(service)))
                .toList();
        List<Answered<T>> answers = new ArrayList<>();
        List<RuntimeException> failures = new ArrayList<>();
        for (int index = 0; index < asked.size(); index++) {
            collect(now.get(index), asked.get(index), answers, failures);
        }
        if (answers.isEmpty() && !failures.isEmpty()) {
            throw failures.get(0);
        }
        return answers;
    }

    /**
     * What each service has, in the order of the configuration.
     *
     * @param patience for all of them together
     * @param known in place of the answer of one that fails, or has not answered by then; must not wait
     */
    <T> List<T> askWithin(
            Duration patience, Function<UpstreamService, T> question, Function<UpstreamService, T> known) {
        List<UpstreamService> now = services.get();
        List<Future<T>> asked = now.stream()
                .map(service -> threads.submit(() -> question.apply(service)))
                .toList();
        Stopwatch limit = new Stopwatch(Ticker.system(), patience);
        return IntStream.range(0, asked.size())
                .mapToObj(index -> inTime(now.get(index), asked.get(index), limit.left())
                        .orElseGet(() -> known.apply(now.get(index))))
                .toList();
    }

    /** One that is late goes on: what it brings is there the next time. */
    private static <T> Optional<T> inTime(UpstreamService service, Future<T> asked, Duration left) {
        try {
            return Optional.of(asked.get(left.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            LOG.info("service={} is slow to answer; what it said last is given", service.name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn(
                    "service={} does not answer, what it said last is given: {}",
                    service.name(),
                    String.valueOf(e.getCause()));
        }
        return Optional.empty();
    }

    private static <T> void collect(
            UpstreamService service, Future<T> asked, List<Answered<T>> answers, List<RuntimeException> failures) {
        try {
            answers.add(new Answered<>(service, asked.get()));
        } catch (InterruptedException e) {
            asked.cancel(/* mayInterruptIfRunning= */ true);
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.warn("service={} does not answer and is left out: {}", service.name(), String.valueOf(e.getCause()));
            failures.add(
                    e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause()));
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

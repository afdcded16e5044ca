package io.weathervane.signal;

import io.weathervane.monitor.SignalReading;
import io.weathervane.monitor.SignalReading.Origin;
import io.weathervane.monitor.SignalValue;
import io.weathervane.monitor.SignalValue.State;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a Prometheus again and again while a watch is on, on a thread of its own: one that hangs holds up no other. */
final class PrometheusPoller implements SignalReadingSource {
    private static final Logger LOG = LoggerFactory.getLogger("Signals");

    private static final Duration LIMIT_MIN = Duration.ofSeconds(1);
    private static final Duration LIMIT_MAX = Duration.ofSeconds(10);

    private final SignalConfig config;
    private final PrometheusQuerySpec query;
    private final PrometheusClient client;
    private final Ticker ticker;
    private final LongSupplier sequence;
    private Optional<Loop> loop = Optional.empty();
    private volatile Optional<Sample> newest = Optional.empty();

    /**
     * An answer.
     *
     * @param age since it was asked for
     * @param unknown since the signal has been unknown
     */
    private record Sample(PrometheusAnswer answer, Stopwatch age, long sequence, Optional<Stopwatch> unknown) {}

    /** @param sequence greater each time */
    PrometheusPoller(
            SignalConfig config,
            PrometheusQuerySpec query,
            PrometheusClient client,
            Ticker ticker,
            LongSupplier sequence) {
        this.config = config;
        this.query = query;
        this.client = client;
        this.ticker = ticker;
        this.sequence = sequence;
    }

    @Override
    public synchronized void begin() {
        if (loop.isEmpty()) {
            newest = Optional.empty();
            Loop begun = new Loop();
            loop = Optional.of(begun);
            begun.thread.start();
        }
    }

    @Override
    public synchronized void end() {
        loop.ifPresent(Loop::stop);
        loop = Optional.empty();
    }

    @Override
    public SignalReading reading(Instant now) {
        return new SignalReading(config.name(), Origin.PROMETHEUS, config.limits(), value(now));
    }

    private SignalValue value(Instant now) {
        Optional<Sample> sample = newest;
        if (sample.isEmpty()) {
            return new SignalValue(
                    State.UNKNOWN, OptionalDouble.empty(), now, 0, "not asked yet; it is asked while a watch is on");
        }
        Duration age = sample.get().age().elapsed();
        PrometheusAnswer answer = sample.get().answer();
        Instant at = now.minus(age);
        if (answer.number().isPresent() && age.compareTo(config.ageMax()) > 0) {
            String old = "the last answer is " + SignalTextSanitizer.age(age) + " old";
            return new SignalValue(
                    State.UNKNOWN, OptionalDouble.empty(), at, sample.get().sequence(), old);
        }
        State state = answer.number().isPresent() ? State.MEASURED : State.UNKNOWN;
        return new SignalValue(state, answer.number(), at, sample.get().sequence(), answer.detail());
    }

    @Override
    public Optional<String> note() {
        return newest.flatMap(sample -> sample.unknown()
                .map(Stopwatch::elapsed)
                .filter(since -> since.compareTo(config.ageMax()) > 0)
                .map(since -> "signal " + config.name() + " is unknown since " + SignalTextSanitizer.age(since) + ": "
                        + sample.answer().detail()));
    }

    private Duration limit() {
        Duration interval = config.interval();
        if (interval.compareTo(LIMIT_MIN) < 0) {
            return LIMIT_MIN;
        }
        return interval.compareTo(LIMIT_MAX) > 0 ? LIMIT_MAX : interval;
    }

    private Optional<Stopwatch> unknownSince(PrometheusAnswer answer, Stopwatch asked) {
        if (answer.number().isPresent()) {
            return Optional.empty();
        }
        Optional<Stopwatch> earlier = newest.flatMap(Sample::unknown);
        if (earlier.isEmpty()) {
            LOG.warn("signal is unknown name={} reason=\"{}\"", config.name(), answer.detail());
        }
        return earlier.or(() -> Optional.of(asked));
    }

    /** One watch's asking. */
    private final class Loop {
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final Thread thread = Threads.loop("signal-" + config.name(), this::run);

        void stop() {
            stopped.countDown();
            thread.interrupt();
        }

        private void run() {
            try {
                Stopwatch asked;
                do {
                    asked = new Stopwatch(ticker, config.interval());
                    ask(asked);
                } while (!stopped.await(asked.leftNanos(), TimeUnit.NANOSECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void ask(Stopwatch asked) throws InterruptedException {
            PrometheusAnswer answer = client.ask(query, limit());
            synchronized (PrometheusPoller.this) {
                if (stopped.getCount() > 0) {
                    newest = Optional.of(new Sample(answer, asked, sequence.getAsLong(), unknownSince(answer, asked)));
                }
            }
        }
    }
}

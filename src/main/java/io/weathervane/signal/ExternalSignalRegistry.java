package io.weathervane.signal;

import io.weathervane.monitor.SignalReading;
import io.weathervane.observation.SignalSource;
import io.weathervane.util.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configured signals and their last known values. Does nothing until a watch is on or something is posted. */
public final class ExternalSignalRegistry implements SignalSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("Signals");

    private final Clock clock;
    private final Ticker ticker;
    private final AtomicLong sequence;
    private volatile Signals inForce = Signals.NONE;
    private volatile Signals newest = Signals.NONE;
    private boolean on;

    /** The signals of one configuration, in its order; those that are the same in the next one are taken over there. */
    private record Signals(Map<SignalConfig, List<SignalReadingSource>> byConfig) {
        static final Signals NONE = new Signals(Map.of());

        List<SignalReadingSource> all() {
            return byConfig.values().stream().flatMap(List::stream).toList();
        }

        Optional<PostedSignalFeed> posted(String name) {
            return byConfig.entrySet().stream()
                    .filter(signal -> signal.getKey().name().equals(name))
                    .flatMap(signal -> signal.getValue().stream())
                    .filter(PostedSignalFeed.class::isInstance)
                    .map(PostedSignalFeed.class::cast)
                    .findFirst();
        }
    }

    public ExternalSignalRegistry(List<SignalConfig> configs, Clock clock, Ticker ticker) {
        this.clock = clock;
        this.ticker = ticker;
        // Also greater than those that an earlier server gave.
        this.sequence = new AtomicLong(clock.millis());
        if (!configs.isEmpty()) {
            newest = signals(configs);
            inForce = newest;
        }
    }

    private Signals signals(List<SignalConfig> configs) {
        PrometheusClient client = new PrometheusClient();
        Map<SignalConfig, List<SignalReadingSource>> known = newest.byConfig();
        Map<SignalConfig, List<SignalReadingSource>> byConfig = new LinkedHashMap<>();
        configs.forEach(config ->
                byConfig.put(config, Optional.ofNullable(known.get(config)).orElseGet(() -> sources(config, client))));
        return new Signals(byConfig);
    }

    private List<SignalReadingSource> sources(SignalConfig config, PrometheusClient client) {
        List<SignalReadingSource> sources = new ArrayList<>();
        config.prometheus()
                .ifPresent(query ->
                        sources.add(new PrometheusPoller(config, query, client, ticker, sequence::incrementAndGet)));
        if (config.isPosted()) {
            sources.add(new PostedSignalFeed(config, ticker, sequence::incrementAndGet));
        }
        return List.copyOf(sources);
    }

    /** Takes the signals of a configuration that was read again; they are read from the next {@link #renew} on. */
    public void replace(List<SignalConfig> configs) {
        if (!List.copyOf(newest.byConfig().keySet()).equals(configs)) {
            newest = configs.isEmpty() ? Signals.NONE : signals(configs);
        }
    }

    @Override
    public boolean isReplaced() {
        return !inForce.equals(newest);
    }

    @Override
    public synchronized void renew() {
        List<SignalReadingSource> before = inForce.all();
        inForce = newest;
        List<SignalReadingSource> now = inForce.all();
        before.stream().filter(source -> !now.contains(source)).forEach(SignalReadingSource::close);
        if (on) {
            now.forEach(SignalReadingSource::begin);
        }
    }

    @Override
    public List<SignalReading> readings(Instant now) {
        return inForce.all().stream().map(input -> input.reading(now)).toList();
    }

    @Override
    public synchronized void watch(boolean watching) {
        if (watching != on) {
            inForce.all().forEach(watching ? SignalReadingSource::begin : SignalReadingSource::end);
            on = watching;
        }
    }

    @Override
    public void recall(List<SignalReading> stored, Instant now) {
        for (SignalReading reading : stored) {
            if (reading.origin() == SignalReading.Origin.POSTED) {
                Duration age = Duration.between(reading.value().at(), now);
                inForce.posted(reading.name())
                        .ifPresent(signal -> signal.recall(reading.value(), age.isNegative() ? Duration.ZERO : age));
            }
        }
    }

    @Override
    public synchronized List<String> notes() {
        return !on
                ? List.of()
                : inForce.all().stream().flatMap(input -> input.note().stream()).toList();
    }

    /** Whether a signal of this name is posted here. */
    public boolean isPosted(String name) {
        return inForce.posted(name).or(() -> newest.posted(name)).isPresent();
    }

    /**
     * Takes what was posted, when its sender may post it.
     *
     * @param signature of the body; empty when the sender is known otherwise
     * @param sender for the log
     */
    public SignalPostResult receive(String name, byte[] body, Optional<String> signature, String sender) {
        Optional<PostedSignalFeed> signal = inForce.posted(name).or(() -> newest.posted(name));
        if (signal.isEmpty()) {
            return new SignalPostResult(SignalPostResult.Outcome.UNKNOWN, "no signal of this name is posted here");
        }
        SignalPostResult result = signal.get().receive(body, signature, clock.instant());
        if (result.outcome() == SignalPostResult.Outcome.TAKEN) {
            LOG.info("signal received name={} by={}", name, sender);
        }
        return result;
    }

    @Override
    public synchronized void close() {
        inForce.all().forEach(SignalReadingSource::close);
        on = false;
    }
}

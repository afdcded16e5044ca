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
    private final List<SignalReadingSource> sources = new ArrayList<>();
    private final Map<String, PostedSignalFeed> posted = new LinkedHashMap<>();
    private boolean on;

    public ExternalSignalRegistry(List<SignalConfig> configs, Clock clock, Ticker ticker) {
        this.clock = clock;
        if (!configs.isEmpty()) {
            add(configs, ticker);
        }
    }

    private void add(List<SignalConfig> configs, Ticker ticker) {
        PrometheusClient client = new PrometheusClient();
        // Also greater than those that an earlier server gave.
        AtomicLong sequence = new AtomicLong(clock.millis());
        for (SignalConfig config : configs) {
            config.prometheus()
                    .ifPresent(query -> sources.add(
                            new PrometheusPoller(config, query, client, ticker, sequence::incrementAndGet)));
            if (config.isPosted()) {
                PostedSignalFeed signal = new PostedSignalFeed(config, ticker, sequence::incrementAndGet);
                posted.put(config.name(), signal);
                sources.add(signal);
            }
        }
    }

    @Override
    public List<SignalReading> readings(Instant now) {
        return sources.stream().map(input -> input.reading(now)).toList();
    }

    @Override
    public synchronized void watch(boolean watching) {
        if (watching != on) {
            sources.forEach(watching ? SignalReadingSource::begin : SignalReadingSource::end);
            on = watching;
        }
    }

    @Override
    public void recall(List<SignalReading> stored, Instant now) {
        for (SignalReading reading : stored) {
            PostedSignalFeed signal = posted.get(reading.name());
            if (signal != null && reading.origin() == SignalReading.Origin.POSTED) {
                Duration age = Duration.between(reading.value().at(), now);
                signal.recall(reading.value(), age.isNegative() ? Duration.ZERO : age);
            }
        }
    }

    @Override
    public synchronized List<String> notes() {
        return !on
                ? List.of()
                : sources.stream().flatMap(input -> input.note().stream()).toList();
    }

    /** Whether a signal of this name is posted here. */
    public boolean isPosted(String name) {
        return posted.containsKey(name);
    }

    /**
     * Takes what was posted, when its sender may post it.
     *
     * @param signature of the body; empty when the sender is known otherwise
     * @param sender for the log
     */
    public SignalPostResult receive(String name, byte[] body, Optional<String> signature, String sender) {
        PostedSignalFeed signal = posted.get(name);
        if (signal == null) {
            return new SignalPostResult(SignalPostResult.Outcome.UNKNOWN, "no signal of this name is posted here");
        }
        SignalPostResult result = signal.receive(body, signature, clock.instant());
        if (result.outcome() == SignalPostResult.Outcome.TAKEN) {
            LOG.info("signal received name={} by={}", name, sender);
        }
        return result;
    }

    @Override
    public synchronized void close() {
        sources.forEach(SignalReadingSource::close);
        on = false;
    }
}

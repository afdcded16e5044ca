package io.weathervane.signal;

import io.weathervane.monitor.SignalReading;
import io.weathervane.rollback.SignalSource;
import io.weathervane.util.HmacSignature;
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
public final class Signals implements SignalSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("Signals");

    private final Clock clock;
    private final SignatureMemory signatures;
    private final List<SignalInput> inputs = new ArrayList<>();
    private final Map<String, PostedSignal> posted = new LinkedHashMap<>();
    private boolean on;

    public Signals(List<SignalConfig> configs, Clock clock, Ticker ticker) {
        this.clock = clock;
        this.signatures = new SignatureMemory(ticker);
        PrometheusClient client = new PrometheusClient();
        // Also greater than those that an earlier server gave.
        AtomicLong sequence = new AtomicLong(clock.millis());
        for (SignalConfig config : configs) {
            config.prometheus()
                    .ifPresent(query ->
                            inputs.add(new PolledSignal(config, query, client, ticker, sequence::incrementAndGet)));
            if (config.isPosted()) {
                PostedSignal signal = new PostedSignal(config, ticker, sequence::incrementAndGet);
                posted.put(config.name(), signal);
                inputs.add(signal);
            }
        }
    }

    @Override
    public List<SignalReading> readings(Instant now) {
        return inputs.stream().map(input -> input.reading(now)).toList();
    }

    @Override
    public synchronized void watch(boolean watching) {
        if (watching != on) {
            inputs.forEach(watching ? SignalInput::begin : SignalInput::end);
            on = watching;
        }
    }

    @Override
    public void recall(List<SignalReading> stored, Instant now) {
        for (SignalReading reading : stored) {
            PostedSignal signal = posted.get(reading.name());
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
                : inputs.stream().flatMap(input -> input.note().stream()).toList();
    }

    /**
     * Takes what was posted, when its sender may post it.
     *
     * @param signature of the body; empty when the sender is known otherwise
     * @param sender for the log
     */
    public Reception receive(String name, byte[] body, Optional<String> signature, String sender) {
        PostedSignal signal = posted.get(name);
        if (signal == null) {
            return new Reception(Reception.Outcome.UNKNOWN, "no signal of this name is posted here");
        }
        Optional<Reception> unproven = signature.flatMap(shown -> unproven(signal.config(), shown, body));
        return unproven.orElseGet(() -> take(signal, body, sender));
    }

    private Optional<Reception> unproven(SignalConfig config, String shown, byte[] body) {
        if (config.secret().isEmpty()) {
            return Optional.of(new Reception(
                    Reception.Outcome.UNPROVEN, "the signal has no secret (secretEnv), so it cannot be signed"));
        }
        Optional<String> problem = HmacSignature.problem(config.secret().get(), shown, clock.instant(), body);
        if (problem.isPresent()) {
            return Optional.of(new Reception(Reception.Outcome.UNPROVEN, problem.get()));
        }
        return switch (signatures.show(config.name() + " " + shown)) {
            case FRESH -> Optional.empty();
            case SEEN ->
                Optional.of(new Reception(
                        Reception.Outcome.UNPROVEN, "this request was received already; sign each one anew"));
            case FULL -> Optional.of(new Reception(Reception.Outcome.TOO_MANY, "too many signed requests"));
        };
    }

    private static Reception take(PostedSignal signal, byte[] body, String sender) {
        try {
            SignalReport report = SignalReportReader.read(body);
            if (!signal.take(report)) {
                return new Reception(
                        Reception.Outcome.TOO_MANY,
                        "the signal has " + PostedSignal.GROUPS_MAX + " groups of alerts already");
            }
            String name = signal.config().name();
            LOG.info("signal received name={} state={} by={}", name, report.state(), sender);
            return new Reception(Reception.Outcome.TAKEN, name);
        } catch (SignalRefusedException e) {
            return new Reception(Reception.Outcome.MALFORMED, e.reason());
        }
    }

    @Override
    public synchronized void close() {
        inputs.forEach(SignalInput::close);
        on = false;
    }
}

package io.weathervane.signal;

import io.weathervane.monitor.SignalReading;
import io.weathervane.monitor.SignalReading.Origin;
import io.weathervane.monitor.SignalValue;
import io.weathervane.monitor.SignalValue.State;
import io.weathervane.util.HmacSignature;
import io.weathervane.util.SingleUseKeys;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Reports that were posted for one signal. A report holds until its sender replaces it, or until it has not been
 * repeated for too long.
 */
final class PostedSignalFeed implements SignalReadingSource {
    /** Groups of alerts that are remembered. */
    static final int GROUPS_MAX = 100;

    /** The group of what an earlier server was told; whatever is posted next takes its place. */
    private static final String RECALLED = "recalled";

    /** Signatures that are remembered; with more in one window further ones are refused. */
    private static final int SIGNATURES_MAX = 10_000;

    private final SignalConfig config;
    private final Ticker ticker;
    private final LongSupplier sequence;

    /** Signatures that were accepted, so that a request that was listened to is not sent again. */
    private final SingleUseKeys signatures;

    private final Map<String, Entry> groups = new LinkedHashMap<>();

    private record Entry(PostedSignalReport report, Stopwatch age, long sequence) {}

    /** @param sequence greater each time */
    PostedSignalFeed(SignalConfig config, Ticker ticker, LongSupplier sequence) {
        this.config = config;
        this.ticker = ticker;
        this.sequence = sequence;
        // One is good from a window before to a window after its time, so it is kept for both.
        this.signatures = new SingleUseKeys(HmacSignature.WINDOW.multipliedBy(2), SIGNATURES_MAX, ticker);
    }

    /**
     * Takes what was posted, when its sender may post it.
     *
     * @param signature of the body; empty when the sender is known otherwise
     * @param now by the wall clock, which the signature's time is held against
     */
    SignalPostResult receive(byte[] body, Optional<String> signature, Instant now) {
        return signature.flatMap(shown -> unproven(shown, body, now)).orElseGet(() -> take(body));
    }

    private Optional<SignalPostResult> unproven(String shown, byte[] body, Instant now) {
        if (config.secret().isEmpty()) {
            return Optional.of(new SignalPostResult(
                    SignalPostResult.Outcome.UNPROVEN, "the signal has no secret (secretEnv), so it cannot be signed"));
        }
        Optional<String> problem = HmacSignature.problem(config.secret().get(), shown, now, body);
        if (problem.isPresent()) {
            return Optional.of(new SignalPostResult(SignalPostResult.Outcome.UNPROVEN, problem.get()));
        }
        return switch (signatures.use(shown)) {
            case FRESH -> Optional.empty();
            case SEEN ->
                Optional.of(new SignalPostResult(
                        SignalPostResult.Outcome.UNPROVEN, "this request was received already; sign each one anew"));
            case FULL ->
                Optional.of(new SignalPostResult(SignalPostResult.Outcome.TOO_MANY, "too many signed requests"));
        };
    }

    private SignalPostResult take(byte[] body) {
        try {
            return take(SignalReportReader.read(body))
                    ? new SignalPostResult(SignalPostResult.Outcome.TAKEN, config.name())
                    : new SignalPostResult(
                            SignalPostResult.Outcome.TOO_MANY,
                            "the signal has " + GROUPS_MAX + " groups of alerts already");
        } catch (SignalRefusedException e) {
            return new SignalPostResult(SignalPostResult.Outcome.MALFORMED, e.reason());
        }
    }

    /** Takes note of it; false when there is no room for another group. */
    private synchronized boolean take(PostedSignalReport report) {
        groups.remove(RECALLED);
        groups.remove(report.group());
        if (groups.size() >= GROUPS_MAX) {
            groups.values().removeIf(this::isOld);
        }
        if (groups.size() >= GROUPS_MAX) {
            return false;
        }
        groups.put(report.group(), new Entry(report, new Stopwatch(ticker), sequence.getAsLong()));
        return true;
    }

    /** What the last check of an earlier server knew, so long ago. */
    synchronized void recall(SignalValue stored, Duration age) {
        if (groups.isEmpty() && stored.number().isPresent()) {
            PostedSignalReport report =
                    new PostedSignalReport(RECALLED, stored.state(), stored.number(), stored.detail());
            groups.put(RECALLED, new Entry(report, Stopwatch.startedAgo(ticker, age), sequence.getAsLong()));
        }
    }

    /** What was in force at an earlier watch and was not told again says nothing in this one. */
    @Override
    public synchronized void begin() {
        groups.values().removeIf(this::isOld);
    }

    @Override
    public void end() {
        // Others post whether a watch is on or not.
    }

    @Override
    public synchronized SignalReading reading(Instant now) {
        return new SignalReading(config.name(), Origin.POSTED, config.limits(), value(now));
    }

    private SignalValue value(Instant now) {
        List<Entry> firing = those(entry -> is(entry, State.FIRING) && !isOld(entry));
        List<Entry> measured = those(entry -> is(entry, State.MEASURED) && !isOld(entry));
        List<Entry> old = those(entry -> !is(entry, State.QUIET) && isOld(entry));
        if (!firing.isEmpty()) {
            return value(State.FIRING, number(firing), newest(firing), now);
        }
        if (!measured.isEmpty()) {
            return value(State.MEASURED, number(measured), newest(measured), now);
        }
        if (!old.isEmpty()) {
            Entry last = newest(old);
            String why = "the last report, " + word(last) + ", is "
                    + SignalTextSanitizer.age(last.age().elapsed()) + " old";
            return new SignalValue(
                    State.UNKNOWN, OptionalDouble.empty(), now.minus(last.age().elapsed()), last.sequence(), why);
        }
        return groups.isEmpty()
                ? new SignalValue(State.QUIET, OptionalDouble.empty(), now, 0, "")
                : value(State.QUIET, OptionalDouble.empty(), newest(those(entry -> true)), now);
    }

    private SignalValue value(State state, OptionalDouble number, Entry newest, Instant now) {
        return new SignalValue(
                state,
                number,
                now.minus(newest.age().elapsed()),
                newest.sequence(),
                newest.report().reason());
    }

    /** Our own form's number is its sender's; alerts of several groups are counted together. */
    private static OptionalDouble number(List<Entry> entries) {
        return entries.stream()
                .filter(entry -> entry.report().group().equals(PostedSignalReport.OWN))
                .findFirst()
                .map(entry -> entry.report().number())
                .orElseGet(() -> OptionalDouble.of(entries.stream()
                        .mapToDouble(entry -> entry.report().number().orElse(0))
                        .sum()));
    }

    private List<Entry> those(Predicate<Entry> which) {
        return groups.values().stream().filter(which).toList();
    }

    private static Entry newest(List<Entry> entries) {
        return entries.stream().max(Comparator.comparingLong(Entry::sequence)).orElseThrow();
    }

    private static boolean is(Entry entry, State state) {
        return entry.report().state() == state;
    }

    private static String word(Entry entry) {
        return is(entry, State.FIRING) ? "firing" : "a value";
    }

    private boolean isOld(Entry entry) {
        return entry.age().elapsed().compareTo(config.ageMax()) > 0;
    }

    @Override
    public synchronized Optional<String> note() {
        return Optional.of(value(Instant.EPOCH))
                .filter(value -> value.state() == State.UNKNOWN)
                .map(value -> "signal " + config.name() + " is unknown: " + value.detail());
    }
}

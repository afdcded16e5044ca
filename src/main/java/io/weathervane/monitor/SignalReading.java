package io.weathervane.monitor;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One signal from outside, as a check saw it.
 *
 * @param rollbackRun evaluations in a row, up to this one, that called for a rollback; counted by the monitor
 * @param escalateRun the same for an escalation
 */
public record SignalReading(
        String name, Origin origin, List<SignalLimit> limits, SignalValue value, int rollbackRun, int escalateRun) {
    /** Origin of a signal's values. */
    public enum Origin {
        /** The server asks a Prometheus: each answer is one evaluation. */
        PROMETHEUS,
        /** Others post it: it is in force until they say otherwise, so that each check is one evaluation. */
        POSTED;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public SignalReading {
        limits = List.copyOf(limits);
    }

    /** A reading whose runs are not counted yet. */
    public SignalReading(String name, Origin origin, List<SignalLimit> limits, SignalValue value) {
        this(name, origin, limits, value, 0, 0);
    }

    /** For people: {@code signal checkout-errors (prometheus)}. */
    public String title() {
        return "signal " + name + " (" + origin.wireName() + ")";
    }

    public boolean isUnknown() {
        return value.state() == SignalValue.State.UNKNOWN;
    }

    public boolean isFiring() {
        return value.state() == SignalValue.State.FIRING;
    }

    /** Whether its number is beyond a limit of this action. */
    public boolean callsFor(DecisionAction action) {
        return value.number().isPresent()
                && limits.stream()
                        .anyMatch(limit -> limit.action() == action
                                && limit.isCrossedBy(value.number().getAsDouble()));
    }

    /** Whether it speaks against the release. */
    public boolean isBad() {
        return isFiring() || limits.stream().anyMatch(limit -> callsFor(limit.action()));
    }

    boolean isSameSignal(SignalReading other) {
        return name.equals(other.name) && origin == other.origin;
    }

    /**
     * With its runs, as they follow from the check before.
     *
     * @param since when the watch began: what was heard before says nothing of the release that is watched
     */
    SignalReading following(Optional<SignalReading> before, Instant since) {
        return new SignalReading(
                name,
                origin,
                limits,
                value,
                run(DecisionAction.ROLLBACK, before, since),
                run(DecisionAction.ESCALATE, before, since));
    }

    int run(DecisionAction action) {
        return action == DecisionAction.ROLLBACK ? rollbackRun : escalateRun;
    }

    /**
     * Length of the run after this reading. An unknown value neither lengthens nor breaks a run; a value that was
     * counted already is not counted again.
     */
    private int run(DecisionAction action, Optional<SignalReading> before, Instant since) {
        if (before.isEmpty() && run(action) > 0) {
            return run(action); // of a stored check, in a replay that begins with it
        }
        int earlier = before.map(reading -> reading.run(action)).orElse(0);
        if (isUnknown()) {
            return earlier;
        }
        if (!callsFor(action) || value.at().isBefore(since)) {
            return 0;
        }
        boolean counted = origin == Origin.PROMETHEUS
                && before.filter(reading -> reading.value.sequence() == value.sequence())
                        .isPresent();
        return counted ? earlier : earlier + 1;
    }
}

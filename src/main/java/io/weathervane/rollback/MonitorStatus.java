package io.weathervane.rollback;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.CheckRecord;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import io.weathervane.policy.MonitorMode;
import io.weathervane.policy.SourcedThreshold;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;

/**
 * The monitor at one moment.
 *
 * @param state {@code idle} (nothing was ever promoted), {@code watching}, {@code acting} or {@code ended}
 * @param inProgress what is being carried out
 * @param watch the newest watch, running or not
 * @param warnings rows that are ignored, and what else is not as it should be
 */
public record MonitorStatus(
        String state,
        Optional<String> inProgress,
        Optional<Watch> watch,
        Optional<LastDecision> lastDecision,
        Settings settings,
        List<String> warnings) {
    /** A difference to the wall clock that shows: 1 s. */
    private static final Duration CLOCK_STEP = Duration.ofSeconds(1);

    /** The newest decision and when it was made. */
    public record LastDecision(Decision decision, Instant at) {}

    /**
     * Mode, thresholds and baseline of the monitor.
     *
     * @param sources each threshold with where it comes from, by its name in the config file
     * @param baseline what a release that is promoted now would be compared with
     */
    public record Settings(
            MonitorMode mode, MonitorPolicy policy, Map<String, SourcedThreshold> sources, String baseline) {}

    /**
     * A watch over a promotion.
     *
     * @param previous the worker that was replaced
     * @param endsAt as the wall clock shows it
     */
    public record Watch(WatchState state, Optional<String> previous, Instant endsAt, Optional<Remaining> remaining) {
        /**
         * The watch as it is shown.
         *
         * @param now by the time that the watch goes by
         * @param wall by the wall clock, which may have been set meanwhile
         */
        static Watch of(WatchRecord watch, MonitorPolicy policy, Instant now, Instant wall) {
            WatchState on = watch.state();
            WatchState.Schedule schedule = on.schedule();
            Duration apart = Duration.between(now, wall);
            Duration shift = on.running() && apart.abs().compareTo(CLOCK_STEP) > 0 ? apart : Duration.ZERO;
            Duration left = Duration.between(now, schedule.deadline());
            Remaining remaining = new Remaining(
                    left.isNegative() ? Duration.ZERO : left,
                    on.counters().interval(policy),
                    schedule.nextCheckAt().plus(shift));
            return new Watch(
                    on,
                    watch.from(),
                    schedule.deadline().plus(shift),
                    watch.watching() ? Optional.of(remaining) : Optional.empty());
        }

        /** When it began. */
        public Instant startedAt() {
            return state.schedule().startedAt();
        }

        /** Outcome of the watch; empty while it runs. */
        public Optional<WatchOutcome> outcome() {
            return state.running() ? Optional.empty() : Optional.of(state.outcome());
        }
    }

    /**
     * Remaining time of a running watch and its next check.
     *
     * @param interval between two checks now
     */
    public record Remaining(Duration time, Duration interval, Instant nextCheckAt) {}

    public MonitorStatus {
        warnings = List.copyOf(warnings);
    }

    /** Whether it observes only or acts. */
    public MonitorMode mode() {
        return settings.mode();
    }

    /** The newest promotion. */
    public Optional<String> promotionId() {
        return watch.map(on -> on.state().promotionId());
    }

    /** Outcome of the newest watch. */
    public Optional<WatchOutcome> outcome() {
        return watch.flatMap(Watch::outcome);
    }

    /** Checks of the newest watch. */
    public long checks() {
        return watch.map(on -> on.state().counters().checks()).orElse(0L);
    }

    /** Those of them that said pass or fail. */
    public long conclusiveChecks() {
        return watch.map(on -> on.state().counters().conclusiveChecks()).orElse(0L);
    }

    /** The calls of callers that the newest watch has counted; a watch that began anew after a veto counts from there. */
    public CallCounts callersCalls() {
        return watch.map(on -> on.state().callCounts().callers().total()).orElse(CallCounts.NONE);
    }

    /** The same of the probes that the watch itself sends. */
    public CallCounts probes() {
        return watch.map(on -> on.state().callCounts().probes().total()).orElse(CallCounts.NONE);
    }

    /** The newest checks, at most {@code limit}, oldest first. */
    public List<CheckRecord> recentChecks(int limit) {
        return watch.map(on -> on.state().window(limit)).orElse(List.of());
    }

    /** The same as the audit shows them; what is unknown is null. */
    public ArrayNode checksJson(int limit) {
        return MonitorJson.checks(recentChecks(limit));
    }
}

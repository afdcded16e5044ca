package io.weathervane.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The watch over one promotion.
 *
 * @param worker label of the promoted worker
 * <p>Its time is one that only goes forward: a clock that is set does not move it.
 *
 * @param record what is known of the previous worker, for comparison
 * @param deadline when the watch has lasted its grace period, if it is looked at from now on
 * @param watched how long it was looked at; time in which the monitor did not look does not count
 * @param lastCheckAt time of the newest check; the start when there was none
 * @param recent newest checks, oldest first: the window, and somewhat more for a replay
 * @param hardFailureRun hard failures in a row, up to now
 * @param resourceRun checks in a row with memory or open files at the limit, up to now
 * @param cleanRun clean checks in a row, up to now
 * @param frequent whether checks come at the degraded interval
 * @param conclusiveChecks checks so far that said pass or fail
 * @param history the calls so far
 * @param acted the drastic action that was decided for this promotion; there is never a second
 */
public record MonitorState(
        String promotionId,
        String worker,
        ReleaseRecord record,
        Instant startedAt,
        Instant deadline,
        Duration watched,
        Instant lastCheckAt,
        Instant nextCheckAt,
        List<CheckRecord> recent,
        int hardFailureRun,
        int resourceRun,
        int cleanRun,
        boolean frequent,
        long checks,
        long conclusiveChecks,
        CallHistory history,
        Optional<Action> acted,
        Outcome outcome) {
    /** Checks kept beyond a shorter window, so that a replay under a longer one has something to look at. */
    static final int RECENT_MIN = 10;

    public MonitorState {
        recent = List.copyOf(recent);
    }

    public static MonitorState begin(
            String promotionId, String worker, ReleaseRecord record, MonitorPolicy policy, Instant now) {
        return new MonitorState(
                promotionId,
                worker,
                record,
                now,
                now.plus(policy.gracePeriod()),
                Duration.ZERO,
                now,
                earlier(now.plus(policy.checkInterval()), now.plus(policy.gracePeriod())),
                List.of(),
                0,
                0,
                0,
                false,
                0,
                0,
                CallHistory.begin(now),
                Optional.empty(),
                Outcome.RUNNING);
    }

    /** The state that a replay of stored checks begins with. */
    public static MonitorState replaying(
            ReleaseRecord record, CallHistory history, MonitorPolicy policy, Instant startedAt) {
        return begin("replay", "replay", record, policy, startedAt).with(history);
    }

    private MonitorState with(CallHistory newHistory) {
        return new MonitorState(
                promotionId,
                worker,
                record,
                startedAt,
                deadline,
                watched,
                lastCheckAt,
                nextCheckAt,
                recent,
                hardFailureRun,
                resourceRun,
                cleanRun,
                frequent,
                checks,
                conclusiveChecks,
                newHistory,
                acted,
                outcome);
    }

    /** The watch over the worker that an action brought back, by the same rules; what they say is only reported. */
    public MonitorState afterwards(String restored, MonitorPolicy policy, Instant now) {
        return begin(promotionId, restored, ReleaseRecord.none(), policy, now);
    }

    /** The calls of the newest checks, for as long as the window is in time. */
    public Counts recentCalls() {
        return history.pooled();
    }

    /** The same watch, taken up again after a time in which the monitor did not look: it lasts so much longer. */
    public MonitorState resumed(MonitorPolicy policy, Instant now) {
        Duration left = policy.gracePeriod().minus(watched);
        Instant end = now.plus(left.isNegative() ? Duration.ZERO : left);
        return new MonitorState(
                promotionId,
                worker,
                record,
                startedAt,
                end,
                watched,
                now,
                now.plus(frequent ? policy.degradedInterval() : policy.checkInterval()),
                recent,
                hardFailureRun,
                resourceRun,
                cleanRun,
                frequent,
                checks,
                conclusiveChecks,
                history,
                acted,
                outcome);
    }

    public boolean running() {
        return outcome == Outcome.RUNNING;
    }

    /** The newest checks, at most {@code size}, oldest first. */
    public List<CheckRecord> window(int size) {
        return recent.subList(Math.max(0, recent.size() - size), recent.size());
    }

    /** The same watch, ended. A watch that has ended keeps its outcome. */
    public MonitorState ended(Outcome how) {
        return running() ? with(acted, how) : this;
    }

    MonitorState withActed(Action action) {
        return with(Optional.of(action), outcome);
    }

    private MonitorState with(Optional<Action> newActed, Outcome newOutcome) {
        return new MonitorState(
                promotionId,
                worker,
                record,
                startedAt,
                deadline,
                watched,
                lastCheckAt,
                nextCheckAt,
                recent,
                hardFailureRun,
                resourceRun,
                cleanRun,
                frequent,
                checks,
                conclusiveChecks,
                history,
                newActed,
                newOutcome);
    }

    /** How the checks of the window went, oldest first: {@code passed, breach, breach (2 of 3 failed)}. */
    public String failurePattern(int size) {
        List<CheckRecord> window = window(size);
        if (window.isEmpty()) {
            return "no checks";
        }
        String verdicts =
                window.stream().map(check -> check.verdict().wireName()).collect(Collectors.joining(", "));
        return verdicts + " (" + failedIn(size) + " of " + window.size() + " failed)";
    }

    public int failedIn(int size) {
        return (int) window(size).stream().filter(CheckRecord::failed).count();
    }

    static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}

package io.weathervane.monitor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The watch over one promotion.
 *
 * @param worker label of the promoted worker
 * @param lastCheckAt time of the newest check; the start when there was none
 * @param recent newest checks, oldest first: the window, and somewhat more for a replay
 * @param hardFailureRun hard failures in a row, up to now
 * @param resourceRun checks in a row with memory or open files at the limit, up to now
 * @param cleanRun clean checks in a row, up to now
 * @param frequent whether checks come at the degraded interval
 * @param conclusiveChecks checks so far that said pass or fail
 * @param acted the drastic action that was decided for this promotion; there is never a second
 */
public record MonitorState(
        String promotionId,
        String worker,
        Instant startedAt,
        Instant deadline,
        Instant lastCheckAt,
        Instant nextCheckAt,
        List<CheckRecord> recent,
        int hardFailureRun,
        int resourceRun,
        int cleanRun,
        boolean frequent,
        long checks,
        long conclusiveChecks,
        Optional<Action> acted,
        Outcome outcome) {
    /** Checks kept beyond a shorter window, so that a replay under a longer one has something to look at. */
    static final int RECENT_MIN = 10;

    public MonitorState {
        recent = List.copyOf(recent);
    }

    public static MonitorState begin(String promotionId, String worker, MonitorPolicy policy, Instant now) {
        return new MonitorState(
                promotionId,
                worker,
                now,
                now.plus(policy.gracePeriod()),
                now,
                earlier(now.plus(policy.checkInterval()), now.plus(policy.gracePeriod())),
                List.of(),
                0,
                0,
                0,
                false,
                0,
                0,
                Optional.empty(),
                Outcome.RUNNING);
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
                startedAt,
                deadline,
                lastCheckAt,
                nextCheckAt,
                recent,
                hardFailureRun,
                resourceRun,
                cleanRun,
                frequent,
                checks,
                conclusiveChecks,
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

package io.weathervane.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The watch over one promotion.
 *
 * @param recent newest checks, oldest first: the window, and somewhat more for a replay
 * @param callCounts the calls so far
 */
public record WatchState(
        Target target,
        Schedule schedule,
        Counters counters,
        List<CheckRecord> recent,
        WatchCallCounts callCounts,
        Result result) {
    /** Checks kept beyond a shorter window, so that a replay under a longer one has something to look at. */
    static final int RECENT_MIN = 10;

    /**
     * Promotion that is watched, with the record that it is compared with.
     *
     * @param worker label of the promoted worker
     * @param record what is known of the previous worker, for comparison
     */
    public record Target(String promotionId, String worker, BaselineRecord record) {}

    /**
     * Times of a watch: its checks and its end. They only go forward: a clock that is set does not move them.
     *
     * @param deadline when the watch has lasted its grace period, if it is looked at from now on
     * @param watched how long it was looked at; time in which the monitor did not look does not count
     * @param lastCheckAt time of the newest check; the start when there was none
     */
    public record Schedule(
            Instant startedAt, Instant deadline, Duration watched, Instant lastCheckAt, Instant nextCheckAt) {
        static Schedule begin(MonitorPolicy policy, Instant now) {
            Instant deadline = now.plus(policy.gracePeriod());
            return new Schedule(now, deadline, Duration.ZERO, now, earlier(now.plus(policy.checkInterval()), deadline));
        }

        /** When half of the grace period is over. */
        Instant halfway(MonitorPolicy policy) {
            return deadline.minus(policy.gracePeriod().dividedBy(2));
        }

        /** Taken up again: the watch lasts longer by the time without a check. */
        Schedule resumed(MonitorPolicy policy, Duration interval, Instant now) {
            Duration left = policy.gracePeriod().minus(watched);
            Instant end = now.plus(left.isNegative() ? Duration.ZERO : left);
            return new Schedule(startedAt, end, watched, now, now.plus(interval));
        }

        /** After a check. */
        Schedule next(MonitorPolicy policy, Duration interval, Instant now) {
            Duration soFar = watched.plus(observed(policy, now));
            Instant end = now.plus(policy.gracePeriod()).minus(soFar);
            Instant next = now.isBefore(end) ? earlier(now.plus(interval), end) : now.plus(policy.degradedInterval());
            return new Schedule(startedAt, end, soFar, now, next);
        }

        /** The same with the next check no later than so long after the newest. */
        Schedule within(Duration interval) {
            return new Schedule(
                    startedAt, deadline, watched, lastCheckAt, earlier(nextCheckAt, lastCheckAt.plus(interval)));
        }

        /** Of a silence of more than two intervals only so much was looked at. */
        private Duration observed(MonitorPolicy policy, Instant now) {
            Duration since = Duration.between(lastCheckAt, now);
            Duration most = policy.checkInterval().multipliedBy(2);
            if (since.isNegative()) {
                return Duration.ZERO;
            }
            return since.compareTo(most) > 0 ? policy.checkInterval() : since;
        }

        private static Instant earlier(Instant a, Instant b) {
            return a.isBefore(b) ? a : b;
        }
    }

    /**
     * Counters that each check updates.
     *
     * @param hardFailureRun hard failures in a row, up to now
     * @param cleanRun clean checks in a row, up to now
     * @param frequent whether checks come at the degraded interval
     * @param conclusiveChecks checks so far that said pass or fail
     */
    public record Counters(
            int hardFailureRun,
            ResourceTrend resources,
            int cleanRun,
            boolean frequent,
            long checks,
            long conclusiveChecks) {
        static final Counters NONE = new Counters(0, ResourceTrend.NONE, 0, false, 0, 0);

        Counters plus(CheckRecord check, MonitorPolicy policy) {
            DegradedRecoveryVerdict recoveryVerdict = DegradedRecoveryVerdict.of(check);
            int clean = recoveryVerdict.run(cleanRun);
            return new Counters(
                    hardFailures(check),
                    resources.plus(check.observation().usage(), WatchCallCounts.markEvery(policy), check.at()),
                    clean,
                    recoveryVerdict == DegradedRecoveryVerdict.TROUBLED
                            || (frequent && clean < MonitorPolicy.CLEAN_CHECKS),
                    checks + 1,
                    conclusiveChecks + (check.conclusive() ? 1 : 0));
        }

        /** As long as it is so, checks come at the degraded interval. */
        Counters suspicious() {
            return new Counters(hardFailureRun, resources, 0, /* frequent= */ true, checks, conclusiveChecks);
        }

        Counters withoutHardFailures() {
            return new Counters(0, resources, cleanRun, frequent, checks, conclusiveChecks);
        }

        /** Length of the run of hard failures. An unknown probe neither lengthens nor breaks it. */
        private int hardFailures(CheckRecord check) {
            if (check.verdict() == CheckVerdict.HARD_FAILURE) {
                return hardFailureRun + 1;
            }
            return check.observation().probe().outcome() == HealthProbeVerdict.UNKNOWN ? hardFailureRun : 0;
        }

        /** Between two checks now; a single hard failure is confirmed or not within {@link MonitorPolicy#CONFIRMATION}. */
        public Duration interval(MonitorPolicy policy) {
            Duration interval = frequent ? policy.degradedInterval() : policy.checkInterval();
            boolean toConfirm = hardFailureRun > 0 && policy.consecutiveFailures() == 1;
            return toConfirm && interval.compareTo(MonitorPolicy.CONFIRMATION) > 0
                    ? MonitorPolicy.CONFIRMATION
                    : interval;
        }
    }

    /**
     * Outcome of the watch up to now.
     *
     * @param acted the drastic action that was decided for this promotion; there is never a second
     * @param veto the newest veto, over or not
     */
    public record Result(Optional<DecisionAction> acted, WatchOutcome outcome, Optional<VetoedRollback> veto) {
        static final Result OPEN = new Result(Optional.empty(), WatchOutcome.RUNNING);

        /** Of a watch without a veto. */
        public Result(Optional<DecisionAction> acted, WatchOutcome outcome) {
            this(acted, outcome, Optional.empty());
        }
    }

    public WatchState {
        recent = List.copyOf(recent);
    }

    public static WatchState begin(
            String promotionId, String worker, BaselineRecord record, MonitorPolicy policy, Instant now) {
        return begin(new Target(promotionId, worker, record), WatchCallCounts.begin(now), policy, now);
    }

    private static WatchState begin(Target target, WatchCallCounts callCounts, MonitorPolicy policy, Instant now) {
        return new WatchState(target, Schedule.begin(policy, now), Counters.NONE, List.of(), callCounts, Result.OPEN);
    }

    /** The state that a replay of stored checks begins with. */
    public static WatchState replaying(
            BaselineRecord record, WatchCallCounts callCounts, MonitorPolicy policy, Instant startedAt) {
        return begin(new Target("replay", "replay", record), callCounts, policy, startedAt);
    }

    /** The same, where that veto lasted when it began, whether it is over by now or not. */
    public WatchState replayingUnder(Optional<VetoedRollback> veto, Instant first) {
        return veto.filter(one -> one.lastedAt(first))
                .map(one -> with(one.lasting()))
                .orElse(this);
    }

    /** The watch over the worker that an action brought back, by the same rules; what they say is only reported. */
    public WatchState afterwards(String restored, MonitorPolicy policy, Instant now) {
        return begin(promotionId(), restored, BaselineRecord.none(), policy, now);
    }

    /** The same watch, taken up again after a time in which the monitor did not look: it lasts so much longer. */
    public WatchState resumed(MonitorPolicy policy, Instant now) {
        Schedule again = schedule.resumed(policy, counters.interval(policy), now);
        return new WatchState(target, again, counters, recent, callCounts, result);
    }

    /** With one check more. */
    WatchState plus(CheckRecord check, MonitorPolicy policy, Instant now) {
        Counters counted = counters.plus(check, policy);
        return new WatchState(
                target,
                schedule.next(policy, counted.interval(policy), now),
                counted,
                appended(check, policy),
                callCounts.plus(check.observation(), schedule.lastCheckAt(), now, policy),
                result);
    }

    private List<CheckRecord> appended(CheckRecord check, MonitorPolicy policy) {
        List<CheckRecord> all = new ArrayList<>(recent);
        all.add(check);
        int kept = Math.max(RECENT_MIN, policy.checkWindow());
        return all.subList(Math.max(0, all.size() - kept), all.size());
    }

    public String promotionId() {
        return target.promotionId();
    }

    /** Label of the promoted worker. */
    public String worker() {
        return target.worker();
    }

    /** Record that the worker is compared with, and the likeness of the tools that are called, for people. */
    public String comparedWith() {
        String mix = TrafficMixDifference.of(target.record(), callCounts).text();
        return target.record().text() + (mix.isEmpty() ? "" : "; " + mix);
    }

    public boolean running() {
        return outcome() == WatchOutcome.RUNNING;
    }

    public WatchOutcome outcome() {
        return result.outcome();
    }

    /** The drastic action that was decided, if one was. */
    public Optional<DecisionAction> acted() {
        return result.acted();
    }

    /** The same watch, ended. A watch that has ended keeps its outcome. */
    public WatchState ended(WatchOutcome how) {
        return running() ? with(new Result(acted(), how, result.veto())) : this;
    }

    WatchState withActed(DecisionAction action) {
        return with(new Result(Optional.of(action), outcome(), result.veto()));
    }

    /** That a rollback is due and the previous worker fails the same calls, while it is so. */
    public Optional<VetoedRollback> veto() {
        return result.veto().filter(veto -> !veto.over());
    }

    WatchState with(VetoedRollback veto) {
        return with(new Result(acted(), outcome(), Optional.of(veto)));
    }

    /** The same watch, in which the hard failures so far are excused. */
    WatchState withoutHardFailures() {
        return new WatchState(target, schedule, counters.withoutHardFailures(), recent, callCounts, result);
    }

    /** The same watch, looked at more often from now on: a failure is then judged while its cause still lasts. */
    WatchState suspicious(MonitorPolicy policy) {
        return new WatchState(
                target, schedule.within(policy.degradedInterval()), counters.suspicious(), recent, callCounts, result);
    }

    /**
     * The same watch without a veto, which from now on is judged by later calls only: what failed while the previous worker
     * failed, too, must not be a reason once it does not any longer.
     */
    public WatchState judgedAnew(Instant now) {
        Result anew = new Result(acted(), outcome(), result.veto().map(veto -> veto.ended(now)));
        return new WatchState(target, schedule, counters, recent, WatchCallCounts.begin(now), anew);
    }

    private WatchState with(Result newResult) {
        return new WatchState(target, schedule, counters, recent, callCounts, newResult);
    }

    /** The calls of the newest checks, for as long as the window is in time. */
    public CallCounts recentCalls() {
        return callCounts.pooled();
    }

    /** The hard failures in a row up to now, as far as they are kept. */
    List<CheckRecord> newestRun() {
        List<CheckRecord> hard = recent.stream()
                .filter(check -> check.verdict() == CheckVerdict.HARD_FAILURE)
                .toList();
        return hard.subList(Math.max(0, hard.size() - counters.hardFailureRun()), hard.size());
    }

    /** The newest checks, at most {@code size}, oldest first. */
    public List<CheckRecord> window(int size) {
        return recent.subList(Math.max(0, recent.size() - size), recent.size());
    }

    /** Verdicts of the window's checks, oldest first: {@code passed, breach, breach (2 of 3 failed)}. */
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
}

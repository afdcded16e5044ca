package io.weathervane.monitor;

import static io.weathervane.monitor.RuleCondition.Comparison.ABOVE;
import static io.weathervane.monitor.RuleCondition.Comparison.AT_LEAST;
import static io.weathervane.monitor.RuleCondition.Unit.COUNT;
import static io.weathervane.monitor.RuleCondition.Unit.RATE;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Answers of the previous worker to read-only calls that the new one had: failed calls and passed ones are made again
 * there before a rollback, since a rollback to a worker that fails the same calls does not help.
 *
 * @param tools by tool, or {@link ToolFailureMetric} of one; empty when the previous worker could not be asked
 */
public record PreviousWorkerReplayResult(Map<String, Outcome> tools) {
    /** Failed calls that have to be answered before the answers count for anything. */
    public static final long FAILED_MIN = 3;

    /** When a greater share of the failed calls fails on the previous worker, too, the new one is not the cause. */
    static final double SAME_FAILURES = 0.8;

    /** A failure rate of the previous worker's that its record makes less likely than this shows that it got worse. */
    static final double TAIL = 0.01;

    /** One of many tools that is unlike all others must be more unlike than chance explains in one of so many. */
    private static final double OWN_TAIL = 0.001;

    /** No answer: there was no call to make again, or no worker to ask. */
    public static final PreviousWorkerReplayResult NONE = new PreviousWorkerReplayResult(Map.of());

    /**
     * The answers to the calls of one tool.
     *
     * @param failed calls that failed on the new worker, and those of them that fail on the previous one
     * @param passed calls that passed on the new worker, and those of them that fail on the previous one
     */
    public record Outcome(CallCounts failed, CallCounts passed) {
        public static final Outcome NONE = new Outcome(CallCounts.NONE, CallCounts.NONE);

        public Outcome plus(Outcome more) {
            return new Outcome(failed.plus(more.failed), passed.plus(more.passed));
        }

        boolean isEnough() {
            return failed.calls() >= FAILED_MIN;
        }

        /**
         * The previous worker is no better when the calls that fail there only are more than half as many as those that fail
         * here only. Of how many calls the failed and the passed ones stand, the failure rate here tells; with more failed than
         * passed ones it is not used, since then the passed ones are few.
         */
        private double otherFailuresMax(double rate) {
            if (failed.calls() == 0) {
                return 1;
            }
            double odds = rate >= 0.5 ? 1 : rate / (1 - rate);
            return odds * (failed.calls() - failed.failed()) / (2.0 * failed.calls());
        }

        /**
         * Conditions of a veto. The first has to hold, and one of the others, for the previous worker to be no better.
         *
         * @param upper the highest failure rate that the previous worker's record allows for
         * @param rate the failure rate of the new worker
         */
        List<RuleCondition> conditions(String previous, double upper, double rate) {
            return List.of(
                    condition(
                            "failed calls that " + previous + " answered", count(failed.calls()), AT_LEAST, FAILED_MIN),
                    condition(
                            "share of the failed calls that " + previous + " fails, too",
                            failed.rate(),
                            ABOVE,
                            SAME_FAILURES),
                    condition(
                            "share of the passed calls that " + previous + " fails",
                            passed.rate(),
                            ABOVE,
                            otherFailuresMax(rate)),
                    condition("passed calls that " + previous + " fails", count(passed.failed()), AT_LEAST, (double)
                            unlikely(passed.calls(), upper, TAIL)));
        }

        boolean isNoBetter(double upper, double rate) {
            List<RuleCondition> all = conditions("", upper, rate);
            return all.get(0).holds() && all.stream().skip(1).anyMatch(RuleCondition::holds);
        }

        /** For people: what it is that the previous worker fails. */
        String text(String worker) {
            String same = "fails the same calls: " + failed.failed() + " of " + failed.calls();
            return passed.failed() == 0
                    ? same
                    : same + ", and " + passed.failed() + " of " + passed.calls() + " that passed on " + worker;
        }

        private static RuleCondition condition(
                String name, OptionalDouble value, RuleCondition.Comparison comparison, double limit) {
            return new RuleCondition(
                    RuleKind.FAILS_ON_PREVIOUS, name, value, comparison, limit, comparison == AT_LEAST ? COUNT : RATE);
        }

        private static OptionalDouble count(long number) {
            return OptionalDouble.of((double) number);
        }
    }

    public PreviousWorkerReplayResult {
        tools = Map.copyOf(tools);
    }

    /** The answers to the calls of one tool only. */
    public static PreviousWorkerReplayResult of(
            String tool, long failedAsked, long failedPassThere, long passedAsked, long passedFailThere) {
        return new PreviousWorkerReplayResult(Map.of(
                tool,
                new Outcome(
                        new CallCounts(failedAsked, failedAsked - failedPassThere),
                        new CallCounts(passedAsked, passedFailThere))));
    }

    /** The answers of all tools together. */
    public Outcome all() {
        return tools.values().stream().reduce(Outcome.NONE, Outcome::plus);
    }

    /** The answers of this tool when they are enough by themselves. */
    Optional<Outcome> of(String tool) {
        return Optional.ofNullable(tools.get(tool)).filter(Outcome::isEnough);
    }

    /** The same, unless they may be as those of all other tools, which then say more. */
    Optional<Outcome> ofItsOwn(String tool) {
        CallCounts others = tools.entrySet().stream()
                .filter(other -> !other.getKey().equals(tool))
                .map(other -> other.getValue().failed())
                .reduce(CallCounts.NONE, CallCounts::plus);
        double passShare = 1 - others.rate().orElse(1);
        return of(tool).filter(own -> own.failed().calls() - own.failed().failed()
                >= unlikely(own.failed().calls(), passShare, OWN_TAIL));
    }

    /**
     * Whether the previous worker is no better, so that a rollback to it would not help: over all tools.
     *
     * @param rate the failure rate of the new worker
     */
    public boolean vetoes(BaselineRecord record, double rate) {
        return all().isNoBetter(record.upper(), rate);
    }

    /**
     * The lowest number of failures of so many calls that a worker with this failure rate has with a probability of less
     * than the tail; more than there are calls when there is none.
     */
    private static long unlikely(long calls, double rate, double tail) {
        double left = 1; // the probability of this many failures or more
        double exactly = Math.pow(1 - rate, (double) calls);
        long failures = 0;
        while (left >= tail && failures <= calls) {
            left -= exactly;
            failures++;
            exactly *= (calls - failures + 1.0) / failures * rate / Math.max(Double.MIN_NORMAL, 1 - rate);
        }
        return left < tail ? failures : calls + 1;
    }
}

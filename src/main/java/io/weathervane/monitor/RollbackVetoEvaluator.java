package io.weathervane.monitor;

import io.weathervane.monitor.PreviousWorkerReplayResult.Outcome;
import io.weathervane.monitor.RuleCondition.Comparison;
import io.weathervane.monitor.RuleCondition.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Decides whether the previous worker's answers veto an action that failed calls make due. A tool whose own calls were
 * made again is judged by them. Any other reason is judged by all answers, if the tools that were asked fail at least
 * half as often, or the tool is one of them: else the cause is in tools that must not be asked, and the answers say
 * nothing of it.
 */
final class RollbackVetoEvaluator {
    private static final double COVERED_MIN = 0.5;

    private final WatchState state;
    private final PreviousWorkerReplayResult replay;
    private final BaselineRecord record;

    RollbackVetoEvaluator(WatchState state, PreviousWorkerReplayResult replay) {
        this.state = state;
        this.replay = replay;
        this.record = state.target().record();
    }

    /** The newest answers of the previous worker, those of this check or of an earlier one. */
    static Optional<RollbackVetoEvaluator> of(WatchState state, Observation seen) {
        return seen.replay()
                .or(() -> state.veto().map(VetoedRollback::replay))
                .map(replay -> new RollbackVetoEvaluator(state, replay));
    }

    List<RuleCondition> conditions(FailedCallsReason reason) {
        Optional<Outcome> own = own(reason);
        double upper = record.upperOf(reason.source().flatMap(PreviousWorkerReplayRequest::tool));
        if (own.isPresent()) {
            return own.get().conditions(record.workerText(), upper, rate(reason));
        }
        List<RuleCondition> all =
                new ArrayList<>(replay.all().conditions(record.workerText(), record.upper(), rate(reason)));
        all.add(covered(reason));
        return all;
    }

    /** Why not to act, for people. */
    Optional<String> veto(FailedCallsReason reason) {
        if (reason.source().isEmpty()) {
            return Optional.empty();
        }
        Optional<Outcome> own = own(reason);
        boolean vetoes = own.isPresent()
                ? own.get()
                        .isNoBetter(
                                record.upperOf(reason.source().flatMap(PreviousWorkerReplayRequest::tool)),
                                rate(reason))
                : covered(reason).holds() && replay.vetoes(record, rate(reason));
        return vetoes
                ? Optional.of("the previous release " + record.workerText() + " "
                        + own.orElseGet(replay::all).text(state.worker()))
                : Optional.empty();
    }

    private static double rate(FailedCallsReason reason) {
        return reason.rate().orElse(1);
    }

    private Optional<Outcome> own(FailedCallsReason reason) {
        return reason.source().flatMap(PreviousWorkerReplayRequest::tool).flatMap(replay::ofItsOwn);
    }

    private RuleCondition covered(FailedCallsReason reason) {
        Optional<String> tool = reason.source().flatMap(PreviousWorkerReplayRequest::tool);
        CallCounts all =
                tool.map(this::total).orElseGet(() -> state.callCounts().all().total());
        CallCounts asked = tool.filter(replay.tools()::containsKey)
                .map(this::total)
                .orElseGet(() ->
                        replay.tools().keySet().stream().map(this::total).reduce(CallCounts.NONE, CallCounts::plus));
        OptionalDouble rate = asked.rate();
        return new RuleCondition(
                RuleKind.FAILS_ON_PREVIOUS,
                "error rate of the tools whose calls were made again",
                rate,
                Comparison.AT_LEAST,
                COVERED_MIN * lowerRate(all),
                Unit.RATE);
    }

    /** What is certain of it, so that a tool with few calls that fails by chance more often than others counts like them. */
    private static double lowerRate(CallCounts calls) {
        return calls.calls() == 0 ? 1 : WilsonInterval.lowerBound(calls.failed(), calls.calls());
    }

    private CallCounts total(String tool) {
        return state.callCounts().tools().getOrDefault(tool, CallCountBins.NONE).total();
    }
}

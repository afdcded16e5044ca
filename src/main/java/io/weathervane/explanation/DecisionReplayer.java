package io.weathervane.explanation;

import io.weathervane.audit.AuditEvent;
import io.weathervane.explanation.DecisionExplanation.Replay;
import io.weathervane.explanation.DecisionExplanation.ReplayedCheck;
import io.weathervane.monitor.CheckRecord;
import io.weathervane.monitor.CheckResult;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.HypotheticalLimit;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.monitor.WatchState;
import io.weathervane.watch.BaselineAndHistoryCodec;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.PreviousWorkerReplayCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Judges the stored checks of one decision again, under the thresholds of the time or under others. */
final class DecisionReplayer {
    private final Decision made;
    private final MonitorPolicy policy;
    private final List<CheckRecord> checks;
    private final JsonNode inputs;

    private DecisionReplayer(Decision made, MonitorPolicy policy, List<CheckRecord> checks, JsonNode inputs) {
        this.made = made;
        this.policy = policy;
        this.checks = checks;
        this.inputs = inputs;
    }

    /** Empty when the decision was not made from checks. */
    static Optional<DecisionReplayer> of(AuditEvent event, Decision made) {
        JsonNode inputs = event.payload().path("inputs");
        List<CheckRecord> checks = Stream.concat(
                        MonitorJson.readChecks(inputs.path("earlierChecks")).stream(),
                        MonitorJson.readChecks(event.payload().path("evidence").path("recentChecks")).stream())
                .toList();
        return checks.isEmpty() || !inputs.path("policy").isObject()
                ? Optional.empty()
                : Optional.of(
                        new DecisionReplayer(made, MonitorJson.readPolicy(inputs.path("policy")), checks, inputs));
    }

    MonitorPolicy policy() {
        return policy;
    }

    /** Throws {@link IllegalArgumentException} with the rule that these thresholds break. */
    Replay under(PolicyOverrides overrides) {
        return run(overrides.applyTo(policy), Optional.empty(), UnaryOperator.identity());
    }

    Replay with(HypotheticalLimit hypothetical) {
        return run(policy, Optional.of(hypothetical), UnaryOperator.identity());
    }

    /** @param change what the checks would have seen instead */
    Replay seeing(UnaryOperator<Observation> change) {
        return run(policy, Optional.empty(), change);
    }

    private Replay run(
            MonitorPolicy under, Optional<HypotheticalLimit> hypothetical, UnaryOperator<Observation> change) {
        List<ReplayedCheck> replayed = new ArrayList<>();
        WatchState state = begin(under);
        Optional<Decision> drastic = Optional.empty();
        Decision last = made;
        for (CheckRecord check : checks) {
            CheckResult step =
                    MonitorStateMachine.next(state, change.apply(check.observation()), under, check.at(), hypothetical);
            last = step.decision();
            replayed.add(new ReplayedCheck(check.at(), step.check().verdict().wireName(), last));
            if (drastic.isEmpty() && last.action().isDrastic()) {
                drastic = Optional.of(last);
            }
            state = step.state();
        }
        Decision result = drastic.orElse(last);
        return new Replay(result, result.action() != made.action(), under, replayed);
    }

    private WatchState begin(MonitorPolicy under) {
        Instant first = checks.get(0).at();
        Instant startedAt = Instant.parse(inputs.path("startedAt").asString(first.toString()));
        return WatchState.replaying(
                        BaselineAndHistoryCodec.readRecord(inputs.path("record")),
                        BaselineAndHistoryCodec.readHistory(inputs.path("historyBefore"), startedAt),
                        under,
                        startedAt)
                .replayingUnder(PreviousWorkerReplayCodec.readVeto(inputs.path("vetoBefore")), first);
    }
}

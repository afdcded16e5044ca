package io.weathervane.monitor;

import static io.weathervane.monitor.RuleCondition.Comparison.ABOVE;
import static io.weathervane.monitor.RuleCondition.Comparison.BELOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.SignalReading.Origin;
import io.weathervane.monitor.SignalValue.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What signals from outside make of a watch whose own calls all go well. */
class SignalRulesTest {
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;
    private static final Instant START = Instant.parse("2026-11-30T03:00:00Z");
    private static final SignalLimit DEGRADE = new SignalLimit(DecisionAction.DEGRADE, ABOVE, 0.05);
    private static final SignalLimit ROLL_BACK = new SignalLimit(DecisionAction.ROLLBACK, ABOVE, 0.1);
    private static final SignalLimit ESCALATE = new SignalLimit(DecisionAction.ESCALATE, ABOVE, 0.5);

    private final List<SignalLimit> limits = new ArrayList<>(List.of(DEGRADE, ROLL_BACK, ESCALATE));
    private WatchState state = WatchState.begin("p-1", "v2", BaselineRecord.none(), POLICY, START);
    private Instant now = START;
    private long sequence;

    @Test
    void aSignalWithinItsLimitsChangesNothing() {
        assertThat(check(0.05).action()).isEqualTo(DecisionAction.HEALTHY);
        assertThat(check(0.01).conclusive()).isTrue();
    }

    @Test
    void aSignalAboveItsLimitDegradesAtOnceAndSaysWhy() {
        Decision decision = check(0.06);

        assertThat(decision.action()).isEqualTo(DecisionAction.DEGRADE);
        assertThat(decision.reason()).startsWith("Degraded: signal checkout (prometheus) 0.06 > 0.05; ");
        assertThat(decision.holds(RuleKind.SIGNAL)).isTrue();
        assertThat(state.counters().frequent()).isTrue();
    }

    @Test
    void aRollbackNeedsTwoEvaluationsInARow() {
        assertThat(check(0.2).action()).isEqualTo(DecisionAction.DEGRADE);
        Decision second = check(0.3);

        assertThat(second.action()).isEqualTo(DecisionAction.ROLLBACK);
        assertThat(second.reason())
                .isEqualTo("Signal from outside: signal checkout (prometheus) 0.3 > 0.1 in 2 evaluations in a row");
        assertThat(second.holds(RuleKind.SIGNAL_ROLLBACK)).isTrue();
        assertThat(second.conditions().stream()
                        .filter(condition -> condition.rule().isSignal())
                        .map(condition -> condition.rule().wireName()))
                .containsOnly("signal");
    }

    @Test
    void oneEvaluationSeenByTwoChecksIsStillOne() {
        SignalReading once = read(0.2);

        assertThat(seen(once).action()).isEqualTo(DecisionAction.DEGRADE);
        assertThat(seen(once).action()).isEqualTo(DecisionAction.DEGRADE);
        assertThat(check(0.2).action()).isEqualTo(DecisionAction.ROLLBACK);
    }

    @Test
    void aGoodEvaluationBetweenBreaksTheRun() {
        check(0.2);
        check(0.02);

        assertThat(check(0.2).action()).isEqualTo(DecisionAction.DEGRADE);
    }

    @Test
    void anUnknownEvaluationIsNoFailureAndNoHealth() {
        Decision decision = seen(unknown("HTTP 500"));

        assertThat(decision.action()).isEqualTo(DecisionAction.HEALTHY);
        assertThat(decision.conclusive()).isFalse();
        assertThat(decision.word()).isEqualTo("inconclusive");
        assertThat(decision.reason()).startsWith("inconclusive: signal checkout (prometheus) is unknown (HTTP 500); ");
        assertThat(seen(unknown("HTTP 500")).action()).isEqualTo(DecisionAction.HEALTHY);
    }

    @Test
    void anUnknownEvaluationNeitherLengthensNorBreaksTheRun() {
        check(0.2);

        assertThat(seen(unknown("no answer")).action()).isEqualTo(DecisionAction.HEALTHY);
        assertThat(check(0.2).action()).isEqualTo(DecisionAction.ROLLBACK);
    }

    @Test
    void anEscalationComesBeforeARollback() {
        check(0.6);

        assertThat(check(0.6).reason())
                .isEqualTo("Escalation: signal checkout (prometheus) 0.6 > 0.5 in 2 evaluations in a row");
    }

    @Test
    void aLimitBelowHoldsForWhatIsLess() {
        limits.clear();
        limits.add(new SignalLimit(DecisionAction.ROLLBACK, BELOW, 10));

        assertThat(check(10).action()).isEqualTo(DecisionAction.HEALTHY);
        check(9.5);
        assertThat(check(9).reason()).contains("checkout (prometheus) 9 < 10 in 2");
    }

    @Test
    void aPostedAlarmWithoutALimitDegradesAndNeverRollsBack() {
        limits.clear();
        for (int i = 0; i < 5; i++) {
            Decision decision = seen(posted(State.FIRING, OptionalDouble.of(1), "payments fail"));

            assertThat(decision.action()).isEqualTo(DecisionAction.DEGRADE);
            assertThat(decision.reason()).contains("checkout (posted) firing 1 >= 1; checkout says: payments fail; ");
        }
        assertThat(seen(posted(State.QUIET, OptionalDouble.empty(), "")).action())
                .isEqualTo(DecisionAction.HEALTHY);
    }

    @Test
    void aPostedAlarmIsInForceAtEachCheck() {
        SignalReading alarm = posted(State.FIRING, OptionalDouble.of(1), "");

        assertThat(seen(alarm).action()).isEqualTo(DecisionAction.DEGRADE);
        assertThat(seen(alarm).action()).isEqualTo(DecisionAction.ESCALATE);
    }

    @Test
    void whatWasHeardBeforeThePromotionIsNoReasonToAct() {
        SignalReading before = new SignalReading(
                "checkout",
                Origin.POSTED,
                limits,
                new SignalValue(State.FIRING, OptionalDouble.of(1), START.minusSeconds(1), 1, ""));

        for (int i = 0; i < 4; i++) {
            assertThat(seen(before).action()).isEqualTo(DecisionAction.DEGRADE);
        }
    }

    @Test
    void actsOnceForAPromotion() {
        check(0.2);
        check(0.2);

        assertThat(check(0.2).reason()).endsWith("(rollback was decided already for this promotion)");
    }

    @Test
    void aWatchEndsDegradedWhileASignalIsBad() {
        limits.remove(ROLL_BACK);
        limits.remove(ESCALATE);

        assertThat(endWith(0.2)).isEqualTo(WatchOutcome.DEGRADED);
    }

    @Test
    void aWatchEndsHealthyWhenItsSignalIsKnownAndGood() {
        assertThat(endWith(0.0)).isEqualTo(WatchOutcome.HEALTHY);
    }

    @Test
    void aWatchNeverEndsHealthyOnASignalThatNobodyKnows() {
        now = START.plus(POLICY.gracePeriod()).minusSeconds(30);
        while (state.running()) {
            seen(unknown("connection refused"));
        }

        assertThat(state.outcome()).isEqualTo(WatchOutcome.INCONCLUSIVE);
    }

    @Test
    void twoSignalsAreCountedApart() {
        SignalReading other = new SignalReading("other", Origin.PROMETHEUS, limits, value(0.2));

        assertThat(both(read(0.2), other).action()).isEqualTo(DecisionAction.DEGRADE);
        assertThat(both(read(0.0), new SignalReading("other", Origin.PROMETHEUS, limits, value(0.2)))
                        .reason())
                .contains("signal other (prometheus)");
    }

    @Test
    void aReplayThatBeginsInTheMiddleKeepsTheRunThatWasStored() {
        check(0.2);
        check(0.2);
        CheckRecord last = state.recent().get(state.recent().size() - 1);
        WatchState anew = WatchState.begin("replay", "v2", BaselineRecord.none(), POLICY, START);

        CheckResult step = MonitorStateMachine.next(anew, last.observation(), POLICY, last.at());

        assertThat(step.decision().action()).isEqualTo(DecisionAction.ROLLBACK);
    }

    @Test
    void numbersAreShownAsPeopleWriteThem() {
        assertThat(Arrays.stream(new double[] {0, 0.05, 1500000, 1.0 / 3, -2.5, 1e-7, 1e12})
                        .mapToObj(number -> RuleCondition.format(number, RuleCondition.Unit.NUMBER)))
                .containsExactly("0", "0.05", "1500000", "0.333333", "-2.5", "1.000e-07", "1.000e+12");
    }

    private WatchOutcome endWith(double value) {
        now = START.plus(POLICY.gracePeriod()).minusSeconds(30);
        for (int i = 0; i < 40 && state.running(); i++) {
            check(value);
        }
        return state.outcome();
    }

    private Decision check(double value) {
        return seen(read(value));
    }

    private SignalReading read(double value) {
        return new SignalReading("checkout", Origin.PROMETHEUS, limits, value(value));
    }

    private SignalValue value(double value) {
        return new SignalValue(State.MEASURED, OptionalDouble.of(value), now.plusSeconds(29), ++sequence, "");
    }

    private SignalReading unknown(String why) {
        return new SignalReading(
                "checkout",
                Origin.PROMETHEUS,
                limits,
                new SignalValue(State.UNKNOWN, OptionalDouble.empty(), now, ++sequence, why));
    }

    private SignalReading posted(State said, OptionalDouble number, String reason) {
        return new SignalReading(
                "checkout", Origin.POSTED, limits, new SignalValue(said, number, now, ++sequence, reason));
    }

    private Decision seen(SignalReading reading) {
        return step(List.of(reading));
    }

    private Decision both(SignalReading one, SignalReading other) {
        return step(List.of(one, other));
    }

    private Decision step(List<SignalReading> readings) {
        now = now.plus(Duration.ofSeconds(30));
        CheckResult step =
                MonitorStateMachine.next(state, Observations.calls(100, 0).with(readings), POLICY, now);
        state = step.state();
        return step.decision();
    }
}

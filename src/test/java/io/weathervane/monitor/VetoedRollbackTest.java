package io.weathervane.monitor;

import static io.weathervane.monitor.DecisionAction.DEGRADE;
import static io.weathervane.monitor.DecisionAction.ESCALATE;
import static io.weathervane.monitor.DecisionAction.ROLLBACK;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Before a rollback by calls that failed the previous worker is asked. */
class VetoedRollbackTest {
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;
    private static final BaselineRecord RECORD = new BaselineRecord(
            Optional.of("stable"),
            new CallCounts(1200, 12),
            Map.of("search", new CallCounts(600, 6), "save", new CallCounts(600, 6)),
            1,
            Optional.empty());
    private static final PreviousWorkerReplayResult FAILS_TOO = PreviousWorkerReplayResult.of("search", 20, 2, 20, 0);
    private static final PreviousWorkerReplayResult PASSES = PreviousWorkerReplayResult.of("search", 20, 20, 20, 0);

    private WatchState state = WatchState.begin("p-1", "canary", RECORD, POLICY, WatchSimulation.START);
    private final List<CheckResult> steps = new ArrayList<>();

    @Test
    void asksBeforeARollbackAndRollsBackWhenThePreviousWorkerPasses() {
        CheckResult unasked = look(outage());
        assertThat(unasked.decision().action()).isEqualTo(ROLLBACK);
        assertThat(unasked.question()).contains(new PreviousWorkerReplayRequest(Optional.empty()));

        CheckResult asked = see(outage().with(PASSES));

        assertThat(asked.decision().action()).isEqualTo(ROLLBACK);
        assertThat(asked.question()).isEmpty();
        assertThat(asked.decision().reason()).isEqualTo(unasked.decision().reason());
        assertThat(asked.state().acted()).contains(ROLLBACK);
    }

    @Test
    void rollsBackWhenThePreviousWorkerCannotBeAsked() {
        assertThat(see(outage().with(PreviousWorkerReplayResult.NONE))
                        .decision()
                        .action())
                .isEqualTo(ROLLBACK);
    }

    @Test
    void degradesAndGoesOnWhenThePreviousWorkerFailsTheSameCalls() {
        CheckResult vetoed = see(outage().with(FAILS_TOO));

        assertThat(vetoed.decision().action()).isEqualTo(DEGRADE);
        assertThat(vetoed.decision().reason())
                .startsWith("Degraded: no rollback, the previous release stable fails the same calls: 18 of 20;")
                .contains("High error rate (60.0%)");
        assertThat(vetoed.decision().holds(RuleKind.FAILS_ON_PREVIOUS)).isTrue();
        assertThat(vetoed.state().acted()).isEmpty();
        assertThat(vetoed.state().running()).isTrue();
        assertThat(vetoed.state().veto()).contains(new VetoedRollback(now(), now(), FAILS_TOO));
    }

    @Test
    void asksAgainOnceInACheckIntervalWhileTheVetoLasts() {
        see(outage().with(FAILS_TOO));
        Instant since = now();
        int asked = 0;
        while (now().isBefore(since.plus(POLICY.checkInterval().multipliedBy(3)))) {
            CheckResult step = look(outage());
            assertThat(step.decision().action()).isEqualTo(DEGRADE);
            asked += step.question().isPresent() ? 1 : 0;
            see(step.question().isPresent() ? outage().with(FAILS_TOO) : outage());
        }

        assertThat(asked).isEqualTo(3);
        assertThat(state.veto().orElseThrow().since()).isEqualTo(since);
    }

    @Test
    void callsThatFailedDuringAnOutageDoNotRollBackAfterIt() {
        see(outage().with(FAILS_TOO));
        see(outage());
        CheckResult over = seeUntilAsked(calls(20, 0), PASSES);

        assertThat(over.decision().action()).isEqualTo(DEGRADE);
        assertThat(over.decision().reason())
                .startsWith("Degraded: the previous release stable does not fail the same calls any longer;");
        assertThat(state.veto()).isEmpty();
        assertThat(state.callCounts().all().total()).isEqualTo(CallCounts.NONE);
        while (state.running()) {
            assertThat(see(calls(20, 0)).decision().action()).isNotEqualTo(ROLLBACK);
        }
        assertThat(state.outcome()).isEqualTo(WatchOutcome.HEALTHY);
    }

    @Test
    void aRegressionThatAnOutageHidRollsBackByCallsAfterIt() {
        see(outage().with(FAILS_TOO));
        seeUntilAsked(outage(), PASSES);
        assertThat(state.acted()).isEmpty();

        CheckResult step = look(outage());
        assertThat(step.question()).isPresent();
        assertThat(see(outage().with(PASSES)).decision().action()).isEqualTo(ROLLBACK);
    }

    @Test
    void aPreviousWorkerThatAnswersNoLongerEndsTheVetoToo() {
        see(outage().with(FAILS_TOO));
        CheckResult over = seeUntilAsked(outage(), PreviousWorkerReplayResult.NONE);

        assertThat(over.decision().reason()).contains("could not be asked for the same calls again");
        assertThat(see(outage().with(PreviousWorkerReplayResult.NONE))
                        .decision()
                        .action())
                .isEqualTo(ROLLBACK);
    }

    @Test
    void aRunOfCallsThatThePreviousWorkerFailsTooDoesNotEscalate() {
        Observation total = failing(20, 20, 40);
        MonitorPolicy production = MonitorPresets.PRODUCTION;
        WatchState begun = WatchState.begin("p-1", "canary", RECORD, production, WatchSimulation.START);
        Instant first = begun.schedule().nextCheckAt();
        CheckResult vetoed = MonitorStateMachine.next(begun, total.with(FAILS_TOO), production, first);
        CheckResult second = MonitorStateMachine.next(
                vetoed.state(), total, production, vetoed.state().schedule().nextCheckAt());

        assertThat(vetoed.decision().action()).isEqualTo(DEGRADE);
        assertThat(second.decision().action()).isEqualTo(DEGRADE);
    }

    /** Two failed checks escalate before the three that a rollback needs without a record. */
    @Test
    void withoutARecordItIsAskedBeforeARunOfFailedCallsEscalates() {
        state = WatchState.begin("p-1", "canary", BaselineRecord.none(), POLICY, WatchSimulation.START);
        see(failing(20, 20, 20));
        CheckResult second = look(failing(20, 20, 40));

        assertThat(second.decision().action()).isEqualTo(ESCALATE);
        assertThat(second.question()).contains(new PreviousWorkerReplayRequest(Optional.empty()));
        assertThat(look(failing(20, 20, 40).with(PASSES)).decision().action()).isEqualTo(ESCALATE);
        assertThat(look(failing(20, 20, 40).with(PreviousWorkerReplayResult.NONE))
                        .decision()
                        .action())
                .isEqualTo(ESCALATE);

        CheckResult vetoed = see(failing(20, 20, 40).with(FAILS_TOO));

        assertThat(vetoed.decision().action()).isEqualTo(DEGRADE);
        assertThat(vetoed.decision().vetoesRollback()).isTrue();
        assertThat(vetoed.state().acted()).isEmpty();
        assertThat(see(Observations.probe(HealthProbeVerdict.UNKNOWN))
                        .decision()
                        .action())
                .as("the run is excused, not kept for a check that cannot tell")
                .isEqualTo(DEGRADE);
    }

    @Test
    void aRunThatAFailedProbeIsPartOfEscalatesUnasked() {
        state = WatchState.begin("p-1", "canary", BaselineRecord.none(), POLICY, WatchSimulation.START);
        see(Observations.probe(HealthProbeVerdict.FAILED));
        CheckResult second = see(failing(20, 20, 20));

        assertThat(second.decision().action()).isEqualTo(ESCALATE);
        assertThat(second.question()).isEmpty();
    }

    @Test
    void probesEscalateAllTheSame() {
        see(outage().with(FAILS_TOO));
        see(Observations.probe(HealthProbeVerdict.FAILED));

        assertThat(see(Observations.probe(HealthProbeVerdict.FAILED)).decision().action())
                .isEqualTo(ESCALATE);
    }

    @Test
    void rowsOfAnotherProgramAreNotAskedFor() {
        see(Observations.external(0.5, 3));
        see(Observations.external(0.5, 3));
        CheckResult third = look(Observations.external(0.5, 3));

        assertThat(third.decision().action()).isEqualTo(ROLLBACK);
        assertThat(third.question()).isEmpty();
    }

    /** The tool that writes is dead, and the one that only reads fails a caller's bad calls as it always did. */
    @Test
    void answersOfOtherToolsDoNotVetoWhenTheFailuresAreInAToolThatMustNotBeAsked() {
        Observation dead = seen(Map.of("search", new CallCounts(90, 3), "save", new CallCounts(10, 10)), 0);
        CheckResult step = null;
        do {
            step = look(dead);
            see(step.question().isPresent() ? dead.with(PreviousWorkerReplayResult.of("search", 3, 0, 20, 0)) : dead);
        } while (step.question().isEmpty());

        assertThat(state.acted()).contains(ROLLBACK);
    }

    @Test
    void aDeadToolIsAskedByItsOwnCalls() {
        Observation dead = seen(Map.of("search", new CallCounts(8, 8), "save", new CallCounts(800, 6)), 0);
        CheckResult step = look(dead);

        assertThat(step.question()).contains(new PreviousWorkerReplayRequest(Optional.of("search")));
        assertThat(look(dead.with(PASSES)).decision().action()).isEqualTo(ROLLBACK);
        assertThat(look(dead.with(FAILS_TOO)).decision().action()).isEqualTo(DEGRADE);
    }

    @Test
    void theWatchEndsDegradedWhileTheVetoLasts() {
        while (state.running()) {
            CheckResult step = look(outage());
            see(step.question().isPresent() ? outage().with(FAILS_TOO) : outage());
        }

        assertThat(state.outcome()).isEqualTo(WatchOutcome.DEGRADED);
        assertThat(steps)
                .allSatisfy(step -> assertThat(step.decision().action()).isEqualTo(DEGRADE));
    }

    private CheckResult seeUntilAsked(Observation seen, PreviousWorkerReplayResult answers) {
        while (look(seen).question().isEmpty()) {
            see(seen);
        }
        return see(seen.with(answers));
    }

    private CheckResult look(Observation seen) {
        return MonitorStateMachine.next(state, seen, POLICY, state.schedule().nextCheckAt());
    }

    private CheckResult see(Observation seen) {
        CheckResult step = look(seen);
        state = step.state();
        steps.add(step);
        return step;
    }

    private Instant now() {
        return state.schedule().lastCheckAt();
    }

    private static Observation outage() {
        return calls(20, 12);
    }

    private static Observation calls(long calls, long failed) {
        return seen(Map.of("search", new CallCounts(calls, failed)), 0);
    }

    private static Observation failing(long calls, long failed, long run) {
        return seen(Map.of("search", new CallCounts(calls, failed)), run);
    }

    private static Observation seen(Map<String, CallCounts> tools, long run) {
        CallCounts all = tools.values().stream().reduce(CallCounts.NONE, CallCounts::plus);
        Observation quiet = Observations.quiet();
        return new Observation(
                quiet.probe(), new Observation.Calls(all, run, 0, 0, tools), Optional.empty(), quiet.usage());
    }
}

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
class ReplayVetoTest {
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;
    private static final BaselineRecord RECORD = new BaselineRecord(
            Optional.of("stable"),
            new CallCounts(1200, 12),
            Map.of("search", new CallCounts(600, 6), "save", new CallCounts(600, 6)),
            1,
            Optional.empty());
    private static final BaselineReplay FAILS_TOO = BaselineReplay.of("search", 20, 2, 20, 0);
    private static final BaselineReplay PASSES = BaselineReplay.of("search", 20, 20, 20, 0);

    private MonitorState state = MonitorState.begin("p-1", "canary", RECORD, POLICY, WatchSimulation.START);
    private final List<MonitorTransition> steps = new ArrayList<>();

    @Test
    void asksBeforeARollbackAndRollsBackWhenThePreviousWorkerPasses() {
        MonitorTransition unasked = look(outage());
        assertThat(unasked.decision().action()).isEqualTo(ROLLBACK);
        assertThat(unasked.question()).contains(new ReplayRequest(Optional.empty()));

        MonitorTransition asked = see(outage().with(PASSES));

        assertThat(asked.decision().action()).isEqualTo(ROLLBACK);
        assertThat(asked.question()).isEmpty();
        assertThat(asked.decision().reason()).isEqualTo(unasked.decision().reason());
        assertThat(asked.state().acted()).contains(ROLLBACK);
    }

    @Test
    void rollsBackWhenThePreviousWorkerCannotBeAsked() {
        assertThat(see(outage().with(BaselineReplay.NONE)).decision().action()).isEqualTo(ROLLBACK);
    }

    @Test
    void degradesAndGoesOnWhenThePreviousWorkerFailsTheSameCalls() {
        MonitorTransition vetoed = see(outage().with(FAILS_TOO));

        assertThat(vetoed.decision().action()).isEqualTo(DEGRADE);
        assertThat(vetoed.decision().reason())
                .startsWith("Degraded: no rollback, the previous release stable fails the same calls: 18 of 20;")
                .contains("High error rate (60.0%)");
        assertThat(vetoed.decision().holds(Rule.FAILS_ON_PREVIOUS)).isTrue();
        assertThat(vetoed.state().acted()).isEmpty();
        assertThat(vetoed.state().running()).isTrue();
        assertThat(vetoed.state().veto()).contains(new ReplayVeto(now(), now(), FAILS_TOO));
    }

    @Test
    void asksAgainOnceInACheckIntervalWhileTheVetoLasts() {
        see(outage().with(FAILS_TOO));
        Instant since = now();
        int asked = 0;
        while (now().isBefore(since.plus(POLICY.checkInterval().multipliedBy(3)))) {
            MonitorTransition step = look(outage());
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
        MonitorTransition over = seeUntilAsked(calls(20, 0), PASSES);

        assertThat(over.decision().action()).isEqualTo(DEGRADE);
        assertThat(over.decision().reason())
                .startsWith("Degraded: the previous release stable does not fail the same calls any longer;");
        assertThat(state.veto()).isEmpty();
        assertThat(state.history().all().total()).isEqualTo(CallCounts.NONE);
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

        MonitorTransition step = look(outage());
        assertThat(step.question()).isPresent();
        assertThat(see(outage().with(PASSES)).decision().action()).isEqualTo(ROLLBACK);
    }

    @Test
    void aPreviousWorkerThatAnswersNoLongerEndsTheVetoToo() {
        see(outage().with(FAILS_TOO));
        MonitorTransition over = seeUntilAsked(outage(), BaselineReplay.NONE);

        assertThat(over.decision().reason()).contains("could not be asked for the same calls again");
        assertThat(see(outage().with(BaselineReplay.NONE)).decision().action()).isEqualTo(ROLLBACK);
    }

    @Test
    void aRunOfCallsThatThePreviousWorkerFailsTooDoesNotEscalate() {
        Observation total = failing(20, 20, 40);
        MonitorPolicy production = MonitorPresets.PRODUCTION;
        MonitorState begun = MonitorState.begin("p-1", "canary", RECORD, production, WatchSimulation.START);
        Instant first = begun.schedule().nextCheckAt();
        MonitorTransition vetoed = MonitorStateMachine.next(begun, total.with(FAILS_TOO), production, first);
        MonitorTransition second = MonitorStateMachine.next(
                vetoed.state(), total, production, vetoed.state().schedule().nextCheckAt());

        assertThat(vetoed.decision().action()).isEqualTo(DEGRADE);
        assertThat(second.decision().action()).isEqualTo(DEGRADE);
    }

    @Test
    void probesEscalateAllTheSame() {
        see(outage().with(FAILS_TOO));
        see(Observations.probe(ProbeOutcome.FAILED));

        assertThat(see(Observations.probe(ProbeOutcome.FAILED)).decision().action())
                .isEqualTo(ESCALATE);
    }

    @Test
    void rowsOfAnotherProgramAreNotAskedFor() {
        see(Observations.external(0.5, 3));
        see(Observations.external(0.5, 3));
        MonitorTransition third = look(Observations.external(0.5, 3));

        assertThat(third.decision().action()).isEqualTo(ROLLBACK);
        assertThat(third.question()).isEmpty();
    }

    /** The tool that writes is dead, and the one that only reads fails a caller's bad calls as it always did. */
    @Test
    void answersOfOtherToolsDoNotVetoWhenTheFailuresAreInAToolThatMustNotBeAsked() {
        Observation dead = seen(Map.of("search", new CallCounts(90, 3), "save", new CallCounts(10, 10)), 0);
        MonitorTransition step = null;
        do {
            step = look(dead);
            see(step.question().isPresent() ? dead.with(BaselineReplay.of("search", 3, 0, 20, 0)) : dead);
        } while (step.question().isEmpty());

        assertThat(state.acted()).contains(ROLLBACK);
    }

    @Test
    void aDeadToolIsAskedByItsOwnCalls() {
        Observation dead = seen(Map.of("search", new CallCounts(8, 8), "save", new CallCounts(800, 6)), 0);
        MonitorTransition step = look(dead);

        assertThat(step.question()).contains(new ReplayRequest(Optional.of("search")));
        assertThat(look(dead.with(PASSES)).decision().action()).isEqualTo(ROLLBACK);
        assertThat(look(dead.with(FAILS_TOO)).decision().action()).isEqualTo(DEGRADE);
    }

    @Test
    void theWatchEndsDegradedWhileTheVetoLasts() {
        while (state.running()) {
            MonitorTransition step = look(outage());
            see(step.question().isPresent() ? outage().with(FAILS_TOO) : outage());
        }

        assertThat(state.outcome()).isEqualTo(WatchOutcome.DEGRADED);
        assertThat(steps)
                .allSatisfy(step -> assertThat(step.decision().action()).isEqualTo(DEGRADE));
    }

    private MonitorTransition seeUntilAsked(Observation seen, BaselineReplay answers) {
        while (look(seen).question().isEmpty()) {
            see(seen);
        }
        return see(seen.with(answers));
    }

    private MonitorTransition look(Observation seen) {
        return MonitorStateMachine.next(state, seen, POLICY, state.schedule().nextCheckAt());
    }

    private MonitorTransition see(Observation seen) {
        MonitorTransition step = look(seen);
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

package io.weathervane.monitor;

import static io.weathervane.monitor.DecisionAction.DEGRADE;
import static io.weathervane.monitor.DecisionAction.ESCALATE;
import static io.weathervane.monitor.DecisionAction.HEALTHY;
import static io.weathervane.monitor.DecisionAction.ROLLBACK;
import static io.weathervane.monitor.Observations.calls;
import static io.weathervane.monitor.Observations.external;
import static io.weathervane.monitor.Observations.failureRun;
import static io.weathervane.monitor.Observations.files;
import static io.weathervane.monitor.Observations.memory;
import static io.weathervane.monitor.Observations.probe;
import static io.weathervane.monitor.Observations.quiet;
import static io.weathervane.monitor.Observations.usage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MonitorStateMachineTest {
    /** At two calls a minute an outage may be over before the next check, which then blames the worker for it. */
    @Test
    void someEvidenceMakesChecksCloser() {
        BaselineRecord record =
                new BaselineRecord(Optional.of("stable"), new CallCounts(1200, 12), Map.of(), 1, Optional.empty());
        WatchSimulation watch = new WatchSimulation(MonitorPresets.DEFAULT, record);

        watch.see(calls(1, 1));
        assertThat(interval(watch)).isEqualTo(MonitorPresets.DEFAULT.checkInterval());
        watch.see(calls(1, 1));
        assertThat(watch.decision().isSuspicious()).isTrue();
        assertThat(interval(watch)).isEqualTo(MonitorPresets.DEFAULT.degradedInterval());
        watch.see(calls(40, 0), quiet(), quiet(), quiet());
        assertThat(interval(watch)).isEqualTo(MonitorPresets.DEFAULT.checkInterval());
    }

    private static Duration interval(WatchSimulation watch) {
        WatchState.Schedule schedule = watch.state().schedule();
        return Duration.between(schedule.lastCheckAt(), schedule.nextCheckAt());
    }

    private static final Observation BAD = calls(40, 17);
    private static final Observation GOOD = calls(100, 0);
    private static final Observation DEAD = probe(HealthProbeVerdict.FAILED);
    private static final Observation LOST = probe(HealthProbeVerdict.LOST);
    private static final Observation GONE = probe(HealthProbeVerdict.NO_WORKER);
    private static final Observation UNKNOWN = probe(HealthProbeVerdict.UNKNOWN);
    private static final Observation ALL_FAIL = failureRun(40, 40, 40);

    @ParameterizedTest
    @MethodSource
    void decides(String what, MonitorPolicy policy, List<Observation> seen, List<DecisionAction> expected) {
        WatchSimulation watch = new WatchSimulation(policy).see(seen.toArray(Observation[]::new));

        assertThat(watch.actions()).as(what).isEqualTo(expected);
    }

    static Stream<Arguments> decides() {
        MonitorPolicy usual = MonitorPresets.DEFAULT;
        MonitorPolicy production = MonitorPresets.PRODUCTION;
        MonitorPolicy development = MonitorPresets.DEVELOPMENT;
        return Stream.of(
                arguments("two dead probes", usual, List.of(DEAD, DEAD), List.of(DEGRADE, ESCALATE)),
                arguments("dead, then gone", usual, List.of(DEAD, GONE), List.of(DEGRADE, ESCALATE)),
                arguments("a run is broken", usual, List.of(DEAD, GOOD, DEAD), List.of(DEGRADE, DEGRADE, DEGRADE)),
                arguments(
                        "by a quiet check too",
                        usual,
                        List.of(DEAD, quiet(), DEAD),
                        List.of(DEGRADE, DEGRADE, DEGRADE)),
                arguments(
                        "not by an unknown", usual, List.of(DEAD, UNKNOWN, DEAD), List.of(DEGRADE, DEGRADE, ESCALATE)),
                arguments(
                        "unknown alone", usual, List.of(UNKNOWN, UNKNOWN, UNKNOWN), List.of(DEGRADE, DEGRADE, DEGRADE)),
                arguments("all calls fail", usual, List.of(ALL_FAIL, ALL_FAIL), List.of(DEGRADE, ESCALATE)),
                arguments(
                        "runbook's row",
                        usual,
                        List.of(external(0.5, 10), external(0.5, 10)),
                        List.of(DEGRADE, ESCALATE)),
                arguments("production: confirmed", production, List.of(DEAD, DEAD), List.of(DEGRADE, ESCALATE)),
                arguments(
                        "production: refuted",
                        production,
                        List.of(DEAD, GOOD, DEAD),
                        List.of(DEGRADE, DEGRADE, DEGRADE)),
                arguments("lost beside calls", usual, List.of(LOST, LOST, LOST), List.of(HEALTHY, HEALTHY, HEALTHY)),
                arguments("lost breaks a run", usual, List.of(DEAD, LOST, DEAD), List.of(DEGRADE, DEGRADE, DEGRADE)),
                arguments("production: breach is not hard", production, List.of(BAD), List.of(DEGRADE)),
                arguments("production: 15 %", production, List.of(calls(100, 16)), List.of(DEGRADE)),
                arguments(
                        "development: third",
                        development,
                        List.of(DEAD, DEAD, DEAD),
                        List.of(DEGRADE, DEGRADE, ESCALATE)),
                arguments(
                        "development: rollback goes before",
                        development,
                        List.of(ALL_FAIL, ALL_FAIL, ALL_FAIL),
                        List.of(DEGRADE, DEGRADE, ROLLBACK)),
                arguments("third bad check", usual, List.of(BAD, BAD, BAD), List.of(DEGRADE, DEGRADE, ROLLBACK)),
                arguments(
                        "three of five",
                        usual,
                        List.of(BAD, calls(40, 0), BAD, calls(40, 0), BAD),
                        List.of(DEGRADE, DEGRADE, DEGRADE, DEGRADE, ROLLBACK)),
                arguments(
                        "three of six",
                        usual,
                        List.of(BAD, GOOD, BAD, GOOD, GOOD, BAD),
                        List.of(DEGRADE, DEGRADE, DEGRADE, DEGRADE, DEGRADE, DEGRADE)),
                arguments(
                        "three bad ones drowned in good traffic",
                        usual,
                        List.of(calls(1000, 0), BAD, BAD, BAD),
                        List.of(HEALTHY, DEGRADE, DEGRADE, ROLLBACK)),
                arguments(
                        "one burst, then quiet",
                        usual,
                        List.of(calls(100, 90), quiet(), quiet(), quiet()),
                        List.of(DEGRADE, DEGRADE, DEGRADE, DEGRADE)),
                arguments(
                        "bad rows three times",
                        usual,
                        List.of(external(0.5, 3), external(0.5, 3), external(0.5, 3)),
                        List.of(DEGRADE, DEGRADE, ROLLBACK)),
                arguments(
                        "few calls, all fail",
                        usual,
                        List.of(calls(3, 3), calls(3, 3), calls(3, 3)),
                        List.of(DEGRADE, DEGRADE, ROLLBACK)),
                arguments(
                        "one call in each check, all fail",
                        usual,
                        Collections.nCopies(6, calls(1, 1)),
                        List.of(HEALTHY, HEALTHY, DEGRADE, DEGRADE, ROLLBACK, DEGRADE)),
                arguments(
                        "few calls, one of them fails",
                        usual,
                        List.of(calls(3, 1), quiet()),
                        List.of(HEALTHY, HEALTHY)),
                arguments(
                        "few calls, pooled",
                        usual,
                        List.of(calls(7, 3), calls(7, 3), calls(7, 3), calls(7, 3), calls(7, 3)),
                        List.of(HEALTHY, HEALTHY, DEGRADE, DEGRADE, ROLLBACK)),
                arguments("memory twice", usual, List.of(memory(1024), memory(1024)), List.of(DEGRADE, ESCALATE)),
                arguments("memory below", usual, List.of(memory(1023), memory(1023)), List.of(DEGRADE, DEGRADE)),
                arguments(
                        "memory, not in a row",
                        usual,
                        List.of(memory(2000), memory(400), memory(2000)),
                        List.of(DEGRADE, HEALTHY, DEGRADE)),
                arguments(
                        "files twice", usual, List.of(files(900, 1000), files(901, 1000)), List.of(HEALTHY, ESCALATE)),
                arguments("files below", usual, List.of(files(899, 1000), files(899, 1000)), List.of(HEALTHY, HEALTHY)),
                arguments(
                        "memory, then files",
                        usual,
                        List.of(memory(1500), files(950, 1000)),
                        List.of(DEGRADE, ESCALATE)),
                arguments(
                        "unknown usage does not break the run",
                        usual,
                        List.of(memory(1500), usage(ResourceUsage.unknown()), memory(1500)),
                        List.of(DEGRADE, HEALTHY, ESCALATE)),
                arguments("unknown usage alone", usual, List.of(usage(ResourceUsage.unknown())), List.of(HEALTHY)),
                arguments("512 MB", usual, List.of(memory(511), memory(512)), List.of(HEALTHY, DEGRADE)),
                arguments("5 %", usual, List.of(calls(100, 5), calls(100, 6)), List.of(HEALTHY, DEGRADE)),
                arguments("20 %", usual, List.of(calls(100, 20)), List.of(DEGRADE)),
                arguments("no traffic", usual, List.of(quiet(), quiet()), List.of(HEALTHY, HEALTHY)));
    }

    @Test
    void rollsBackByTheThresholdOnlyWithEvidenceOfMoreThanFivePercent() {
        MonitorPolicy nervous = new MonitorPolicy(
                0.02,
                new MonitorPolicy.Schedule(Duration.ofMinutes(10), Duration.ofSeconds(30)),
                new MonitorPolicy.FailureLimits(2, 5, 3),
                20,
                true);

        WatchSimulation doubtful = new WatchSimulation(nervous).see(calls(20, 1), calls(20, 1), calls(20, 1));
        WatchSimulation certain = new WatchSimulation(nervous).see(calls(200, 20), calls(200, 20), calls(200, 20));
        WatchSimulation external =
                new WatchSimulation(nervous).see(external(0.03, 0), external(0.03, 0), external(0.03, 0));

        assertThat(doubtful.decision().failureCount()).isEqualTo(3);
        assertThat(doubtful.decision().action()).isEqualTo(DEGRADE);
        assertThat(certain.decision().action()).isEqualTo(ROLLBACK);
        assertThat(external.decision().action()).as("we did not count those").isEqualTo(ROLLBACK);
    }

    @Test
    void saysARollbackInTheRunbooksWords() {
        MonitorPolicy patient = new MonitorPolicy(
                0.2,
                new MonitorPolicy.Schedule(Duration.ofMinutes(10), Duration.ofSeconds(30)),
                new MonitorPolicy.FailureLimits(2, 5, 5),
                20,
                true);

        Decision decision =
                new WatchSimulation(patient).see(BAD, BAD, BAD, BAD, BAD).decision();

        assertThat(decision.reason()).isEqualTo("High error rate (42.5%) with 5 failures");
        assertThat(decision.errorRate()).hasValue(0.425);
        assertThat(decision.failureCount()).isEqualTo(5);
    }

    @Test
    void saysAnEscalationWithItsNumbers() {
        assertThat(WatchSimulation.ofDefaults().see(DEAD, DEAD).decision().reason())
                .isEqualTo("Escalation: 2 consecutive health check failures");
        assertThat(new WatchSimulation(MonitorPresets.PRODUCTION)
                        .see(DEAD, DEAD)
                        .decision()
                        .reason())
                .isEqualTo("Escalation: 2 consecutive health check failures");
        assertThat(WatchSimulation.ofDefaults()
                        .see(memory(1100), memory(1101))
                        .decision()
                        .reason())
                .isEqualTo("Escalation: memory 1101 MB >= 1024 MB in 2 consecutive checks");
        assertThat(WatchSimulation.ofDefaults()
                        .see(files(95, 100), files(95, 100))
                        .decision()
                        .reason())
                .isEqualTo("Escalation: open files of the limit 95.0% >= 90.0% in 2 consecutive checks");
    }

    @Test
    void saysWhatIsMissingForAnErrorRate() {
        assertThat(WatchSimulation.ofDefaults().see(calls(7, 0)).decision().reason())
                .isEqualTo("inconclusive: an error rate needs 20 requests, the last 1 checks saw 7; probe ok");
    }

    @Test
    void saysHealthyAndDegradedWithTheirNumbers() {
        assertThat(WatchSimulation.ofDefaults().see(calls(100, 1)).decision().reason())
                .isEqualTo("Healthy: error rate 1.0% is not > 5.0%");
        assertThat(WatchSimulation.ofDefaults().see(calls(100, 12)).decision().reason())
                .isEqualTo("Degraded: error rate 12.0% > 5.0%; error rate 12.0% is not > 20.0%");
        assertThat(WatchSimulation.ofDefaults().see(DEAD).decision().reason())
                .isEqualTo("Degraded: failed checks in the window 1 >= 1; probe failed: no answer in 5 s");
    }

    @Test
    void everyDecisionCarriesItsConditions() {
        Decision decision = WatchSimulation.ofDefaults().see(BAD, BAD, BAD).decision();

        assertThat(decision.conditions())
                .filteredOn(condition -> condition.rule() == RuleKind.HIGH_ERROR_RATE)
                .allMatch(RuleCondition::holds)
                .extracting(RuleCondition::text)
                .containsExactly(
                        "failed checks in the window 3 >= 3",
                        "pooled error rate 42.5% > 20.0%",
                        "evidence that the rate is above 5.0% 1000000000 >= 100");
        assertThat(decision.conditions())
                .filteredOn(condition -> condition.rule() == RuleKind.HARD_FAILURES)
                .extracting(RuleCondition::text)
                .containsExactly("consecutive hard failures 0 is not >= 2");
    }

    @Test
    void aConditionOnSomethingUnknownDoesNotHold() {
        assertThat(WatchSimulation.ofDefaults().see(DEAD).decision().conditions())
                .filteredOn(condition -> condition.name().equals("error rate"))
                .singleElement()
                .satisfies(condition -> assertThat(condition.holds()).isFalse())
                .satisfies(condition -> assertThat(condition.text()).isEqualTo("error rate unknown is not > 5.0%"));
    }

    @Test
    void looksSixTimesAsOftenUntilThreeCleanChecks() {
        WatchSimulation watch = WatchSimulation.ofDefaults().see(GOOD);
        assertThat(pause(watch)).isEqualTo(Duration.ofSeconds(30));

        assertThat(pause(watch.see(DEAD))).isEqualTo(Duration.ofSeconds(5));
        assertThat(pause(watch.see(GOOD))).isEqualTo(Duration.ofSeconds(5));
        assertThat(pause(watch.see(calls(100, 7)))).as("7 % is not clean").isEqualTo(Duration.ofSeconds(5));
        assertThat(pause(watch.see(GOOD))).isEqualTo(Duration.ofSeconds(5));
        assertThat(pause(watch.see(quiet()))).isEqualTo(Duration.ofSeconds(5));
        assertThat(pause(watch.see(GOOD))).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aFewFailedCallsNeitherProlongNorEndTheDegradedInterval() {
        WatchSimulation watch = WatchSimulation.ofDefaults().see(DEAD, quiet(), quiet());

        assertThat(pause(watch.see(calls(5, 3)))).isEqualTo(Duration.ofSeconds(5));
        assertThat(pause(watch.see(quiet()))).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void theRunbooksRowEscalatesWithinThirtyFiveSeconds() {
        WatchSimulation watch = WatchSimulation.ofDefaults().see(external(0.5, 10), external(0.5, 10));

        assertThat(watch.decision().action()).isEqualTo(ESCALATE);
        assertThat(watch.state().schedule().lastCheckAt()).isEqualTo(WatchSimulation.START.plusSeconds(35));
    }

    @Test
    void endsHealthyAfterTheGracePeriod() {
        WatchSimulation watch = WatchSimulation.ofDefaults().untilTheEnd(GOOD);

        assertThat(watch.state().outcome()).isEqualTo(WatchOutcome.HEALTHY);
        assertThat(watch.state().counters().checks()).isEqualTo(20);
        assertThat(watch.state().schedule().lastCheckAt())
                .isEqualTo(WatchSimulation.START.plus(Duration.ofMinutes(10)));
    }

    @Test
    void endsInconclusiveWithTooFewCallsToCallItHealthy() {
        WatchSimulation few =
                WatchSimulation.ofDefaults().see(calls(10, 0), calls(9, 0)).untilTheEnd(quiet());
        WatchSimulation enough =
                WatchSimulation.ofDefaults().see(calls(10, 0), calls(10, 0)).untilTheEnd(quiet());

        assertThat(few.state().outcome()).isEqualTo(WatchOutcome.INCONCLUSIVE);
        assertThat(enough.state().outcome()).isEqualTo(WatchOutcome.HEALTHY);
    }

    @Test
    void aQuietHealthyDecisionIsNotConclusive() {
        Decision decision = WatchSimulation.ofDefaults().see(quiet()).decision();

        assertThat(decision.action()).isEqualTo(HEALTHY);
        assertThat(decision.conclusive()).isFalse();
        assertThat(decision.word()).isEqualTo("inconclusive");
        assertThat(decision.reason()).isEqualTo("inconclusive: no call ended since the check before; probe ok");
        assertThat(WatchSimulation.ofDefaults().see(GOOD).decision().conclusive())
                .isTrue();
    }

    @Test
    void foreignRowsCanConcludeAWatchWithoutCalls() {
        assertThat(WatchSimulation.ofDefaults()
                        .untilTheEnd(external(0, 0))
                        .state()
                        .outcome())
                .isEqualTo(WatchOutcome.HEALTHY);
    }

    /** 1 of 3 calls failed: too few to judge by, and more time may tell. */
    @Test
    void goesOnForTwiceTheTimeWhenCallsFailedAndTooFewWereMade() {
        WatchSimulation watch = WatchSimulation.ofDefaults().see(calls(3, 1)).untilTheEnd(quiet());

        assertThat(watch.state().outcome()).isEqualTo(WatchOutcome.INCONCLUSIVE);
        assertThat(watch.state().schedule().lastCheckAt())
                .isEqualTo(WatchSimulation.START.plus(Duration.ofMinutes(20)));
    }

    @Test
    void whatNobodyLookedAtLengthensTheWatch() {
        WatchState state = WatchSimulation.ofDefaults().see(GOOD, GOOD).state();
        Instant back = state.schedule().lastCheckAt().plus(Duration.ofHours(1));

        WatchState resumed = state.resumed(MonitorPresets.DEFAULT, back);

        assertThat(resumed.schedule().watched()).isEqualTo(Duration.ofMinutes(1));
        assertThat(resumed.schedule().deadline()).isEqualTo(back.plus(Duration.ofMinutes(9)));
        assertThat(MonitorStateMachine.next(state, GOOD, MonitorPresets.DEFAULT, back)
                        .state()
                        .running())
                .as("a silence in the same server")
                .isTrue();
    }

    /** A machine that sleeps, or a process that is stopped, again and again. */
    @Test
    void eachSilenceLengthensTheWatchByAllButOneInterval() {
        WatchState state = WatchSimulation.ofDefaults().see(GOOD, GOOD).state();
        Instant now = state.schedule().lastCheckAt();
        for (int silence = 1; silence <= 3; silence++) {
            now = now.plus(Duration.ofHours(1));
            state = MonitorStateMachine.next(state, GOOD, MonitorPresets.DEFAULT, now)
                    .state();

            Duration watched = Duration.ofMinutes(1).plus(Duration.ofSeconds(30).multipliedBy(silence));
            assertThat(state.schedule().watched()).isEqualTo(watched);
            assertThat(state.schedule().deadline())
                    .isEqualTo(now.plus(Duration.ofMinutes(10)).minus(watched));
            assertThat(state.running()).isTrue();
        }
    }

    @Test
    void endsDegradedWhenItsLastCheckWas() {
        assertThat(WatchSimulation.ofDefaults()
                        .untilTheEnd(calls(100, 10))
                        .state()
                        .outcome())
                .isEqualTo(WatchOutcome.DEGRADED);
        assertThat(WatchSimulation.ofDefaults().untilTheEnd(UNKNOWN).state().outcome())
                .isEqualTo(WatchOutcome.DEGRADED);
    }

    /** With a check each 30 s, one is left for what turns bad after 95 % of the ten minutes. */
    @Test
    void rollsBackWhatTurnsBadBeforeItsVeryLastCheck() {
        WatchSimulation watch = WatchSimulation.ofDefaults().see(nineteen(GOOD));
        assertThat(watch.state().schedule().nextCheckAt())
                .isEqualTo(watch.state().schedule().deadline());

        watch.see(BAD);
        assertThat(watch.state().running()).as("in doubt").isTrue();
        assertThat(pause(watch)).isEqualTo(Duration.ofSeconds(5));
        watch.see(BAD, BAD);

        assertThat(watch.decision().action()).isEqualTo(ROLLBACK);
        assertThat(watch.state().schedule().lastCheckAt())
                .isEqualTo(watch.state().schedule().deadline().plusSeconds(10));
    }

    @Test
    void doubtLastsOneWindowOfChecksAtMost() {
        WatchSimulation once =
                WatchSimulation.ofDefaults().see(nineteen(GOOD)).see(BAD).untilTheEnd(GOOD);
        WatchSimulation again = WatchSimulation.ofDefaults().see(nineteen(GOOD));
        while (again.state().running()) {
            again.see(BAD, GOOD, GOOD);
        }

        assertThat(once.state().outcome()).isEqualTo(WatchOutcome.DEGRADED);
        assertThat(once.state().counters().checks()).isEqualTo(24);
        assertThat(again.state().outcome()).isEqualTo(WatchOutcome.DEGRADED);
        assertThat(again.state().counters().checks()).isEqualTo(24);
    }

    @Test
    void aWatchThatHasEndedIsNotChangedAndDecidesNothingDrastic() {
        WatchState ended = WatchSimulation.ofDefaults().see(DEAD).state().ended(WatchOutcome.STOPPED);

        CheckResult step =
                MonitorStateMachine.next(ended, DEAD, MonitorPresets.DEFAULT, WatchSimulation.START.plusSeconds(99));

        assertThat(step.state()).isSameAs(ended);
        assertThat(step.decision().action()).isEqualTo(DEGRADE);
        assertThat(ended.ended(WatchOutcome.HEALTHY).outcome()).isEqualTo(WatchOutcome.STOPPED);
    }

    @Test
    void decidesOneDrasticThingForAPromotion() {
        WatchSimulation watch =
                WatchSimulation.ofDefaults().see(DEAD, DEAD, DEAD, BAD, BAD, BAD, memory(2000), memory(2000));

        assertThat(watch.actions().stream().filter(DecisionAction::isDrastic)).containsExactly(ESCALATE);
        assertThat(watch.state().acted()).contains(ESCALATE);
        assertThat(watch.decision().reason()).contains("escalate was decided already for this promotion");
    }

    @Test
    void anUnexpectedExitEscalatesOnce() {
        WatchState watching = WatchSimulation.ofDefaults().see(GOOD).state();

        Decision first = MonitorStateMachine.workerExited(Optional.of(watching), "canary", 137);
        WatchState acted = MonitorStateMachine.acted(watching, first.action());
        Decision second = MonitorStateMachine.workerExited(Optional.of(acted), "canary", 137);

        assertThat(first.action()).isEqualTo(ESCALATE);
        assertThat(first.reason()).isEqualTo("Escalation: active worker canary exited unexpectedly (exit code 137)");
        assertThat(second.action()).isEqualTo(DEGRADE);
        assertThat(MonitorStateMachine.acted(acted, ROLLBACK).acted()).contains(ESCALATE);
    }

    @Test
    void anUnexpectedExitEscalatesWithoutAWatchToo() {
        assertThat(MonitorStateMachine.workerExited(Optional.empty(), "stable", 1)
                        .action())
                .isEqualTo(ESCALATE);
    }

    @Test
    void aChangedPolicyCountsFromTheNextCheck() {
        WatchState before = WatchSimulation.ofDefaults().see(GOOD).state();
        Instant now = before.schedule().nextCheckAt();

        WatchState after = MonitorStateMachine.next(before, GOOD, MonitorPresets.DEVELOPMENT, now)
                .state();

        assertThat(after.schedule().deadline()).isEqualTo(WatchSimulation.START.plus(Duration.ofMinutes(2)));
        assertThat(after.running()).isTrue();
    }

    @Test
    void aShorterGracePeriodThatIsOverEndsTheWatchAtTheNextCheck() {
        WatchState before =
                WatchSimulation.ofDefaults().see(GOOD, GOOD, GOOD, GOOD, GOOD).state();

        WatchState after = MonitorStateMachine.next(
                        before,
                        GOOD,
                        MonitorPresets.DEVELOPMENT,
                        before.schedule().nextCheckAt())
                .state();

        assertThat(after.outcome()).isEqualTo(WatchOutcome.HEALTHY);
    }

    @Test
    void callsMoreThanTwoIntervalsOfSilenceAGap() {
        WatchState state = WatchSimulation.ofDefaults().see(GOOD).state();
        Instant last = state.schedule().lastCheckAt();

        assertThat(MonitorStateMachine.gap(state, MonitorPresets.DEFAULT, last.plusSeconds(60)))
                .isEmpty();
        assertThat(MonitorStateMachine.gap(state, MonitorPresets.DEFAULT, last.plusSeconds(61)))
                .contains(Duration.ofSeconds(61));
    }

    @Test
    void keepsABoundedHistory() {
        WatchSimulation watch = WatchSimulation.ofDefaults().untilTheEnd(GOOD);

        assertThat(watch.state().recent()).hasSize(WatchState.RECENT_MIN);
        assertThat(watch.state().window(5)).hasSize(5).endsWith(watch.last().check());
    }

    @Test
    void describesTheFailurePattern() {
        assertThat(WatchSimulation.ofDefaults().state().failurePattern(5)).isEqualTo("no checks");
        assertThat(WatchSimulation.ofDefaults()
                        .see(GOOD, BAD, DEAD, quiet())
                        .state()
                        .failurePattern(3))
                .isEqualTo("breach, hard-failure, inconclusive (2 of 3 failed)");
    }

    @Test
    void anExternalRowOnTooFewRequestsIsNotBelieved() {
        Observation row = external(0, 0, 1, 50, OptionalLong.of(5));

        assertThat(WatchSimulation.ofDefaults().see(row, row, row).actions()).containsOnly(HEALTHY);
    }

    private static Observation[] nineteen(Observation seen) {
        return Collections.nCopies(19, seen).toArray(Observation[]::new);
    }

    private static Duration pause(WatchSimulation watch) {
        return Duration.between(
                watch.state().schedule().lastCheckAt(), watch.state().schedule().nextCheckAt());
    }
}

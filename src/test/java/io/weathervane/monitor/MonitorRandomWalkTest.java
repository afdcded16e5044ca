package io.weathervane.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds whatever the worker does. */
class MonitorRandomWalkTest {
    private static final int WATCHES = 60;
    private static final long MB = 1024L * 1024;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void keepsItsPromises(long seed) {
        Random random = new Random(seed);
        for (int watch = 0; watch < WATCHES; watch++) {
            walk(random, policy(random), "seed " + seed + ", watch " + watch);
        }
    }

    private static void walk(Random random, MonitorPolicy policy, String where) {
        double trouble = random.nextDouble();
        WatchState state = WatchState.begin("p", "canary", BaselineRecord.none(), policy, WatchSimulation.START);
        int drastic = 0;
        int hardRun = 0;
        while (state.running()) {
            Instant now = state.schedule().nextCheckAt();
            Observation seen = observation(random, trouble);
            CheckResult step = MonitorStateMachine.next(state, seen, policy, now);
            check(step, seen, policy, now, where);
            drastic += step.decision().action().isDrastic() ? 1 : 0;
            hardRun = step.check().verdict() == CheckVerdict.HARD_FAILURE
                    ? hardRun + 1
                    : seen.probe().outcome() == HealthProbeVerdict.UNKNOWN ? hardRun : 0;
            if (hardRun >= policy.hardFailureLimit()) {
                assertThat(step.state().acted()).as(where).isPresent();
            }
            state = step.state();
        }
        assertThat(drastic).as(where).isLessThanOrEqualTo(1);
        assertThat(state.acted().isPresent()).as(where).isEqualTo(drastic == 1);
        long calls = state.callCounts().all().total().calls();
        if (calls < MonitorPolicy.HEALTHY_CALLS
                && state.counters().conclusiveChecks() < MonitorPolicy.CONCLUSIVE_CHECKS) {
            assertThat(state.outcome()).as(where).isNotEqualTo(WatchOutcome.HEALTHY);
        }
    }

    private static void check(CheckResult step, Observation seen, MonitorPolicy policy, Instant now, String where) {
        Decision decision = step.decision();
        List<CheckRecord> window = step.state().window(policy.checkWindow());
        assertThat(window.size()).as(where).isLessThanOrEqualTo(policy.checkWindow());
        assertThat(decision.reason()).as(where).isNotBlank();
        if (decision.action() == DecisionAction.HEALTHY) {
            assertThat(seen.probe().outcome()).as(where).isIn(HealthProbeVerdict.PASSED, HealthProbeVerdict.LOST);
            assertThat(decision.failureCount()).as(where).isZero();
            assertThat(decision.errorRate().orElse(0)).as(where).isLessThanOrEqualTo(MonitorPolicy.DEGRADED_RATE);
            if (decision.errorRate().isEmpty()) {
                assertThat(decision.reason()).as(where).startsWith("inconclusive: ");
            }
        }
        if (decision.action() == DecisionAction.ROLLBACK) {
            assertThat(decision.failureCount()).as(where).isPositive();
            assertThat(decision.errorRate().orElseThrow()).as(where).isGreaterThan(policy.errorRateThreshold());
            assertThat(allHold(decision, RuleKind.HIGH_ERROR_RATE) || allHold(decision, RuleKind.REGRESSION))
                    .as(where)
                    .isTrue();
        }
        long calls =
                window.stream().mapToLong(past -> past.observation().requests()).sum();
        if (step.check().rateSource() == ObservedRateSource.CHECK
                || step.check().rateSource() == ObservedRateSource.WINDOW) {
            assertThat(calls).as(where).isGreaterThanOrEqualTo(policy.minRequests());
        }
        if (step.state().running() && !decision.action().isDrastic()) {
            Duration pause = Duration.between(now, step.state().schedule().nextCheckAt());
            assertThat(pause).as(where).isPositive().isLessThanOrEqualTo(policy.checkInterval());
        }
    }

    private static boolean allHold(Decision decision, RuleKind rule) {
        return decision.conditions().stream()
                .filter(condition -> condition.rule() == rule)
                .allMatch(RuleCondition::holds);
    }

    private static MonitorPolicy policy(Random random) {
        int window = 1 + random.nextInt(8);
        return new MonitorPolicy(
                0.01 + random.nextDouble() * 0.9,
                new MonitorPolicy.Schedule(
                        Duration.ofSeconds(30 + random.nextInt(600)), Duration.ofMillis(1000 + random.nextInt(60_000))),
                new MonitorPolicy.FailureLimits(1 + random.nextInt(4), window, 1 + random.nextInt(window)),
                1 + random.nextInt(40),
                true);
    }

    private static Observation observation(Random random, double trouble) {
        boolean bad = random.nextDouble() < trouble;
        long requests = random.nextInt(3) == 0 ? 0 : random.nextInt(60);
        long errors = bad && requests > 0 ? random.nextLong(requests + 1) : 0;
        Optional<ExternalSnapshotRow> row = random.nextInt(6) == 0
                ? Optional.of(new ExternalSnapshotRow(
                        1,
                        bad ? random.nextDouble() : 0,
                        bad ? random.nextInt(20) : 0,
                        random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextInt(50))))
                : Optional.empty();
        return new Observation(
                new Observation.ProbeResult(probe(random, bad), "said so"),
                Observation.Calls.of(new CallCounts(requests, errors), bad ? random.nextInt(15) : 0),
                row,
                random.nextInt(4) == 0
                        ? ResourceUsage.unknown()
                        : ResourceUsage.of(random.nextInt(bad ? 1500 : 600) * MB, 5, 100));
    }

    private static HealthProbeVerdict probe(Random random, boolean bad) {
        if (!bad) {
            return HealthProbeVerdict.PASSED;
        }
        HealthProbeVerdict[] outcomes = HealthProbeVerdict.values();
        return random.nextBoolean() ? HealthProbeVerdict.PASSED : outcomes[random.nextInt(outcomes.length)];
    }
}

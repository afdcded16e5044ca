package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.explanation.DecisionExplainer;
import io.weathervane.explanation.DecisionExplanation;
import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.CheckResult;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.PolicyKey;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.monitor.PreviousWorkerReplayResult;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.monitor.WatchState;
import io.weathervane.policy.MonitorMode;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.FakeClock;
import io.weathervane.util.RefusedException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainedDecisionsTest {
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;
    private static final BaselineRecord RECORD =
            new BaselineRecord(Optional.of("stable"), new CallCounts(1200, 12), Map.of(), 1, Optional.empty());
    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    Path folder;

    private SqliteDatabase database;
    private AuditLog audit;
    private DecisionExplainer explainer;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("orchestrator.db"), StoreOptions.defaults());
        audit = new AuditLog(database, FakeClock.atNoon());
        explainer = new DecisionExplainer(audit);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void refusesWhatIsNoDecision() {
        assertThatThrownBy(() -> explainer.explain(17, Optional.empty()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("audit event 17 is not a decision");
    }

    @Test
    void refusesThresholdsThatCannotBe() {
        long seq = decideThrice();

        assertThatThrownBy(() -> explainer.explain(seq, Optional.of(threshold(1.5))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("errorRateThreshold");
    }

    @Test
    void refusesToReplayADecisionWithoutChecks() {
        long seq = audit.append(DecisionAuditJson.entry(
                        DecisionAction.ROLLBACK,
                        new Actor("alice"),
                        Optional.empty(),
                        DecisionAuditJson.ofPerson("Manual rollback: so", "canary", Optional.empty(), POLICY, START),
                        List.of()))
                .seq();

        assertThat(explainer.explain(seq, Optional.empty()).wouldChange())
                .containsExactly("nothing: alice asked for it");
        assertThatThrownBy(() -> explainer.explain(seq, Optional.of(threshold(0.5))))
                .hasMessageContaining("nothing to replay");
    }

    @Test
    void showsEveryConditionAndWhatWouldHaveChangedTheDecision() {
        DecisionExplanation explanation = explainer.explain(decideThrice(), Optional.empty());

        assertThat(explanation.recorded().decision().action()).isEqualTo(DecisionAction.ROLLBACK);
        assertThat(explanation.recorded().decision().reason()).isEqualTo("High error rate (42.5%) with 3 failures");
        assertThat(explanation.recorded().decision().conditions())
                .anyMatch(condition -> condition.text().equals("pooled error rate 42.5% > 20.0%"));
        assertThat(explanation.wouldChange())
                .contains(
                        "a limit for failed checks in the window of at least 4; it was 3"
                                + " (rule high-error-rate, threshold failureCount)",
                        "a limit for pooled error rate of at least 42.5%; it was 20.0%"
                                + " (rule high-error-rate, threshold errorRateThreshold)");
        assertThat(explanation.recorded().inputs().path("checks").size()).isEqualTo(3);
        assertThat(explanation.replay()).isEmpty();
    }

    @Test
    void namesNoLimitWhenAnotherRuleWouldHaveActedAllTheSame() {
        WatchState state = WatchState.begin("p-1", "canary", RECORD, POLICY, START);
        state = decide(state, seen(3)).state();
        state = decide(state, seen(3)).state();
        decide(state, seen(36));
        long seq = audit.lastSeq();

        DecisionExplanation explanation = explainer.explain(seq, Optional.of(failureCount(5)));

        assertThat(explanation.recorded().decision().action()).isEqualTo(DecisionAction.ROLLBACK);
        assertThat(explanation.replay().orElseThrow().changed()).isFalse();
        assertThat(explanation.wouldChange())
                .containsExactly("no single limit: several would have to change together, at least one of each rule"
                        + " that held: regression, tool-regression");
    }

    @Test
    void saysAllThatARuleLackedTogether() {
        decide(WatchState.begin("p-1", "canary", BaselineRecord.none(), POLICY, START), seen(1));

        assertThat(explainer.explain(audit.lastSeq(), Optional.empty()).wouldChange())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("rollback by rule high-error-rate needs failed checks in the window >= 3, it was ")
                        .contains(", and pooled error rate > 20.0%, it was 2.5%"));
    }

    @Test
    void neverCallsACheckHealthyThatSawTooLittle() {
        decide(WatchState.begin("p-2", "canary", BaselineRecord.none(), POLICY, START), quiet());

        DecisionExplanation explanation = explainer.explain(audit.lastSeq(), Optional.of(PolicyOverrides.none()));

        assertThat(explanation.recorded().decision().action())
                .as("the runbook's word")
                .isEqualTo(DecisionAction.HEALTHY);
        assertThat(explanation.recorded().decision().conclusive()).isFalse();
        assertThat(explanation.recorded().decision().word()).isEqualTo("inconclusive");
        assertThat(explanation.replay().orElseThrow().decision().word()).isEqualTo("inconclusive");
        assertThat(explanation.replay().orElseThrow().checks())
                .allMatch(check -> check.decision().word().equals("inconclusive"));
    }

    @Test
    void replaysTheChecksUnderOtherThresholds() {
        long seq = decideThrice();

        DecisionExplanation.Replay same = explainer
                .explain(seq, Optional.of(PolicyOverrides.none()))
                .replay()
                .orElseThrow();
        DecisionExplanation.Replay patient =
                explainer.explain(seq, Optional.of(threshold(0.5))).replay().orElseThrow();
        DecisionExplanation.Replay hasty =
                explainer.explain(seq, Optional.of(failureCount(2))).replay().orElseThrow();

        assertThat(same.decision().action()).isEqualTo(DecisionAction.ROLLBACK);
        assertThat(same.changed()).isFalse();
        assertThat(patient.decision().action()).isEqualTo(DecisionAction.DEGRADE);
        assertThat(patient.changed()).isTrue();
        assertThat(hasty.checks().get(1).decision().action()).isEqualTo(DecisionAction.ROLLBACK);
    }

    @Test
    void explainsTheNewestDecisionThatWasNotHealthy() {
        long rollback = decideThrice();
        decide(WatchState.begin("p-2", "canary", BaselineRecord.none(), POLICY, START), 0);

        assertThat(explainer.newestWorthExplaining()).contains(rollback);
        assertThat(audit.lastSeq()).isGreaterThan(rollback);
    }

    @Test
    void saysWhatAVetoRestsOn() {
        WatchState state = WatchState.begin("p-1", "canary", RECORD, POLICY, START);
        decide(state, seen(30).with(PreviousWorkerReplayResult.of("search", 20, 2, 20, 0)));

        DecisionExplanation explanation = explainer.explain(audit.lastSeq(), Optional.empty());

        assertThat(explanation.recorded().decision().action()).isEqualTo(DecisionAction.DEGRADE);
        assertThat(explanation.recorded().decision().reason())
                .contains("the previous release stable fails the same calls: 18 of 20");
        assertThat(explanation.wouldChange())
                .contains("no rollback while share of the failed calls that stable fails, too 90.0% > 80.0%");
        assertThat(explanation.recorded().inputs().path("checks").toString())
                .contains("\"replay\":{\"search\":[20,18,20,0]}");
    }

    @Test
    void replaysAVetoAndItsEnd() {
        WatchState state = WatchState.begin("p-1", "canary", RECORD, POLICY, START);
        state = decide(state, seen(30).with(PreviousWorkerReplayResult.of("search", 20, 2, 20, 0)))
                .state();
        for (int i = 0; i < 12; i++) {
            state = decide(state, seen(30)).state();
        }
        state = decide(state, seen(30).with(PreviousWorkerReplayResult.of("search", 20, 20, 20, 0)))
                .state();
        DecisionExplanation.Replay end = replayOfNewest();
        decide(state, seen(0));
        DecisionExplanation.Replay after = replayOfNewest();

        assertThat(state.veto()).isEmpty();
        assertThat(end.changed()).isFalse();
        assertThat(after.changed()).isFalse();
        assertThat(after.checks()).noneMatch(check -> check.decision().action() == DecisionAction.ROLLBACK);
    }

    private DecisionExplanation.Replay replayOfNewest() {
        return explainer
                .explain(audit.lastSeq(), Optional.of(PolicyOverrides.none()))
                .replay()
                .orElseThrow();
    }

    private long decideThrice() {
        WatchState state = WatchState.begin("p-1", "canary", BaselineRecord.none(), POLICY, START);
        for (int i = 0; i < 3; i++) {
            state = decide(state, 17).state();
        }
        return audit.lastSeq();
    }

    private static Observation seen(long errors) {
        CallCounts calls = new CallCounts(40, errors);
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                new Observation.Calls(calls, 0, 0, 0, Map.of("search", calls)),
                Optional.empty(),
                ResourceUsage.of(1 << 20, 5, 100));
    }

    private static Observation quiet() {
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                Observation.Calls.of(CallCounts.NONE, 0),
                Optional.empty(),
                ResourceUsage.unknown());
    }

    private CheckResult decide(WatchState state, long errors) {
        return decide(state, seen(errors));
    }

    private CheckResult decide(WatchState state, Observation seen) {
        CheckResult step =
                MonitorStateMachine.next(state, seen, POLICY, state.schedule().nextCheckAt());
        NewAuditEvent event = DecisionAuditJson.entry(
                step.decision().action(),
                Actor.SYSTEM,
                Optional.of(state.promotionId()),
                DecisionAuditJson.ofCheck(step.decision(), state, step.state(), POLICY, MonitorMode.ACT),
                List.of());
        assertThat(audit.append(event).kind()).isEqualTo(AuditKind.DECISION);
        return step;
    }

    private static PolicyOverrides threshold(double value) {
        return PolicyOverrides.none().with(PolicyKey.ERROR_RATE_THRESHOLD, value);
    }

    private static PolicyOverrides failureCount(int value) {
        return PolicyOverrides.none().with(PolicyKey.FAILURE_COUNT, value);
    }
}

package io.weathervane.rollback;

import static io.weathervane.monitor.DecisionAction.ESCALATE;
import static io.weathervane.monitor.DecisionAction.ROLLBACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.event.EventType;
import io.weathervane.failure.DecisionFailureEvidence;
import io.weathervane.failure.FailureReport;
import io.weathervane.flags.EngageResult;
import io.weathervane.flags.KillSwitchStatus;
import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import io.weathervane.rollback.DecisionExecutor.Decided;
import io.weathervane.store.DeferredRecord;
import io.weathervane.testing.FakeTicker;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchRecord.Baseline;
import io.weathervane.watch.WatchRecord.Pending;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.OngoingDrain;
import io.weathervane.worker.RollbackReadiness;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerSwitchResult;
import io.weathervane.worker.WorkersView;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What is done about a decision, step by step, on workers and flags that are only values. */
class DecisionExecutorTest {
    private static final Instant START = Instant.parse("2026-11-30T03:00:00Z");

    private final List<String> happened = new ArrayList<>();
    private final Set<String> failing = new HashSet<>();
    private final List<NewAuditEvent> entries = new ArrayList<>();
    private final List<EventType> published = new ArrayList<>();
    private String active = "canary";
    private Optional<String> previous = Optional.of("stable");
    private boolean engaged;
    private boolean restores = true;
    private Optional<WatchOutcome> outcome = Optional.empty();

    @Test
    void rollsBackInMemoryBeforeAnythingIsWrittenDown() {
        act(ROLLBACK);

        assertThat(happened)
                .containsExactly("announce", "keep", "preflight", "switch", "probe", "engage", "dispose", "finish");
        assertThat(actions(AuditKind.ROLLBACK_EXECUTED))
                .containsExactly(
                        "stop-monitoring done",
                        "preflight-previous done",
                        "switch-to-active done",
                        "probe-restored done",
                        "engage-kill-switch done",
                        "dispose-replaced done");
        assertThat(payload(AuditKind.ROLLBACK_EXECUTED).path("active").asString())
                .isEqualTo("stable");
        assertThat(outcome).contains(WatchOutcome.ROLLED_BACK);
    }

    @Test
    void engagesFirstWhenItEscalates() {
        act(ESCALATE);

        assertThat(happened)
                .containsExactly("announce", "engage", "keep", "preflight", "switch", "probe", "dispose", "finish");
        assertThat(payload(AuditKind.ESCALATION_TRIGGERED).path("killSwitch").asString())
                .isEqualTo("engaged");
        assertThat(payload(AuditKind.ESCALATION_TRIGGERED).path("restored").asBoolean())
                .isTrue();
    }

    @Test
    void neverSaysThatTheKillSwitchIsOnWhenItIsNot() {
        failing.add("engage");

        act(ESCALATE);

        assertThat(payload(AuditKind.ESCALATION_TRIGGERED).path("killSwitch").asString())
                .isEqualTo("not engaged");
        assertThat(actions(AuditKind.ESCALATION_TRIGGERED)).contains("engage-kill-switch failed");
        assertThat(active).as("the steps after it are taken all the same").isEqualTo("stable");
    }

    @Test
    void believesTheSwitchAndNotTheAnswerToAnEngagement() {
        failing.add("stays-off");

        act(ESCALATE);

        assertThat(payload(AuditKind.ESCALATION_TRIGGERED).path("killSwitch").asString())
                .isEqualTo("not engaged");
    }

    @Test
    void escalatesWithoutASecondTryWhenTheRollbackFails() {
        failing.add("switch");

        act(ROLLBACK);

        assertThat(happened).containsExactly("announce", "keep", "preflight", "switch", "engage", "finish");
        assertThat(active).isEqualTo("canary");
        assertThat(outcome).contains(WatchOutcome.ESCALATED);
        assertThat(published).containsExactly(EventType.ROLLBACK_FAILED, EventType.ESCALATION_TRIGGERED);
        assertThat(kinds()).doesNotContain(AuditKind.ROLLBACK_EXECUTED);
        assertThat(payload(AuditKind.ROLLBACK_FAILED).path("failure").asString())
                .isEqualTo("switch-to-active: switch broke");
        assertThat(actions(AuditKind.ESCALATION_TRIGGERED))
                .containsExactly("engage-kill-switch done", "switch-to-active skipped");
        assertThat(payload(AuditKind.ESCALATION_TRIGGERED).path("restored").asBoolean())
                .isFalse();
    }

    @Test
    void doesNotSwitchToAWorkerThatDoesNotAnswer() {
        failing.add("preflight");

        act(ROLLBACK);

        assertThat(happened).doesNotContain("switch");
        assertThat(payload(AuditKind.ROLLBACK_FAILED).path("failure").asString())
                .isEqualTo("preflight-previous: preflight broke");
        assertThat(engaged).isTrue();
    }

    @Test
    void isRolledBackButNotVerifiedWhenTheRestoredWorkerFailsItsProbe() {
        failing.add("probe");

        act(ROLLBACK);

        assertThat(payload(AuditKind.ROLLBACK_EXECUTED).path("verified").asBoolean())
                .isFalse();
        assertThat(happened).containsSubsequence("probe", "engage", "dispose");
    }

    @Test
    void goesOnWhenAnAnnouncementFails() {
        failing.add("announce");

        act(ROLLBACK);

        assertThat(active).isEqualTo("stable");
        assertThat(outcome).contains(WatchOutcome.ROLLED_BACK);
    }

    @Test
    void doesNotSwitchTwiceWhenItIsFinishedAfterARestart() {
        act(ROLLBACK);
        happened.clear();
        entries.clear();

        act(ROLLBACK);

        assertThat(happened).doesNotContain("preflight", "switch");
        assertThat(active).isEqualTo("stable");
        assertThat(actions(AuditKind.ROLLBACK_EXECUTED))
                .contains("preflight-previous skipped", "switch-to-active done", "engage-kill-switch done");
    }

    @Test
    void restoresNothingWhereThatIsSwitchedOff() {
        restores = false;

        act(ESCALATE);

        assertThat(happened).containsExactly("announce", "engage", "keep", "finish");
        assertThat(actions(AuditKind.ESCALATION_TRIGGERED)).contains("switch-to-active skipped");
    }

    @Test
    void escalatesForAWorkerThatNoWatchIsOver() {
        previous = Optional.empty();

        executor().actOn(new Decided(ESCALATE, Optional.empty(), "canary", payloadOf()), List.of());

        assertThat(happened).containsExactly("engage", "finish");
        assertThat(actions(AuditKind.ESCALATION_TRIGGERED))
                .containsExactly("engage-kill-switch done", "switch-to-active skipped");
    }

    @Test
    void describesTheStepsThatItWouldTakeAndTakesNone() {
        for (DecisionAction action : List.of(ROLLBACK, ESCALATE)) {
            List<String> would = executor().wouldHave(decided(action)).stream()
                    .peek(step -> assertThat(step.outcome()).isEqualTo("would-have"))
                    .map(ActionStepOutcome::step)
                    .toList();
            assertThat(happened).isEmpty();

            act(action);

            assertThat(entries.get(0).payload().path("actions").findValuesAsString("step"))
                    .as(action.wireName())
                    .isEqualTo(would);
            happened.clear();
            entries.clear();
            active = "canary";
            previous = Optional.of("stable");
        }
    }

    @Test
    void describesASkippedStepAsSkipped() {
        restores = false;

        assertThat(executor().wouldHave(decided(ESCALATE)))
                .extracting(step -> step.step() + " " + step.outcome())
                .containsExactly(
                        "stop-monitoring would-have", "engage-kill-switch would-have", "switch-to-active skipped");
        assertThat(executor().wouldHave(decided(DecisionAction.DEGRADE))).isEmpty();
    }

    private void act(DecisionAction action) {
        executor().actOn(decided(action), List.of());
    }

    private static ObjectNode payloadOf() {
        return MonitorJson.object().put("reason", "High error rate").put("failureCount", 9);
    }

    private static Decided decided(DecisionAction action) {
        WatchState state = WatchState.begin("p-1", "canary", BaselineRecord.none(), MonitorPresets.DEFAULT, START);
        WatchRecord watch = new WatchRecord(state, Optional.of("stable"), Baseline.zero(0));
        Pending pending = new Pending(action, payloadOf());
        return Decided.of(watch.pending(pending));
    }

    private DecisionExecutor executor() {
        RollbackActions actions = new RollbackActions(
                workers(),
                new RollbackActions.KillSwitch((reason, actor, id) -> engage(), () -> engaged),
                event -> new DeferredRecord("audit", event.kind().wireName()),
                new FakeTicker());
        return new DecisionExecutor(
                new ActionLock(() -> {}),
                actions,
                () -> restores,
                new Recorded(),
                new DecisionFailureEvidence(() -> FailureReport.EMPTY));
    }

    private void step(String name) {
        happened.add(name);
        if (failing.contains(name)) {
            throw new IllegalStateException(name + " broke");
        }
    }

    private EngageResult engage() {
        step("engage");
        engaged = !failing.contains("stays-off");
        KillSwitchStatus status = new KillSwitchStatus(
                true, Optional.of(START), Optional.of("system"), Optional.empty(), true, Optional.empty());
        return new EngageResult(false, status, 1, Optional.empty());
    }

    /** Workers of which there are only the labels. */
    private WorkerManager workers() {
        return (WorkerManager) Proxy.newProxyInstance(
                WorkerManager.class.getClassLoader(),
                new Class<?>[] {WorkerManager.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "view" -> view();
                    case "service" -> ServiceName.DEFAULT;
                    case "preflightPrevious" -> {
                        step("preflight");
                        yield new RollbackReadiness(true, "it answers");
                    }
                    case "switchToActive" -> switched();
                    case "probeActive" -> {
                        step("probe");
                        yield new HealthProbeResult(HealthProbeResult.Status.HEALTHY, "ok", Duration.ZERO);
                    }
                    case "disposeReplaced" -> {
                        step("dispose");
                        yield new OngoingDrain(
                                Optional.of("canary"), Duration.ZERO, CompletableFuture.completedFuture(true));
                    }
                    default -> throw new AssertionError(method.getName());
                });
    }

    private WorkerSwitchResult switched() {
        step("switch");
        String from = active;
        active = previous.orElseThrow();
        previous = Optional.empty();
        return new WorkerSwitchResult(Optional.of(from), active, START, 1000, true, Optional.empty());
    }

    private WorkersView view() {
        return TestWorkerViews.of(Optional.of(active), previous, START);
    }

    private List<AuditKind> kinds() {
        return entries.stream().map(NewAuditEvent::kind).toList();
    }

    private ObjectNode payload(AuditKind kind) {
        return entries.stream()
                .filter(event -> event.kind() == kind)
                .findFirst()
                .orElseThrow()
                .payload();
    }

    private List<String> actions(AuditKind kind) {
        return payload(kind)
                .path("actions")
                .valueStream()
                .map(step -> step.path("step").asString() + " "
                        + step.path("outcome").asString())
                .toList();
    }

    private final class Recorded implements DecisionExecutor.ActionRecorder {
        @Override
        public void keep(WatchRecord decided, String why) {
            step("keep");
        }

        @Override
        public void announceStop(WatchRecord decided, String why) {
            step("announce");
        }

        @Override
        public void finish(Optional<WatchRecord> decided, WatchOutcome how, List<NewAuditEvent> written) {
            step("finish");
            outcome = Optional.of(how);
            entries.addAll(written);
        }

        @Override
        public void publish(EventType type, Optional<String> promotionId, ObjectNode payload) {
            published.add(type);
        }
    }
}

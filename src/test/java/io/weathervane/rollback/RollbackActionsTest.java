package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.flags.EngageResult;
import io.weathervane.flags.KillSwitchStatus;
import io.weathervane.rollback.RollbackActions.ActionContext;
import io.weathervane.store.DeferredRecord;
import io.weathervane.testing.FakeTicker;
import io.weathervane.worker.AdditionalSwitchRecordSource;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.OngoingDrain;
import io.weathervane.worker.RollbackReadiness;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerSwitchResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each step does and says of itself, with workers and a kill switch that fail as they are told to. */
class RollbackActionsTest {
    private static final Instant START = Instant.parse("2026-11-30T03:00:00Z");
    private static final ActionContext CONTEXT =
            new ActionContext(Actor.SYSTEM, "High error rate", Optional.of("canary"), Optional.of("p-1"));

    private final WorkerManager workers = ofTheDefaultService();
    private final FakeTicker ticker = new FakeTicker();
    private final List<NewAuditEvent> entries = new ArrayList<>();
    private final List<DeferredRecord> written = new ArrayList<>();
    private final List<String> engagements = new ArrayList<>();
    private boolean engaged;
    private EngageResult engageResult = engagement(false, Optional.empty());

    private final RollbackActions actions = new RollbackActions(
            workers,
            new RollbackActions.KillSwitch(this::engage, () -> engaged),
            event -> {
                entries.add(event);
                return new DeferredRecord("audit", event.kind().wireName());
            },
            ticker);

    private final ActionStepRunner steps = actions.begin();

    private static WorkerManager ofTheDefaultService() {
        WorkerManager workers = mock(WorkerManager.class);
        when(workers.service()).thenReturn(ServiceName.DEFAULT);
        return workers;
    }

    @BeforeEach
    void aPreviousWorkerIsReady() {
        active(Optional.of("canary"), Optional.of("stable"));
        when(workers.preflightPrevious()).thenReturn(new RollbackReadiness(true, "it answers"));
        switchGives(new WorkerSwitchResult(Optional.of("canary"), "stable", START, 7_000, true, Optional.empty()));
    }

    private void active(Optional<String> label, Optional<String> previous) {
        when(workers.view()).thenReturn(TestWorkerViews.of(label, previous, START));
    }

    /** Writes what belongs to the switch once it has happened, as the manager does. */
    private void switchGives(WorkerSwitchResult result) {
        doAnswer(call -> {
                    written.addAll(
                            call.<AdditionalSwitchRecordSource>getArgument(0).of(result));
                    return result;
                })
                .when(workers)
                .switchToActive(any());
    }

    private EngageResult engage(String reason, Actor actor, Optional<String> promotionId) {
        engagements.add(reason + " " + actor + " " + promotionId.orElse("none"));
        return engageResult;
    }

    private static EngageResult engagement(boolean already, Optional<String> warning) {
        KillSwitchStatus status = new KillSwitchStatus(
                true, Optional.of(START), Optional.of("system"), Optional.empty(), true, Optional.empty());
        return new EngageResult(already, status, 1, warning);
    }

    private boolean restore() {
        return steps.run(actions.restore(CONTEXT, AdditionalSwitchRecordSource.NONE));
    }

    private List<String> outcomes() {
        return steps.outcomes().stream()
                .map(one -> one.step() + " " + one.outcome() + ": " + one.detail())
                .toList();
    }

    // A switch that does not happen

    @Test
    void neverSwitchesToAWorkerThatIsNotReady() {
        when(workers.preflightPrevious()).thenReturn(new RollbackReadiness(false, "stable does not answer"));

        assertThat(restore()).isFalse();

        verify(workers, never()).switchToActive(any());
        assertThat(outcomes()).containsExactly("preflight-previous failed: stable does not answer");
        assertThat(steps.done(RollbackActions.SWITCH)).isFalse();
    }

    @Test
    void neverSwitchesWhereTheReadinessCannotBeLearned() {
        when(workers.preflightPrevious()).thenThrow(new IllegalStateException("no file handles"));

        assertThat(restore()).isFalse();

        verify(workers, never()).switchToActive(any());
        assertThat(outcomes()).containsExactly("preflight-previous failed: no file handles");
    }

    @Test
    void saysOfASwitchThatThrewThatItFailedAndRecordsNone() {
        doThrow(new WorkerActionRefusedException("stable ended")).when(workers).switchToActive(any());

        assertThat(restore()).isFalse();

        assertThat(outcomes())
                .containsExactly("preflight-previous done: it answers", "switch-to-active failed: stable ended");
        assertThat(steps.done(RollbackActions.SWITCH)).isFalse();
        assertThat(entries).as("no switch, no record of one").isEmpty();
    }

    @Test
    void saysWhatBrokeWhereTheErrorHasNoWords() {
        doThrow(new IllegalStateException()).when(workers).switchToActive(any());

        restore();

        assertThat(steps.failure().orElseThrow().detail()).isEqualTo("java.lang.IllegalStateException");
    }

    // A switch that does

    @Test
    void asksWhetherThePreviousWorkerIsReadyAndThenSwitches() {
        assertThat(restore()).isTrue();

        assertThat(outcomes())
                .containsExactly(
                        "preflight-previous done: it answers", "switch-to-active done: canary to stable in 7 us");
    }

    @Test
    void aSwitchThatCouldNotBeWrittenDownIsDoneAndSaysSo() {
        switchGives(new WorkerSwitchResult(
                Optional.of("canary"), "stable", START, 7_000, false, Optional.of("database is locked")));

        assertThat(restore()).isTrue();

        assertThat(outcomes())
                .last()
                .isEqualTo("switch-to-active done: canary to stable in 7 us; not recorded yet: database is locked");
    }

    @Test
    void recordsASwitchOnBehalfOfItsActorBeforeAllElseThatBelongsToIt() {
        steps.run(actions.restore(
                new ActionContext(new Actor("ann"), "asked for", Optional.of("canary"), Optional.of("p-1")),
                change -> List.of(new DeferredRecord("report", change.to()))));

        assertThat(written).extracting(DeferredRecord::kind).containsExactly("audit", "report");
        assertThat(entries).singleElement().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(AuditKind.WORKER_SWITCHED);
            assertThat(event.actor()).isEqualTo(new Actor("ann"));
            assertThat(event.promotionId()).contains("p-1");
            assertThat(event.payload()).hasToString("""
                {"cause":"rollback","from":"canary","to":"stable","reason":"asked for"}\
                """);
        });
    }

    @Test
    void doesNotSwitchASecondTimeWhenItsStepsRunAgainAfterARestart() {
        active(Optional.of("stable"), Optional.empty());

        assertThat(restore()).isTrue();

        verify(workers, never()).preflightPrevious();
        verify(workers, never()).switchToActive(any());
        assertThat(outcomes())
                .containsExactly(
                        "preflight-previous skipped: the worker canary is not active any more",
                        "switch-to-active done: stable was active already");
    }

    @Test
    void takesAWorkerForReplacedOnlyWhereAnotherIsActiveAndNoneIsLeftToGoBackTo() {
        active(Optional.of("stable"), Optional.of("older"));
        restore();
        active(Optional.of("canary"), Optional.empty());
        restore();
        active(Optional.empty(), Optional.empty());
        restore();

        verify(workers, times(3)).switchToActive(any());
    }

    // The kill switch

    @Test
    void believesTheKillSwitchAndNotTheAnswerToItsEngagement() {
        steps.run(List.of(actions.engage(CONTEXT)));

        assertThat(outcomes()).containsExactly("engage-kill-switch failed: the kill switch is still off");
        assertThat(steps.done(RollbackActions.ENGAGE)).isFalse();
    }

    @Test
    void engagesForTheReasonOfTheActionAndSaysWhatIsNotSafeYet() {
        engaged = true;
        engageResult = engagement(false, Optional.of("in memory only"));

        steps.run(List.of(actions.engage(CONTEXT)));

        assertThat(engagements).containsExactly("High error rate " + Actor.SYSTEM + " p-1");
        assertThat(outcomes())
                .containsExactly("engage-kill-switch done: DISABLE_NEW=1, flags at safe defaults; in memory only");
    }

    @Test
    void aKillSwitchThatWasOnIsDone() {
        engaged = true;
        engageResult = engagement(true, Optional.empty());

        steps.run(List.of(actions.engage(CONTEXT)));

        assertThat(outcomes()).containsExactly("engage-kill-switch done: it was on already");
    }

    // What comes after

    @Test
    void takesTheOtherStepsAllTheSameWhenOneThatIsNotRequiredFails() {
        when(workers.probeActive())
                .thenReturn(new HealthProbeResult(
                        HealthProbeResult.Status.NO_ANSWER, "no answer within 2 s", Duration.ofSeconds(2)));
        when(workers.disposeReplaced()).thenThrow(new IllegalStateException("no thread"));

        boolean all = steps.run(List.of(
                RollbackActions.stopMonitoring(() -> {
                    throw new IllegalStateException("no listener");
                }),
                actions.probeRestored(),
                actions.disposeReplaced(),
                actions.engage(CONTEXT)));

        assertThat(all).as("none of them is required").isTrue();
        assertThat(outcomes())
                .containsExactly(
                        "stop-monitoring failed: no listener",
                        "probe-restored failed: no answer within 2 s",
                        "dispose-replaced failed: no thread",
                        "engage-kill-switch failed: the kill switch is still off");
        assertThat(Stream.of(RollbackActions.PROBE, RollbackActions.DISPOSE, RollbackActions.ENGAGE))
                .noneMatch(steps::done);
    }

    @Test
    void saysThatTheReplacedWorkersEndIsOnlyBegun() {
        when(workers.disposeReplaced())
                .thenReturn(new OngoingDrain(Optional.of("canary"), Duration.ofSeconds(30), new CompletableFuture<>()));

        steps.run(List.of(actions.disposeReplaced()));

        assertThat(outcomes())
                .containsExactly("dispose-replaced done: begun: canary ends its calls and tasks within 30000 ms and is"
                        + " stopped then");
    }

    @Test
    void saysOfAStepHowLongItTook() {
        when(workers.probeActive()).thenAnswer(call -> {
            ticker.advance(Duration.ofMillis(40));
            return new HealthProbeResult(HealthProbeResult.Status.HEALTHY, "ok", Duration.ofMillis(40));
        });

        steps.run(List.of(actions.probeRestored()));

        assertThat(steps.outcomes())
                .containsExactly(new ActionStepOutcome("probe-restored", ActionStepOutcome.Result.DONE, "ok", 40));
    }

    @Test
    void describedStepsTouchNothingAndAreNotDone() {
        List<ActionStepOutcome> described =
                ActionStepRunner.describe(actions.restore(CONTEXT, AdditionalSwitchRecordSource.NONE));

        assertThat(described).extracting(ActionStepOutcome::outcome).containsOnly("would-have");
        verify(workers, never()).preflightPrevious();
        verify(workers, never()).switchToActive(any());
        assertThat(steps.done(RollbackActions.SWITCH)).isFalse();
    }
}

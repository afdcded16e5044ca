package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.WatchOutcome;
import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.upgrade.StepOutcome.Suspended;
import io.weathervane.upgrade.StepOutcome.Unverified;
import io.weathervane.upgrade.StepOutcome.Watched;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class UpgradeStateMachineTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final StepOutcome PASSED = new Passed("passed");

    @ParameterizedTest
    @EnumSource
    void aFailureEndsTheUpgradeAndSaysWhy(UpgradeStepKind step) {
        Upgrade ended =
                UpgradeStateMachine.next(begun(PromotionMode.PROMOTE).at(step, 0, NOW), new Failed("no luck"), NOW);

        assertThat(ended.status())
                .isEqualTo(
                        switch (step) {
                            case PREFLIGHT -> UpgradeState.REFUSED;
                            case WATCH -> UpgradeState.STOPPED;
                            default -> UpgradeState.ABORTED;
                        });
        assertThat(ended.step()).isEqualTo(step);
        assertThat(ended.reason()).contains("no luck");
        assertThat(ended.endedAt()).contains(NOW);
        assertThat(ended.steps())
                .last()
                .satisfies(last -> assertThat(last.passed()).isFalse());
    }

    @ParameterizedTest
    @EnumSource(
            value = UpgradeState.class,
            names = {"RUNNING", "WAITING"},
            mode = EnumSource.Mode.EXCLUDE)
    void whatHasEndedStaysAsItIs(UpgradeState how) {
        Upgrade ended = begun(PromotionMode.PROMOTE).ended(how, "over", NOW);

        assertThat(UpgradeStateMachine.next(ended, PASSED, NOW)).isEqualTo(ended);
        assertThat(UpgradeStateMachine.next(ended, new Failed("late"), NOW)).isEqualTo(ended);
        assertThat(UpgradeStateMachine.afterRestart(ended, false, NOW)).isEqualTo(ended);
    }

    @ParameterizedTest
    @EnumSource
    void aRestartGivesUpWhatWasNotPromotedAndTakesUpAWatch(UpgradeStepKind step) {
        Upgrade running = begun(PromotionMode.PROMOTE).at(step, 0, NOW);

        Upgrade after = UpgradeStateMachine.afterRestart(running, false, NOW);

        if (step == UpgradeStepKind.WATCH) {
            assertThat(after.status()).isEqualTo(UpgradeState.RUNNING);
            assertThat(after.step()).isEqualTo(UpgradeStepKind.WATCH);
            assertThat(after.steps().get(0).detail()).contains("ended during the step watch", "taken up again");
            assertThat(UpgradeStateMachine.afterRestart(after, false, NOW))
                    .as("said once, however often")
                    .isEqualTo(after);
        } else {
            assertThat(after.status()).isEqualTo(UpgradeState.ABORTED);
            assertThat(after.reason().orElseThrow())
                    .contains("during the step " + step.wireName(), "nothing was promoted");
        }
    }

    @Test
    void aProgramThatARestartKilledIsNamed() {
        Upgrade building = begun(PromotionMode.PROMOTE).at(UpgradeStepKind.BUILD, 0, NOW);

        assertThat(UpgradeStateMachine.afterRestart(building, true, NOW)
                        .reason()
                        .orElseThrow())
                .contains("still had running was killed");
        assertThat(UpgradeStateMachine.afterRestart(building, false, NOW)
                        .reason()
                        .orElseThrow())
                .doesNotContain("killed");
    }

    @Test
    void aServerThatEndsInAStepThatCanBeTakenUpChangesNothing() {
        Upgrade watching = begun(PromotionMode.PROMOTE).at(UpgradeStepKind.WATCH, 0, NOW);

        assertThat(UpgradeStateMachine.next(watching, new Suspended("closing"), NOW))
                .isEqualTo(watching);
    }

    @Test
    void allStepsComeInTheirOrderWhenAllAreWanted() {
        assertThat(walked(begun(PromotionMode.PROMOTE)))
                .containsExactly(
                        "preflight",
                        "build",
                        "test",
                        "canary",
                        "shadow",
                        "restart",
                        "weight 5",
                        "weight 25",
                        "promote",
                        "watch");
    }

    @Test
    void buildTestAndSharesAreLeftOutWhereNobodyAskedForThem() {
        Upgrade plain = Upgrade.begin(
                "u", request(PromotionMode.PROMOTE, false, List.of()), "ann", Optional.of("v1"), "v2", NOW);

        assertThat(walked(plain)).containsExactly("preflight", "canary", "shadow", "restart", "promote", "watch");
    }

    @Test
    void nothingComparedIsNoReasonToPromote() {
        Upgrade shadowed = begun(PromotionMode.PROMOTE).at(UpgradeStepKind.SHADOW, 0, NOW);

        Upgrade ended = UpgradeStateMachine.next(shadowed, new Unverified("no call was compared"), NOW);

        assertThat(ended.status()).isEqualTo(UpgradeState.ABORTED);
        assertThat(ended.reason()).contains("nothing speaks for a promotion: no call was compared");
        assertThat(ended.advice()).anyMatch(line -> line.contains("--allow-unverified"));
        assertThat(ended.steps()).last().extracting(StepRecord::passed).isEqualTo(false);
    }

    @Test
    void whoAllowsItHasItPromotedWithNothingCompared() {
        Upgrade shadowed = begun(PromotionMode.PROMOTE).allowedUnverified().at(UpgradeStepKind.SHADOW, 0, NOW);

        Upgrade next = UpgradeStateMachine.next(shadowed, new Unverified("no call was compared"), NOW);

        assertThat(next.step()).isEqualTo(UpgradeStepKind.RESTART);
    }

    @Test
    void whoIsAskedIsToldThatNothingWasCompared() {
        Upgrade shadowed = begun(PromotionMode.WAIT).at(UpgradeStepKind.SHADOW, 0, NOW);

        Upgrade next = UpgradeStateMachine.next(shadowed, new Unverified("no call was compared"), NOW);

        assertThat(next.status()).isEqualTo(UpgradeState.WAITING);
        assertThat(next.needsAllowUnverified()).isTrue();
        assertThat(UpgradeText.words(next, "")).anyMatch(line -> line.contains("allow_unverified true"));
    }

    @Test
    void withoutAPromotionItEndsWellAfterTheShadow() {
        Upgrade shadowed = begun(PromotionMode.STOP).at(UpgradeStepKind.SHADOW, 0, NOW);

        Upgrade ended = UpgradeStateMachine.next(shadowed, PASSED, NOW);

        assertThat(ended.status()).isEqualTo(UpgradeState.SHADOW_PASSED);
        assertThat(ended.isPromoted()).isFalse();
    }

    @Test
    void withoutAWordItWaitsAfterTheShadow() {
        Upgrade waiting =
                UpgradeStateMachine.next(begun(PromotionMode.WAIT).at(UpgradeStepKind.SHADOW, 0, NOW), PASSED, NOW);

        assertThat(waiting.status()).isEqualTo(UpgradeState.WAITING);
        assertThat(waiting.step()).isEqualTo(UpgradeStepKind.APPROVAL);
        assertThat(UpgradeStateMachine.next(waiting, PASSED, NOW).step()).isEqualTo(UpgradeStepKind.RESTART);
    }

    @ParameterizedTest
    @EnumSource(
            value = UpgradeState.class,
            names = {"FINISHED", "ROLLED_BACK", "ESCALATED", "STOPPED"})
    void theWatchSaysHowItEnded(UpgradeState how) {
        Upgrade watching = begun(PromotionMode.PROMOTE).at(UpgradeStepKind.WATCH, 0, NOW);

        Upgrade ended =
                UpgradeStateMachine.next(watching, new Watched(how, Optional.of(WatchOutcome.DEGRADED), "seen"), NOW);

        assertThat(ended.status()).isEqualTo(how);
        assertThat(ended.outcome()).contains(WatchOutcome.DEGRADED);
        assertThat(UpgradeCodec.read(UpgradeCodec.of(ended)).outcome()).contains(WatchOutcome.DEGRADED);
        assertThat(ended.steps())
                .last()
                .satisfies(last -> assertThat(last.passed()).isEqualTo(how == UpgradeState.FINISHED));
    }

    /** The steps of an upgrade in which everything passes. */
    private static List<String> walked(Upgrade begun) {
        List<String> steps = new ArrayList<>();
        Upgrade now = begun;
        while (!now.status().ended()) {
            steps.add(now.step().wireName()
                    + now.weight().map(share -> " " + share).orElse(""));
            now = UpgradeStateMachine.next(now, PASSED, NOW);
        }
        assertThat(now.status()).isEqualTo(UpgradeState.FINISHED);
        return steps;
    }

    private static Upgrade begun(PromotionMode promotionMode) {
        return Upgrade.begin("u", request(promotionMode, true, List.of(5, 25)), "ann", Optional.of("v1"), "v2", NOW);
    }

    static UpgradeRequest request(PromotionMode promotionMode, boolean scripts, List<Integer> weights) {
        Optional<String> script = scripts ? Optional.of("true") : Optional.empty();
        return new UpgradeRequest(
                Optional.of("u"),
                "v2",
                promotionMode,
                new UpgradeRequest.Staging(script, script, false, false),
                new UpgradeRequest.Ramp(weights, UpgradeRequest.STEP_TIME),
                UpgradeRequest.Comparison.STRICT);
    }
}

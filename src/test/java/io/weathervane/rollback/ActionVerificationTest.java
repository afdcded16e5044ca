package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditEntry;
import io.weathervane.audit.AuditKind;
import io.weathervane.monitor.Counts;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.MonitorState;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.Outcome;
import io.weathervane.monitor.ProbeOutcome;
import io.weathervane.monitor.ReleaseRecord;
import io.weathervane.monitor.Usage;
import io.weathervane.rollback.PromotionWatch.Baseline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActionVerificationTest {
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;
    private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

    private final List<AuditEntry> pages = new ArrayList<>();

    @Test
    void isDueOnceAnActionBroughtAnotherWorkerBack() {
        assertThat(ActionVerification.isDue(ended(Outcome.ROLLED_BACK), "stable"))
                .isTrue();
        assertThat(ActionVerification.isDue(ended(Outcome.ESCALATED), "stable")).isTrue();
        assertThat(ActionVerification.isDue(ended(Outcome.ESCALATED), "canary"))
                .as("nothing was brought back")
                .isFalse();
        assertThat(ActionVerification.isDue(ended(Outcome.ROLLED_BACK), "none")).isFalse();
        assertThat(ActionVerification.isDue(ended(Outcome.HEALTHY), "stable")).isFalse();
        assertThat(ActionVerification.isDue(rolledBack(), "stable"))
                .as("it is on")
                .isFalse();
    }

    @Test
    void pagesOnceWhenTheWorkerThatWasBroughtBackFailsToo() {
        PromotionWatch watch = see(rolledBack(), calls(40, 25), 6);

        assertThat(ActionVerification.problem(watch))
                .contains("the rollback did not help: the previous release stable fails 62.5% of its last 240 calls");
        assertThat(pages).singleElement().satisfies(page -> {
            assertThat(page.kind()).isEqualTo(AuditKind.ROLLBACK_INEFFECTIVE);
            assertThat(page.payload().path("reason").asString()).startsWith("the rollback did not help");
        });
    }

    @Test
    void saysNothingOfAWorkerThatIsWell() {
        PromotionWatch watch = see(rolledBack(), calls(40, 1), 20);

        assertThat(ActionVerification.problem(watch)).isEmpty();
        assertThat(watch.lookingBack()).isFalse();
        assertThat(pages).isEmpty();
    }

    @Test
    void theProblemIsOverWhenTheWorkerIsWellAgain() {
        PromotionWatch watch = see(see(rolledBack(), calls(40, 25), 6), calls(40, 0), 30);

        assertThat(ActionVerification.problem(watch)).isEmpty();
    }

    @Test
    void looksOnForAsLongAsItFails() {
        PromotionWatch watch = see(rolledBack(), calls(40, 25), 100);

        assertThat(watch.lookingBack()).isTrue();
    }

    @Test
    void isKeptInTheDatabase() {
        PromotionWatch watch = see(rolledBack(), calls(40, 25), 6);

        PromotionWatch read = MonitorJson.readWatch(MonitorJson.watch(watch));

        assertThat(read.after()).isEqualTo(watch.after());
        assertThat(ActionVerification.problem(read)).isEqualTo(ActionVerification.problem(watch));
    }

    private PromotionWatch see(PromotionWatch begun, Observation seen, int checks) {
        PromotionWatch watch = begun;
        for (int i = 0; i < checks && watch.lookingBack(); i++) {
            PromotionWatch next = ActionVerification.next(
                    watch, seen, POLICY, watch.after().orElseThrow().schedule().nextCheckAt());
            pages.addAll(ActionVerification.news(watch, next));
            watch = next;
        }
        return watch;
    }

    private static PromotionWatch rolledBack() {
        return ActionVerification.begin(ended(Outcome.ROLLED_BACK), "stable", POLICY, START);
    }

    private static PromotionWatch ended(Outcome outcome) {
        MonitorState state = MonitorState.begin("p-1", "canary", ReleaseRecord.none(), POLICY, START);
        return new PromotionWatch(state.ended(outcome), Optional.of("stable"), Baseline.zero(0));
    }

    private static Observation calls(long requests, long errors) {
        return new Observation(
                new Observation.ProbeResult(ProbeOutcome.PASSED, "ok"),
                Observation.Calls.of(new Counts(requests, errors), 0),
                Optional.empty(),
                Usage.unknown());
    }
}

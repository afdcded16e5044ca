package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditEntry;
import io.weathervane.audit.AuditKind;
import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.MonitorState;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.ProbeOutcome;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.rollback.PromotionWatch.Baseline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActionVerifierTest {
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;
    private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

    private final List<AuditEntry> pages = new ArrayList<>();

    @Test
    void isDueOnceAnActionBroughtAnotherWorkerBack() {
        assertThat(ActionVerifier.isDue(ended(WatchOutcome.ROLLED_BACK), "stable"))
                .isTrue();
        assertThat(ActionVerifier.isDue(ended(WatchOutcome.ESCALATED), "stable"))
                .isTrue();
        assertThat(ActionVerifier.isDue(ended(WatchOutcome.ESCALATED), "canary"))
                .as("nothing was brought back")
                .isFalse();
        assertThat(ActionVerifier.isDue(ended(WatchOutcome.ROLLED_BACK), "none"))
                .isFalse();
        assertThat(ActionVerifier.isDue(ended(WatchOutcome.HEALTHY), "stable")).isFalse();
        assertThat(ActionVerifier.isDue(rolledBack(), "stable")).as("it is on").isFalse();
    }

    @Test
    void pagesOnceWhenTheWorkerThatWasBroughtBackFailsToo() {
        PromotionWatch watch = see(rolledBack(), calls(40, 25), 6);

        assertThat(ActionVerifier.problem(watch))
                .contains("the rollback did not help: the previous release stable fails 62.5% of its last 240 calls");
        assertThat(pages).singleElement().satisfies(page -> {
            assertThat(page.kind()).isEqualTo(AuditKind.ROLLBACK_INEFFECTIVE);
            assertThat(page.payload().path("reason").asString()).startsWith("the rollback did not help");
        });
    }

    @Test
    void saysNothingOfAWorkerThatIsWell() {
        PromotionWatch watch = see(rolledBack(), calls(40, 1), 20);

        assertThat(ActionVerifier.problem(watch)).isEmpty();
        assertThat(watch.lookingBack()).isFalse();
        assertThat(pages).isEmpty();
    }

    @Test
    void theProblemIsOverWhenTheWorkerIsWellAgain() {
        PromotionWatch watch = see(see(rolledBack(), calls(40, 25), 6), calls(40, 0), 30);

        assertThat(ActionVerifier.problem(watch)).isEmpty();
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
        assertThat(ActionVerifier.problem(read)).isEqualTo(ActionVerifier.problem(watch));
    }

    private PromotionWatch see(PromotionWatch begun, Observation seen, int checks) {
        PromotionWatch watch = begun;
        for (int i = 0; i < checks && watch.lookingBack(); i++) {
            PromotionWatch next = ActionVerifier.next(
                    watch, seen, POLICY, watch.after().orElseThrow().schedule().nextCheckAt());
            pages.addAll(ActionVerifier.news(watch, next));
            watch = next;
        }
        return watch;
    }

    private static PromotionWatch rolledBack() {
        return ActionVerifier.begin(ended(WatchOutcome.ROLLED_BACK), "stable", POLICY, START);
    }

    private static PromotionWatch ended(WatchOutcome outcome) {
        MonitorState state = MonitorState.begin("p-1", "canary", BaselineRecord.none(), POLICY, START);
        return new PromotionWatch(state.ended(outcome), Optional.of("stable"), Baseline.zero(0));
    }

    private static Observation calls(long requests, long errors) {
        return new Observation(
                new Observation.ProbeResult(ProbeOutcome.PASSED, "ok"),
                Observation.Calls.of(new CallCounts(requests, errors), 0),
                Optional.empty(),
                ResourceUsage.unknown());
    }
}

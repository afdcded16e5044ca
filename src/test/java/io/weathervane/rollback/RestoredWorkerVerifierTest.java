package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchRecord.Baseline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RestoredWorkerVerifierTest {
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;
    private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

    private final List<NewAuditEvent> pages = new ArrayList<>();

    @Test
    void isDueOnceAnActionBroughtAnotherWorkerBack() {
        assertThat(RestoredWorkerVerifier.isDue(ended(WatchOutcome.ROLLED_BACK), "stable"))
                .isTrue();
        assertThat(RestoredWorkerVerifier.isDue(ended(WatchOutcome.ESCALATED), "stable"))
                .isTrue();
        assertThat(RestoredWorkerVerifier.isDue(ended(WatchOutcome.ESCALATED), "canary"))
                .as("nothing was brought back: the bad release is still there")
                .isTrue();
        assertThat(RestoredWorkerVerifier.isDue(ended(WatchOutcome.ROLLED_BACK), "canary"))
                .isFalse();
        assertThat(RestoredWorkerVerifier.isDue(ended(WatchOutcome.ROLLED_BACK), "none"))
                .isFalse();
        assertThat(RestoredWorkerVerifier.isDue(ended(WatchOutcome.HEALTHY), "stable"))
                .isFalse();
        assertThat(RestoredWorkerVerifier.isDue(rolledBack(), "stable"))
                .as("it is on")
                .isFalse();
    }

    @Test
    void pagesOnceWhenTheWorkerThatWasBroughtBackFailsToo() {
        WatchRecord watch = see(rolledBack(), calls(40, 25), 6);

        assertThat(RestoredWorkerVerifier.problem(watch))
                .contains("the rollback did not help: the previous release stable fails 62.5% of its last 240 calls");
        assertThat(pages).singleElement().satisfies(page -> {
            assertThat(page.kind()).isEqualTo(AuditKind.ROLLBACK_INEFFECTIVE);
            assertThat(page.payload().path("reason").asString()).startsWith("the rollback did not help");
        });
    }

    @Test
    void saysNothingOfAWorkerThatIsWell() {
        WatchRecord watch = see(rolledBack(), calls(40, 1), 20);

        assertThat(RestoredWorkerVerifier.problem(watch)).isEmpty();
        assertThat(watch.lookingBack()).isFalse();
        assertThat(pages).isEmpty();
    }

    @Test
    void theProblemIsOverWhenTheWorkerIsWellAgain() {
        WatchRecord watch = see(see(rolledBack(), calls(40, 25), 6), calls(40, 0), 30);

        assertThat(RestoredWorkerVerifier.problem(watch)).isEmpty();
    }

    @Test
    void looksOnForAsLongAsItFails() {
        WatchRecord watch = see(rolledBack(), calls(40, 25), 100);

        assertThat(watch.lookingBack()).isTrue();
    }

    @Test
    void isKeptInTheDatabase() {
        WatchRecord watch = see(rolledBack(), calls(40, 25), 6);

        WatchRecord read = MonitorJson.readWatch(MonitorJson.watch(watch));

        assertThat(read.after()).isEqualTo(watch.after());
        assertThat(RestoredWorkerVerifier.problem(read)).isEqualTo(RestoredWorkerVerifier.problem(watch));
    }

    private WatchRecord see(WatchRecord begun, Observation seen, int checks) {
        WatchRecord watch = begun;
        for (int i = 0; i < checks && watch.lookingBack(); i++) {
            WatchRecord next = RestoredWorkerVerifier.next(
                    watch, seen, POLICY, watch.after().orElseThrow().schedule().nextCheckAt());
            pages.addAll(RestoredWorkerVerifier.newPages(watch, next));
            watch = next;
        }
        return watch;
    }

    private static WatchRecord rolledBack() {
        return RestoredWorkerVerifier.begin(ended(WatchOutcome.ROLLED_BACK), "stable", POLICY, START);
    }

    private static WatchRecord ended(WatchOutcome outcome) {
        WatchState state = WatchState.begin("p-1", "canary", BaselineRecord.none(), POLICY, START);
        return new WatchRecord(state.ended(outcome), Optional.of("stable"), Baseline.zero(0));
    }

    private static Observation calls(long requests, long errors) {
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                Observation.Calls.of(new CallCounts(requests, errors), 0),
                Optional.empty(),
                ResourceUsage.unknown());
    }
}

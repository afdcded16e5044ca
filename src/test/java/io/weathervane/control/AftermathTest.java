package io.weathervane.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditEntry;
import io.weathervane.audit.AuditKind;
import io.weathervane.control.Watch.Baseline;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.MonitorState;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.Outcome;
import io.weathervane.monitor.ProbeOutcome;
import io.weathervane.monitor.ReleaseRecord;
import io.weathervane.monitor.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AftermathTest {
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;
    private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

    private final List<AuditEntry> pages = new ArrayList<>();

    @Test
    void isDueOnceAnActionBroughtAnotherWorkerBack() {
        assertThat(Aftermath.isDue(ended(Outcome.ROLLED_BACK), "stable")).isTrue();
        assertThat(Aftermath.isDue(ended(Outcome.ESCALATED), "stable")).isTrue();
        assertThat(Aftermath.isDue(ended(Outcome.ESCALATED), "canary"))
                .as("nothing was brought back")
                .isFalse();
        assertThat(Aftermath.isDue(ended(Outcome.ROLLED_BACK), "none")).isFalse();
        assertThat(Aftermath.isDue(ended(Outcome.HEALTHY), "stable")).isFalse();
        assertThat(Aftermath.isDue(rolledBack(), "stable")).as("it is on").isFalse();
    }

    @Test
    void pagesOnceWhenTheWorkerThatWasBroughtBackFailsToo() {
        Watch watch = see(rolledBack(), calls(40, 25), 6);

        assertThat(Aftermath.problem(watch))
                .contains("the rollback did not help: the previous release stable fails 62.5% of its last 240 calls");
        assertThat(pages).singleElement().satisfies(page -> {
            assertThat(page.kind()).isEqualTo(AuditKind.ROLLBACK_INEFFECTIVE);
            assertThat(page.payload().path("reason").asString()).startsWith("the rollback did not help");
        });
    }

    @Test
    void saysNothingOfAWorkerThatIsWell() {
        Watch watch = see(rolledBack(), calls(40, 1), 20);

        assertThat(Aftermath.problem(watch)).isEmpty();
        assertThat(watch.lookingBack()).isFalse();
        assertThat(pages).isEmpty();
    }

    @Test
    void theProblemIsOverWhenTheWorkerIsWellAgain() {
        Watch watch = see(see(rolledBack(), calls(40, 25), 6), calls(40, 0), 30);

        assertThat(Aftermath.problem(watch)).isEmpty();
    }

    @Test
    void looksOnForAsLongAsItFails() {
        Watch watch = see(rolledBack(), calls(40, 25), 100);

        assertThat(watch.lookingBack()).isTrue();
    }

    @Test
    void isKeptInTheDatabase() {
        Watch watch = see(rolledBack(), calls(40, 25), 6);

        Watch read = MonitorJson.readWatch(MonitorJson.watch(watch));

        assertThat(read.after()).isEqualTo(watch.after());
        assertThat(Aftermath.problem(read)).isEqualTo(Aftermath.problem(watch));
    }

    private Watch see(Watch begun, Observation seen, int checks) {
        Watch watch = begun;
        for (int i = 0; i < checks && watch.lookingBack(); i++) {
            Watch next = Aftermath.next(
                    watch, seen, POLICY, watch.after().orElseThrow().nextCheckAt());
            pages.addAll(Aftermath.news(watch, next));
            watch = next;
        }
        return watch;
    }

    private static Watch rolledBack() {
        return Aftermath.begin(ended(Outcome.ROLLED_BACK), "stable", POLICY, START);
    }

    private static Watch ended(Outcome outcome) {
        MonitorState state = MonitorState.begin("p-1", "canary", ReleaseRecord.none(), POLICY, START);
        return new Watch(state.ended(outcome), Optional.of("stable"), Baseline.zero(0));
    }

    private static Observation calls(long requests, long errors) {
        return new Observation(ProbeOutcome.PASSED, "ok", requests, errors, 0, Optional.empty(), Usage.unknown());
    }
}

package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditKind;
import io.weathervane.policy.MonitorMode;
import io.weathervane.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is audited, and so alerted, of watches whose ends leave it to people what to make of the release. */
class WatchEndTest {
    private static final Duration GRACE = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    @Test
    void aWatchWithoutCallsSaysWhatItCouldNotKnow() {
        try (TestMonitor on =
                TestMonitor.in(folder).release("canary").gracePeriod(GRACE).start()) {
            on.promote("canary");

            JsonNode end = end(on);

            assertThat(end.path("outcome").asString("")).isEqualTo("inconclusive");
            assertThat(end.path("reason").asString(""))
                    .startsWith(
                            "too little traffic: 0 calls ended in the watch (0 of callers, 0 probes; 0 failed), and 20"
                                    + " are needed to say whether it fails more or is slower; the last check:"
                                    + " inconclusive: ");
        }
    }

    @Test
    void aWatchThatOnlyObservesDoesNotEndWithTheLastChecksGoodWords() {
        try (TestMonitor on = TestMonitor.in(folder)
                .release("canary", "--fail-rate", "0.6")
                .mode(MonitorMode.OBSERVE)
                .gracePeriod(Duration.ofSeconds(2))
                .start()) {
            on.promote("canary");
            on.callUntil("the end", () -> on.hasAudited(AuditKind.MONITORING_STOPPED));

            JsonNode end = end(on);

            assertThat(end.path("outcome").asString("")).isEqualTo("degraded");
            assertThat(end.path("reason").asString(""))
                    .contains(" was due earlier in this watch and was not carried out; the last check: ");
        }
    }

    private static JsonNode end(TestMonitor on) {
        Await.until("the end", () -> on.hasAudited(AuditKind.MONITORING_STOPPED));
        return on.audited(AuditKind.MONITORING_STOPPED).get(0).payload();
    }
}

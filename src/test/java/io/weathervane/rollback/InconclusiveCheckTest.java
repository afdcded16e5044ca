package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.testing.Await;
import io.weathervane.watch.MonitorJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A check that saw nothing keeps the runbook's word, and wherever that is shown it is said that the check saw too little. */
class InconclusiveCheckTest {
    @TempDir
    Path folder;

    @Test
    void isNeverShownAsHealthyAlone() {
        try (TestMonitor on = TestMonitor.in(folder).release("canary").start()) {
            on.promote("canary");
            Await.until("a check", () -> on.published(EventType.HEALTH_CHECK));

            assertThat(on.monitor
                            .status()
                            .lastDecision()
                            .orElseThrow()
                            .decision()
                            .word())
                    .isEqualTo("inconclusive");
            assertThat(on.saidOf(EventType.HEALTH_CHECK).get(0).details())
                    .containsEntry("decision", "healthy")
                    .containsEntry("conclusive", false);
            JsonNode audited = on.audited(AuditKind.DECISION).get(0).payload();
            assertThat(audited.path("conclusive").asBoolean(true)).isFalse();
            assertThat(audited.at("/evidence/conclusive").asBoolean(true))
                    .as("as rollback_audit.jsonl shows it")
                    .isFalse();
            Await.until(
                    "the metrics of the watch",
                    () -> metrics(on).at("/validation/status").asString("").equals("healthy"));
            assertThat(metrics(on).at("/validation/conclusive").asBoolean(true)).isFalse();
        }
    }

    private static JsonNode metrics(TestMonitor on) {
        try {
            return MonitorJson.MAPPER.readTree(
                    Files.readString(on.workspace.analytics().resolve(OrchestrationMetricsFile.NAME)));
        } catch (IOException e) {
            return MonitorJson.MAPPER.missingNode();
        }
    }
}

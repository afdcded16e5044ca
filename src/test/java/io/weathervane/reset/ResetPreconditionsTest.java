package io.weathervane.reset;

import static io.weathervane.rollback.TestMonitor.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.flags.KillSwitchResetResult;
import io.weathervane.policy.SourcedThreshold;
import io.weathervane.rollback.ActionRefusedException;
import io.weathervane.rollback.TestMonitor;
import io.weathervane.testing.Await;
import io.weathervane.util.Workspace;
import io.weathervane.watch.MonitorJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ResetPreconditionsTest {
    private static final Optional<String> FIX = Optional.of("commit 0123abc");

    @TempDir
    Path folder;

    @Test
    void holdsAResetBackUntilAllIsQuietUnlessForced() {
        try (TestMonitor testMonitor =
                TestMonitor.in(folder).release("canary", "--fail-rate", "0.6").start()) {
            testMonitor.promote("canary");
            testMonitor.callUntil("the rollback", () -> testMonitor.published(EventType.ROLLBACK_EXECUTED));
            Await.until(
                    "errors are seen", () -> !named(testMonitor, "no errors").ok());

            assertThat(testMonitor.monitor.preconditions(Optional.empty()))
                    .extracting(ResetPreconditionResult::name)
                    .containsExactly("no failed check", "no errors", "monitor not in trouble", "fix reference");
            assertThat(named(testMonitor, "no failed check").ok()).isFalse();
            // Three, or two where a busy machine checks so late that the calls of two are enough.
            assertThat(named(testMonitor, "no failed check").value()).matches("[23], the last at 20.*");
            assertThat(testMonitor
                            .monitor
                            .preconditions(Optional.of("  "))
                            .get(3)
                            .ok())
                    .isFalse();
            assertThatThrownBy(() -> testMonitor.monitor.resetKillSwitch(
                            "fixed", ALICE, FIX, false, TestMonitor.agreedBy("dana")))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageMatching(
                            "the kill switch stays on: no failed check \\(is [23].*none in the last 15 minutes: it is"
                                    + " met at 20[^ ]+Z if none follows.*");
            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();

            KillSwitchResetResult reset = testMonitor.monitor.resetKillSwitch(
                    "fixed", ALICE, FIX, /* force= */ true, TestMonitor.agreedBy("dana"));

            assertThat(reset.reset()).isTrue();
            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isFalse();
            AuditEvent audited =
                    testMonitor.audited(AuditKind.KILL_SWITCH_RESET).get(0);
            assertThat(audited.payload().path("forced").asBoolean(false)).isTrue();
        }
    }

    @Test
    void letsAResetThroughWhenAllIsQuiet() {
        try (TestMonitor testMonitor = TestMonitor.in(folder).start()) {
            testMonitor.flags.engage("a drill", ALICE, Optional.empty());

            assertThatThrownBy(() -> testMonitor.monitor.resetKillSwitch(
                            "done", ALICE, Optional.empty(), false, TestMonitor.agreedBy("dana")))
                    .hasMessageContaining("fix reference (is none")
                    .hasMessageContaining("give it as fix_reference");
            assertThat(testMonitor
                            .monitor
                            .resetKillSwitch("done", ALICE, FIX, false, TestMonitor.agreedBy("dana"))
                            .reset())
                    .isTrue();

            assertThat(testMonitor
                            .audited(AuditKind.KILL_SWITCH_RESET)
                            .get(0)
                            .payload()
                            .path("forced")
                            .asBoolean(false))
                    .isFalse();
        }
    }

    @Test
    void writesTheMetricsFileAndFollowsASettingsRowAtTheNextCheck() throws IOException {
        try (TestMonitor testMonitor = TestMonitor.in(folder).release("canary").start()) {
            Await.until(
                    "the file of a server at rest",
                    () -> metrics()
                            .path("validation")
                            .path("status")
                            .asString("")
                            .equals("idle"));
            assertThat(metrics().path("validation").path("errorRate").isNull()).isTrue();
            testMonitor.promote("canary");
            testMonitor.sql("INSERT OR REPLACE INTO settings (key, value) VALUES ('ROLLBACK_ERROR_THRESHOLD', '0.15')");
            testMonitor.callUntil(
                    "a check with the new threshold",
                    () -> testMonitor.audited(AuditKind.DECISION).stream()
                            .anyMatch(event -> event.payload()
                                            .path("evidence")
                                            .path("threshold")
                                            .path("errorRate")
                                            .asDouble(0)
                                    == 0.15));

            assertThat(testMonitor.monitor.status().settings().sources().get("errorRateThreshold"))
                    .isEqualTo(new SourcedThreshold("0.15", "settings row"));
            Await.until(
                    "the file of a watch",
                    () -> metrics().path("validation").path("requests").asLong(0) > 0);
            JsonNode metrics = metrics();
            assertThat(metrics.path("validation").path("status").asString()).isEqualTo("healthy");
            assertThat(metrics.path("validation").path("errorRate").asDouble(1)).isZero();
            List<String> memory = metrics.path("checks").findValuesAsString("memoryUsageMb");
            assertThat(memory).isNotEmpty();
            assertThat(metrics.path("monitor").path("state").asString()).isEqualTo("watching");
        }
    }

    private static ResetPreconditionResult named(TestMonitor testMonitor, String name) {
        return testMonitor.monitor.preconditions(FIX).stream()
                .filter(precondition -> precondition.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode metrics() {
        Path file = Workspace.in(folder).analytics().resolve("orchestration_metrics.json");
        try {
            return MonitorJson.MAPPER.readTree(Files.exists(file) ? Files.readString(file) : "{}");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

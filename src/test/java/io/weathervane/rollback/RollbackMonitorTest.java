package io.weathervane.rollback;

import static io.weathervane.rollback.TestMonitor.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.policy.MonitorMode;
import io.weathervane.testing.Await;
import io.weathervane.testing.LogCapture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RollbackMonitorTest {
    @TempDir
    Path folder;

    @Test
    void rollsBackAWorkerThatAnswersItsProbeButFailsItsCalls() {
        try (LogCapture logged = new LogCapture();
                TestMonitor testMonitor = TestMonitor.in(folder)
                        .release("canary", "--fail-rate", "0.5")
                        .start()) {
            PromotionResult promoted = testMonitor.promote("canary");
            assertThat(testMonitor.active()).isEqualTo("canary");

            testMonitor.callUntil("the rollback", () -> testMonitor.published(EventType.ROLLBACK_EXECUTED));

            assertThat(testMonitor.active()).isEqualTo("stable");
            assertThat(testMonitor.call()).isTrue();
            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(testMonitor.workers.view().previousLabel()).isEmpty();
            assertThat(testMonitor.monitor.status().outcome()).contains(WatchOutcome.ROLLED_BACK);
            AuditEvent decision = testMonitor.audited(AuditKind.DECISION).get(0);
            assertThat(decision.decision()).contains("rollback");
            assertThat(decision.promotionId()).isEqualTo(promoted.promotionId());
            JsonNode payload = decision.payload();
            // Three failed checks, or as many failed calls as say the same: a check of a busy machine may see few
            // calls.
            int failures = payload.path("failureCount").asInt();
            assertThat(failures).isGreaterThanOrEqualTo(3);
            assertThat(payload.path("reason").asString())
                    .matches("High error rate \\(\\d+\\.\\d%\\) with " + failures + " failures.*");
            assertThat(payload.path("errorRate").asDouble()).isGreaterThan(0.2);
            assertThat(payload.path("actions").findValuesAsString("outcome")).containsOnly("done");
            assertThat(payload.path("actions").findValuesAsString("step"))
                    .containsExactly(
                            "stop-monitoring",
                            "preflight-previous",
                            "switch-to-active",
                            "probe-restored",
                            "engage-kill-switch",
                            "dispose-replaced");
            assertThat(testMonitor.audited(AuditKind.ROLLBACK_EXECUTED)).hasSize(1);
            assertThat(Stream.of(
                                    AuditKind.MONITORING_STOPPED,
                                    AuditKind.WORKER_SWITCHED,
                                    AuditKind.KILL_SWITCH_ACTIVATED,
                                    AuditKind.DECISION,
                                    AuditKind.ROLLBACK_EXECUTED)
                            .map(kind -> testMonitor.audited(kind).get(0).seq()))
                    .isSorted();
            assertThat(testMonitor
                            .audited(AuditKind.ROLLBACK_EXECUTED)
                            .get(0)
                            .payload()
                            .path("verified")
                            .asBoolean())
                    .isTrue();
            assertThat(testMonitor.published(EventType.ESCALATION_TRIGGERED)).isFalse();
            assertThat(logged.messages())
                    .anyMatch(line -> line.startsWith("CRITICAL: Executing automatic rollback\n  reason: \""
                            + headline(payload) + "\"\n  errorRate: "
                            + payload.path("errorRate").asString() + "\n  failureCount: " + failures))
                    .anyMatch(line -> line.startsWith("Starting post-promotion health monitoring promotion="
                            + promoted.promotionId().orElseThrow()))
                    .anyMatch(line -> line.startsWith("health check failed worker=canary"))
                    .anyMatch(line -> line.contains("monitoring stopped promotion="
                            + promoted.promotionId().orElseThrow()));
        }
    }

    @Test
    void escalatesWhenTheProbeFailsTwice() {
        try (LogCapture logged = new LogCapture();
                TestMonitor testMonitor = TestMonitor.in(folder)
                        .release("canary", "--health-false", "--fail-after-calls", "0")
                        .start()) {
            testMonitor.promote("canary");
            testMonitor.call();

            Await.until("the escalation", () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));

            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(testMonitor.active()).isEqualTo("stable");
            assertThat(testMonitor.flags.killSwitch().reason())
                    .contains("Escalation: 2 consecutive health check failures");
            assertThat(testMonitor.audited(AuditKind.DECISION).get(0).decision())
                    .contains("escalate");
            assertThat(logged.messages())
                    .anyMatch(line -> line.startsWith("Escalation: Setting kill-switch DISABLE_NEW=1 worker=canary"));
            assertThat(testMonitor.audited(AuditKind.ESCALATION_TRIGGERED)).hasSize(1);
            assertThat(testMonitor
                            .audited(AuditKind.DECISION)
                            .get(0)
                            .payload()
                            .path("actions")
                            .findValuesAsString("step"))
                    .startsWith("stop-monitoring", "engage-kill-switch", "preflight-previous", "switch-to-active");
        }
    }

    @Test
    void escalatesAtOnceWhenTheActiveWorkerIsKilled() {
        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .release("canary")
                .checkInterval(Duration.ofMinutes(2))
                .start()) {
            testMonitor.promote("canary");
            testMonitor.kill(
                    testMonitor.workers.view().active().orElseThrow().pid().orElseThrow());

            Await.until("the escalation", () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));

            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(testMonitor.active()).isEqualTo("stable");
            assertThat(testMonitor.audited(AuditKind.WORKER_EXITED)).hasSize(1);
            assertThat(testMonitor
                            .audited(AuditKind.DECISION)
                            .get(0)
                            .payload()
                            .path("reason")
                            .asString())
                    .isEqualTo("Escalation: active worker canary exited unexpectedly (exit code 137)");
            assertThat(testMonitor.monitor.status().outcome()).contains(WatchOutcome.ESCALATED);
        }
    }

    @Test
    void engagesTheKillSwitchWhenAWorkerIsKilledThatNobodyWatches() {
        try (TestMonitor testMonitor = TestMonitor.in(folder).withRestarts().start()) {
            testMonitor.kill(
                    testMonitor.workers.view().active().orElseThrow().pid().orElseThrow());

            Await.until("the escalation", () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));

            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(testMonitor
                            .audited(AuditKind.ESCALATION_TRIGGERED)
                            .get(0)
                            .promotionId())
                    .isEmpty();
            Await.until("the worker is back", testMonitor::call);
        }
    }

    @Test
    void reportsAFailedRollbackAndEscalatesWhenThePreviousWorkerCannotComeBack() throws IOException {
        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .stableByScript()
                .release("canary", "--fail-rate", "0.5")
                .start()) {
            testMonitor.promote("canary");
            testMonitor.losePrevious();

            testMonitor.callUntil("the escalation", () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));

            assertThat(testMonitor.published(EventType.ROLLBACK_FAILED)).isTrue();
            assertThat(testMonitor.published(EventType.ROLLBACK_EXECUTED)).isFalse();
            assertThat(testMonitor.hasAudited(AuditKind.ROLLBACK_EXECUTED)).isFalse();
            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(testMonitor.active()).isEqualTo("canary");
            assertThat(testMonitor
                            .audited(AuditKind.ROLLBACK_FAILED)
                            .get(0)
                            .payload()
                            .path("failure")
                            .asString())
                    .startsWith("preflight-previous: ");
            assertThat(testMonitor
                            .audited(AuditKind.DECISION)
                            .get(0)
                            .payload()
                            .path("reason")
                            .asString())
                    .startsWith("Escalation: rollback failed: preflight-previous: ");
            assertThat(testMonitor
                            .audited(AuditKind.DECISION)
                            .get(1)
                            .payload()
                            .path("actions")
                            .findValuesAsString("outcome"))
                    .containsExactly("done", "failed");
        }
    }

    @Test
    void theRunbooksRowEscalatesAtTheSecondCheck() {
        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .release("canary")
                .checkInterval(Duration.ofSeconds(1))
                .start()) {
            testMonitor.promote("canary");
            testMonitor.sql("INSERT INTO operations_snapshots (error_rate, failure_count, recorded_at)\n"
                    + "VALUES (0.5, 10, datetime('now'));");

            Await.until("the escalation", () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));

            assertThat(testMonitor.audited(AuditKind.DECISION).stream().map(AuditEvent::decision))
                    .as("newest first; checks before the row was there were of no account")
                    .startsWith(Optional.of("escalate"), Optional.of("degrade"))
                    .containsOnlyOnce(Optional.of("degrade"));
        }
    }

    @Test
    void inObserveModeDecidesAndAuditsAndChangesNothing() {
        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .release("canary", "--fail-rate", "0.5")
                .mode(MonitorMode.OBSERVE)
                .start()) {
            testMonitor.promote("canary");

            testMonitor.callUntil(
                    "the decision",
                    () -> testMonitor.audited(AuditKind.DECISION).stream()
                            .anyMatch(event -> event.decision().equals(Optional.of("rollback"))));

            AuditEvent decision = testMonitor.audited(AuditKind.DECISION).stream()
                    .filter(event -> event.decision().equals(Optional.of("rollback")))
                    .findFirst()
                    .orElseThrow();
            assertThat(decision.payload().path("mode").asString()).isEqualTo("observe");
            assertThat(decision.payload().path("actions").findValuesAsString("outcome"))
                    .containsOnly("would-have")
                    .isNotEmpty();
            assertThat(testMonitor.active()).isEqualTo("canary");
            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isFalse();
            assertThat(testMonitor.published(EventType.ROLLBACK_EXECUTED)).isFalse();
            assertThat(testMonitor.monitor.status().state()).isEqualTo("watching");
        }
    }

    @Test
    void endsHealthyAfterTheGracePeriod() {
        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .release("canary")
                .gracePeriod(Duration.ofSeconds(3))
                .start()) {
            PromotionResult promoted = testMonitor.promote("canary");
            assertThat(testMonitor.monitor.status().state()).isEqualTo("watching");

            testMonitor.callUntil("the end of the watch", () -> testMonitor.published(EventType.MONITORING_STOPPED));

            MonitorStatus status = testMonitor.monitor.status();
            assertThat(status.state()).isEqualTo("ended");
            assertThat(status.outcome()).contains(WatchOutcome.HEALTHY);
            assertThat(status.promotionId()).isEqualTo(promoted.promotionId());
            assertThat(testMonitor.active()).isEqualTo("canary");
            assertThat(testMonitor.saidOf(EventType.HEALTH_CHECK)).hasSizeGreaterThanOrEqualTo(4);
            assertThat(testMonitor.audited(AuditKind.DECISION)).hasSize((int) status.checks());
            assertThat(testMonitor.audited(AuditKind.MONITORING_STARTED)).hasSize(1);
            assertThat(testMonitor.audited(AuditKind.MONITORING_STARTED).get(0).actor())
                    .isEqualTo(ALICE);
            assertThat(testMonitor.audited(AuditKind.MONITORING_STOPPED)).hasSize(1);
        }
    }

    /** The reason up to its first figure: evidence and hard limit decide in the same check or one after the other. */
    private static String headline(JsonNode payload) {
        String reason = payload.path("reason").asString();
        int colon = reason.indexOf(": ");
        return colon < 0 ? reason : reason.substring(0, colon);
    }
}

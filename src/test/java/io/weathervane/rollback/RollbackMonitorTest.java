package io.weathervane.rollback;

import static io.weathervane.rollback.Plant.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RollbackMonitorTest {
    @TempDir
    Path folder;

    @Test
    void rollsBackAWorkerThatAnswersItsProbeButFailsItsCalls() {
        try (Logged logged = new Logged();
                Plant plant =
                        Plant.in(folder).release("canary", "--fail-rate", "0.5").start()) {
            PromotionResult promoted = plant.promote("canary");
            assertThat(plant.active()).isEqualTo("canary");

            plant.callUntil("the rollback", () -> plant.said(EventType.ROLLBACK_EXECUTED));

            assertThat(plant.active()).isEqualTo("stable");
            assertThat(plant.call()).isTrue();
            assertThat(plant.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(plant.workers.view().previousLabel()).isEmpty();
            assertThat(plant.monitor.status().outcome()).contains("rolled-back");
            AuditEvent decision = plant.audited(AuditKind.DECISION).get(0);
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
            assertThat(plant.audited(AuditKind.ROLLBACK_EXECUTED)).hasSize(1);
            assertThat(plant.audited(AuditKind.ROLLBACK_EXECUTED)
                            .get(0)
                            .payload()
                            .path("verified")
                            .asBoolean())
                    .isTrue();
            assertThat(plant.said(EventType.ESCALATION_TRIGGERED)).isFalse();
            assertThat(logged.messages())
                    .contains("CRITICAL: Executing automatic rollback\n  reason: \""
                            + payload.path("reason").asString() + "\"\n  errorRate: "
                            + payload.path("errorRate").asString() + "\n  failureCount: " + failures)
                    .anyMatch(line -> line.startsWith("Starting post-promotion health monitoring promotion="
                            + promoted.promotionId().orElseThrow()))
                    .anyMatch(line -> line.startsWith("health check failed worker=canary"))
                    .anyMatch(line -> line.contains("monitoring stopped promotion="
                            + promoted.promotionId().orElseThrow()));
        }
    }

    @Test
    void escalatesWhenTheProbeFailsTwice() {
        try (Logged logged = new Logged();
                Plant plant = Plant.in(folder)
                        .release("canary", "--health-false", "--fail-after-calls", "0")
                        .start()) {
            plant.promote("canary");
            plant.call();

            Await.until("the escalation", () -> plant.said(EventType.ESCALATION_TRIGGERED));

            assertThat(plant.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(plant.active()).isEqualTo("stable");
            assertThat(plant.flags.killSwitch().reason()).contains("Escalation: 2 consecutive health check failures");
            assertThat(plant.audited(AuditKind.DECISION).get(0).decision()).contains("escalate");
            assertThat(logged.messages())
                    .anyMatch(line -> line.startsWith("Escalation: Setting kill-switch DISABLE_NEW=1 worker=canary"));
            assertThat(plant.audited(AuditKind.ESCALATION_TRIGGERED)).hasSize(1);
            assertThat(plant.audited(AuditKind.DECISION)
                            .get(0)
                            .payload()
                            .path("actions")
                            .findValuesAsString("step"))
                    .startsWith("stop-monitoring", "engage-kill-switch", "preflight-previous", "switch-to-active");
        }
    }

    @Test
    void escalatesAtOnceWhenTheActiveWorkerIsKilled() {
        try (Plant plant = Plant.in(folder)
                .release("canary")
                .checkInterval(Duration.ofMinutes(2))
                .start()) {
            plant.promote("canary");
            plant.kill(plant.workers.view().active().orElseThrow().pid());

            Await.until("the escalation", () -> plant.said(EventType.ESCALATION_TRIGGERED));

            assertThat(plant.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(plant.active()).isEqualTo("stable");
            assertThat(plant.audited(AuditKind.WORKER_EXITED)).hasSize(1);
            assertThat(plant.audited(AuditKind.DECISION)
                            .get(0)
                            .payload()
                            .path("reason")
                            .asString())
                    .isEqualTo("Escalation: active worker canary exited unexpectedly (exit code 137)");
            assertThat(plant.monitor.status().outcome()).contains("escalated");
        }
    }

    @Test
    void engagesTheKillSwitchWhenAWorkerIsKilledThatNobodyWatches() {
        try (Plant plant = Plant.in(folder).withRestarts().start()) {
            plant.kill(plant.workers.view().active().orElseThrow().pid());

            Await.until("the escalation", () -> plant.said(EventType.ESCALATION_TRIGGERED));

            assertThat(plant.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(plant.audited(AuditKind.ESCALATION_TRIGGERED).get(0).promotionId())
                    .isEmpty();
            Await.until("the worker is back", plant::call);
        }
    }

    @Test
    void reportsAFailedRollbackAndEscalatesWhenThePreviousWorkerCannotComeBack() throws IOException {
        try (Plant plant = Plant.in(folder)
                .stableByScript()
                .release("canary", "--fail-rate", "0.5")
                .start()) {
            plant.promote("canary");
            plant.losePrevious();

            plant.callUntil("the escalation", () -> plant.said(EventType.ESCALATION_TRIGGERED));

            assertThat(plant.said(EventType.ROLLBACK_FAILED)).isTrue();
            assertThat(plant.said(EventType.ROLLBACK_EXECUTED)).isFalse();
            assertThat(plant.hasAudited(AuditKind.ROLLBACK_EXECUTED)).isFalse();
            assertThat(plant.flags.snapshot().killSwitchEngaged()).isTrue();
            assertThat(plant.active()).isEqualTo("canary");
            assertThat(plant.audited(AuditKind.ROLLBACK_FAILED)
                            .get(0)
                            .payload()
                            .path("failure")
                            .asString())
                    .startsWith("preflight-previous: ");
            assertThat(plant.audited(AuditKind.DECISION)
                            .get(0)
                            .payload()
                            .path("reason")
                            .asString())
                    .startsWith("Escalation: rollback failed: preflight-previous: ");
            assertThat(plant.audited(AuditKind.DECISION)
                            .get(1)
                            .payload()
                            .path("actions")
                            .findValuesAsString("outcome"))
                    .containsExactly("done", "failed");
        }
    }

    @Test
    void theRunbooksRowEscalatesAtTheSecondCheck() {
        try (Plant plant = Plant.in(folder)
                .release("canary")
                .checkInterval(Duration.ofSeconds(1))
                .start()) {
            plant.promote("canary");
            plant.sql("INSERT INTO operations_snapshots (error_rate, failure_count, recorded_at)\n"
                    + "VALUES (0.5, 10, datetime('now'));");

            Await.until("the escalation", () -> plant.said(EventType.ESCALATION_TRIGGERED));

            assertThat(plant.audited(AuditKind.DECISION).stream().map(AuditEvent::decision))
                    .as("newest first; checks before the row was there were of no account")
                    .startsWith(Optional.of("escalate"), Optional.of("degrade"))
                    .containsOnlyOnce(Optional.of("degrade"));
        }
    }

    @Test
    void inObserveModeDecidesAndAuditsAndChangesNothing() {
        try (Plant plant = Plant.in(folder)
                .release("canary", "--fail-rate", "0.5")
                .mode(MonitorMode.OBSERVE)
                .start()) {
            plant.promote("canary");

            plant.callUntil(
                    "the decision",
                    () -> plant.audited(AuditKind.DECISION).stream()
                            .anyMatch(event -> event.decision().equals(Optional.of("rollback"))));

            AuditEvent decision = plant.audited(AuditKind.DECISION).stream()
                    .filter(event -> event.decision().equals(Optional.of("rollback")))
                    .findFirst()
                    .orElseThrow();
            assertThat(decision.payload().path("mode").asString()).isEqualTo("observe");
            assertThat(decision.payload().path("actions").findValuesAsString("outcome"))
                    .containsOnly("would-have")
                    .isNotEmpty();
            assertThat(plant.active()).isEqualTo("canary");
            assertThat(plant.flags.snapshot().killSwitchEngaged()).isFalse();
            assertThat(plant.said(EventType.ROLLBACK_EXECUTED)).isFalse();
            assertThat(plant.monitor.status().state()).isEqualTo("watching");
        }
    }

    @Test
    void endsHealthyAfterTheGracePeriod() {
        try (Plant plant = Plant.in(folder)
                .release("canary")
                .gracePeriod(Duration.ofSeconds(3))
                .start()) {
            PromotionResult promoted = plant.promote("canary");
            assertThat(plant.monitor.status().state()).isEqualTo("watching");

            plant.callUntil("the end of the watch", () -> plant.said(EventType.MONITORING_STOPPED));

            MonitorStatus status = plant.monitor.status();
            assertThat(status.state()).isEqualTo("ended");
            assertThat(status.outcome()).contains("healthy");
            assertThat(status.promotionId()).isEqualTo(promoted.promotionId());
            assertThat(plant.active()).isEqualTo("canary");
            assertThat(plant.saidOf(EventType.HEALTH_CHECK)).hasSizeGreaterThanOrEqualTo(4);
            assertThat(plant.audited(AuditKind.DECISION)).hasSize((int) status.checks());
            assertThat(plant.audited(AuditKind.MONITORING_STARTED)).hasSize(1);
            assertThat(plant.audited(AuditKind.MONITORING_STARTED).get(0).actor())
                    .isEqualTo(ALICE);
            assertThat(plant.audited(AuditKind.MONITORING_STOPPED)).hasSize(1);
        }
    }
}

package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.explanation.DecisionExplainer;
import io.weathervane.explanation.DecisionExplanation;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.RuleCondition.Comparison;
import io.weathervane.monitor.SignalLimit;
import io.weathervane.monitor.SignalValue.State;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.signal.FakePrometheus;
import io.weathervane.signal.PrometheusQuerySpec;
import io.weathervane.signal.SignalConfig;
import io.weathervane.signal.SignalPostResult;
import io.weathervane.testing.Await;
import io.weathervane.worker.ServiceName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Watches over real workers whose calls all go well, or not, beside signals that say something else. */
class SignalWatchTest {
    private static final SignalLimit ROLL_BACK_ON_FIRING =
            new SignalLimit(DecisionAction.ROLLBACK, Comparison.ABOVE, 0);
    private static final SignalLimit ESCALATE_ON_FIRING = new SignalLimit(DecisionAction.ESCALATE, Comparison.ABOVE, 0);

    @TempDir
    Path folder;

    @Test
    void aSignalRollsBackAReleaseWhoseCallsAllGoWell() {
        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .release("canary")
                .signals(posted(ROLL_BACK_ON_FIRING))
                .start()) {
            testMonitor.promote("canary");
            post(testMonitor, "{\"status\":\"firing\",\"reason\":\"orders fail, password=hunter22\"}");

            testMonitor.callUntil("the rollback", () -> testMonitor.published(EventType.ROLLBACK_EXECUTED));

            assertThat(testMonitor.active()).isEqualTo("stable");
            AuditEvent decision = testMonitor.audited(AuditKind.DECISION).get(0);
            assertThat(decision.decision()).contains("rollback");
            assertThat(decision.payload().path("reason").asString())
                    .startsWith(
                            "Signal from outside: signal pager (posted) 1 > 0 in 2 evaluations in a row; pager says:"
                                    + " orders fail, password=");
            assertThat(decision.payload().toString()).doesNotContain("hunter22");
            assertThat(decision.payload()
                            .path("conditions")
                            .valueStream()
                            .filter(condition ->
                                    condition.path("rule").asString("").equals("signal"))
                            .filter(condition ->
                                    condition.path("action").asString("").equals("rollback")))
                    .hasSize(2)
                    .allMatch(condition -> condition.path("holds").asBoolean());
            DecisionExplanation explained =
                    new DecisionExplainer(testMonitor.audit).explain(decision.seq(), Optional.empty());
            assertThat(explained.wouldChange()).anyMatch(text -> text.startsWith("a limit for signal pager (posted)"));
        }
    }

    @Test
    void aSignalEscalates() {
        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .release("canary")
                .signals(posted(ESCALATE_ON_FIRING))
                .start()) {
            testMonitor.promote("canary");
            post(testMonitor, "{\"status\":\"firing\"}");

            Await.until("the escalation", () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));

            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
            Await.until(
                    "the previous worker is back", () -> testMonitor.active().equals("stable"));
        }
    }

    @Test
    void anAlarmWithoutALimitEndsTheWatchDegradedAndPages() {
        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .release("canary")
                .signals(posted())
                .gracePeriod(Duration.ofSeconds(2))
                .start()) {
            post(testMonitor, "{\"status\":\"firing\"}");
            testMonitor.promote("canary");

            testMonitor.callUntil("the end", () -> testMonitor.hasAudited(AuditKind.MONITORING_STOPPED));

            assertThat(testMonitor.monitor.status().outcome()).contains(WatchOutcome.DEGRADED);
            JsonNode end =
                    testMonitor.audited(AuditKind.MONITORING_STOPPED).get(0).payload();
            assertThat(end.path("outcome").asString()).isEqualTo("degraded");
            assertThat(end.path("reason").asString()).contains("signal pager (posted) firing 1 >= 1");
            assertThat(testMonitor.active()).isEqualTo("canary");
        }
    }

    @Test
    void aPrometheusThatHangsDelaysNoRollback() throws Exception {
        try (FakePrometheus prometheus = new FakePrometheus();
                TestMonitor testMonitor = TestMonitor.in(folder)
                        .release("canary", "--fail-rate", "0.6")
                        .signals(polled(prometheus))
                        .start()) {
            prometheus.answers(FakePrometheus.hangs());
            testMonitor.promote("canary");

            testMonitor.callUntil("the rollback", () -> testMonitor.published(EventType.ROLLBACK_EXECUTED));

            assertThat(testMonitor.active()).isEqualTo("stable");
            assertThat(prometheus.asked()).isPositive();
        }
    }

    @Test
    void aPrometheusThatIsDownLeavesAGoodReleaseInconclusive() throws Exception {
        try (FakePrometheus prometheus = new FakePrometheus();
                TestMonitor testMonitor = TestMonitor.in(folder)
                        .release("canary")
                        .signals(polled(prometheus))
                        .gracePeriod(Duration.ofSeconds(1))
                        .start()) {
            prometheus.answers(FakePrometheus.text(500, "down"));
            testMonitor.promote("canary");

            testMonitor.callUntil("the end", () -> testMonitor.hasAudited(AuditKind.MONITORING_STOPPED));

            assertThat(testMonitor.monitor.status().outcome()).contains(WatchOutcome.INCONCLUSIVE);
            assertThat(testMonitor.active()).isEqualTo("canary");
        }
    }

    @Test
    void aPrometheusThatIsDownIsToldOfAfterAWhile() throws Exception {
        try (FakePrometheus prometheus = new FakePrometheus();
                TestMonitor testMonitor = TestMonitor.in(folder)
                        .release("canary")
                        .signals(polled(prometheus))
                        .start()) {
            prometheus.answers(FakePrometheus.text(500, "down"));
            assertThat(testMonitor.monitor.notes()).isEmpty();
            testMonitor.promote("canary");

            Await.until(
                    "a note",
                    () -> testMonitor.monitor.notes().stream()
                            .anyMatch(note -> note.matches("signal orders is unknown since \\d+ m?s: HTTP 500")));
        }
    }

    @Test
    void anAlarmOfBeforeARestartIsInForceAfterIt() {
        try (TestMonitor before =
                TestMonitor.in(folder).release("canary").signals(posted()).start()) {
            before.promote("canary");
            post(before, "{\"status\":\"firing\"}");
            Await.until(
                    "a check saw it",
                    () -> before.monitor.status().recentChecks(1).stream()
                            .anyMatch(check ->
                                    check.observation().signals().get(0).isFiring()));
        }
        try (TestMonitor after =
                TestMonitor.in(folder).release("canary").signals(posted()).start()) {
            assertThat(after.monitor.signals().get(0).value().state()).isEqualTo(State.FIRING);
        }
    }

    private static void post(TestMonitor testMonitor, String body) {
        SignalPostResult result =
                testMonitor.signals.receive("pager", body.getBytes(StandardCharsets.UTF_8), Optional.empty(), "alice");
        assertThat(result.outcome()).isEqualTo(SignalPostResult.Outcome.TAKEN);
    }

    private static SignalConfig posted(SignalLimit... limits) {
        return new SignalConfig(
                "pager",
                Optional.empty(),
                Optional.of("s3cr3t"),
                Duration.ofMinutes(5),
                List.of(limits),
                ServiceName.DEFAULT);
    }

    private static SignalConfig polled(FakePrometheus prometheus) {
        return new SignalConfig(
                "orders",
                Optional.of(new PrometheusQuerySpec(prometheus.url(), "up")),
                Optional.empty(),
                Duration.ofMillis(200),
                List.of(ROLL_BACK_ON_FIRING),
                ServiceName.DEFAULT);
    }
}

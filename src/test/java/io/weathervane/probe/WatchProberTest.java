package io.weathervane.probe;

import static io.weathervane.rollback.TestMonitor.STABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.failure.FailureReportJson;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.WatchCallCounts;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.rollback.ScriptedWorker;
import io.weathervane.rollback.TestMonitor;
import io.weathervane.testing.Await;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.CompletedCall;
import io.weathervane.worker.ProbeCall;
import io.weathervane.worker.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls that a watch sends to a release without callers, with real processes. */
class WatchProberTest {
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    private Optional<TestMonitor> started = Optional.empty();

    @AfterEach
    void close() {
        started.ifPresent(TestMonitor::close);
    }

    @Test
    void endAWatchHealthyThatNobodyElseCalls() throws IOException {
        TestMonitor on = promoted(GRACE, Duration.ofSeconds(2), "look");
        List<CompletedCall> heard = new CopyOnWriteArrayList<>();
        AutoCloseable listening = on.workers.onCall(heard::add);
        assertThat(listening).isNotNull();
        awaitEnd(on);

        assertThat(outcome(on)).isEqualTo(WatchOutcome.HEALTHY);
        assertThat(history(on).callers().total()).isEqualTo(CallCounts.NONE);
        assertThat(history(on).probes().total().calls()).isGreaterThanOrEqualTo(20);
        assertThat(on.workers.tally(Role.ACTIVE)).as("callers' calls").isEqualTo(CallTotals.NONE);
        assertThat(on.workers.sampledCalls()).isEmpty();
        assertThat(heard).isEmpty();
        Await.until("they stop with the watch", () -> threads("watch-probe").isEmpty());
    }

    @Test
    void rollBackAReleaseThatFailsThemAndLookAtWhatIsBack() throws IOException {
        make("down-canary");
        TestMonitor on = promoted(LONG, Duration.ofSeconds(2), "look");
        Await.until("the rollback", () -> on.hasAudited(AuditKind.ROLLBACK_EXECUTED));

        assertThat(on.active()).isEqualTo(STABLE);
        AuditEvent decision = on.audited(AuditKind.ROLLBACK_EXECUTED).get(0);
        assertThat(decision.payload().path("reason").asString()).startsWith("High error rate (100.0%)");
        assertThat(on.hasAudited(AuditKind.ESCALATION_TRIGGERED)).isFalse();
        JsonNode told = decision.payload().path("failures").path("releases").path(0);
        assertThat(told.path("failed").asLong(-1)).as("callers' calls").isZero();
        assertThat(told.at("/probes/0/kinds/0/kind").asString()).isEqualTo("-32000 Server error");
        assertThat(told.at("/probes/0/kinds/0/samples/0/text").asString()).contains("upstream is down");
        assertThat(FailureReportJson.of(on.workers.failures()).toString()).contains("upstream is down");
        make("down-stable");
        awaitDidNotHelp(on);
    }

    @Test
    void doNotCountWhatThePreviousReleaseFailsToo() throws IOException {
        make("down");
        TestMonitor on = promoted(GRACE, Duration.ofSeconds(2), "look");
        Await.until(
                "it is said",
                () -> on.monitor
                        .notes()
                        .toString()
                        .contains("the probe of \"look\" is not sent and does not count: the previous release fails it,"
                                + " too"));
        awaitEnd(on);

        assertThat(outcome(on)).isEqualTo(WatchOutcome.INCONCLUSIVE);
        assertThat(on.hasAudited(AuditKind.RELEASE_DEGRADED)).isFalse();
        assertThat(script(on).callsOf("canary")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "refuse"})
    void doNotRollBackWhileThePreviousReleaseFailsThemInTheMeantime(String how) throws IOException {
        TestMonitor on = promoted(LONG, Duration.ofSeconds(2), "look");
        Await.until("some went well", () -> history(on).probes().total().calls() >= 5);
        make(how);
        Await.until(
                "the veto",
                () -> on.audited(AuditKind.RELEASE_DEGRADED).stream()
                        .anyMatch(
                                event -> event.payload().path("rollbackVetoed").asBoolean(false)));

        assertThat(on.active()).isEqualTo("canary");
    }

    @Test
    void countAsFailedWhenTheyHangAndEndWithTheServer() throws IOException {
        TestMonitor on = promoted(LONG, EVERY.multipliedBy(3), "look");
        Await.until("some went well", () -> history(on).probes().total().calls() >= 5);
        make("hang-canary");
        Await.until("it is said", () -> on.monitor.notes().toString().contains("no answer within 300 ms"));
        int sent = script(on).callsOf("canary").size();
        Await.until(
                "and goes on",
                () -> script(on).callsOf("canary").size() > sent || on.active().equals(STABLE));

        on.monitor.prepareToClose();
        Await.until("nothing is left", () -> threads("watch-probe").isEmpty());
    }

    @Test
    void neverCallAToolThatMayWrite() throws IOException {
        TestMonitor on = promoted(LONG, Duration.ofSeconds(2), "save", "look", "gone");
        Await.until("others are sent", () -> history(on).probes().total().calls() >= 5);

        assertThat(on.monitor.notes().toString())
                .contains(
                        "the probe of \"save\" is not sent: not both releases annotate it read-only",
                        "the probe of \"gone\" is not sent: canary has no such tool");
        assertThat(script(on).callsOf("canary")).isNotEmpty().noneMatch(line -> line.contains("save"));
        assertThat(script(on).callsOf(STABLE)).isNotEmpty().noneMatch(line -> line.contains("save"));
    }

    @Test
    void areRefusedByTheNewReleaseAndThenByTheOneThatIsBack() throws IOException {
        make("refuse-canary");
        TestMonitor on = promoted(LONG, Duration.ofSeconds(2), "look");
        Await.until("the rollback", () -> on.hasAudited(AuditKind.ROLLBACK_EXECUTED));

        assertThat(on.active()).isEqualTo(STABLE);
        make("refuse-stable");
        awaitDidNotHelp(on);
    }

    private TestMonitor promoted(Duration grace, Duration callTimeout, String... tools) throws IOException {
        ScriptedWorker script = ScriptedWorker.write(folder);
        List<ProbeCall> probes = Stream.of(tools)
                .map(tool -> new ProbeCall(
                        tool, JsonMapper.shared().createObjectNode().put("city", "Bern")))
                .toList();
        TestMonitor on = TestMonitor.in(folder)
                .release(script.release(STABLE, "false"))
                .release(script.release("canary", "true"))
                .gracePeriod(grace)
                .probes(new WatchProbeConfig(probes, Optional.of(EVERY), callTimeout))
                .start();
        started = Optional.of(on);
        on.promote("canary");
        return on;
    }

    private static ScriptedWorker script(TestMonitor on) throws IOException {
        return ScriptedWorker.write(on.folder);
    }

    private static void awaitDidNotHelp(TestMonitor on) {
        Await.until(
                "the rollback did not help",
                () -> on.monitor.problems().stream()
                        .anyMatch(problem ->
                                problem.contains("the rollback did not help: the previous release stable fails")));
    }

    private static void awaitEnd(TestMonitor on) {
        Await.until("the watch has ended", () -> on.monitor.status().outcome().isPresent());
    }

    private static WatchOutcome outcome(TestMonitor on) {
        return on.monitor.status().outcome().orElseThrow();
    }

    private static WatchCallCounts history(TestMonitor on) {
        return on.monitor.status().watch().orElseThrow().state().callCounts();
    }

    private static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    private void make(String file) throws IOException {
        Files.createFile(folder.resolve(file));
    }
}

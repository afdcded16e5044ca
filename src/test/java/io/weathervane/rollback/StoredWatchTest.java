package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.BaselineRecord.LatencyRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.CheckResult;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.ExternalSnapshotRow;
import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.PreviousWorkerReplayResult;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import io.weathervane.policy.MonitorMode;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchRecord.Baseline;
import io.weathervane.watch.WatchRecord.Pending;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What the database keeps of a watch and the audit of its decision: a new release reads what an older one wrote. */
class StoredWatchTest {
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;
    private static final Instant START = Instant.parse("2026-11-30T03:00:00.250Z");

    @Test
    void keepsEachByteOfAWatchThatIsAboutToAct() throws IOException {
        assertThat(MonitorJson.watch(decided()).toString()).isEqualTo(stored("watch.json"));
    }

    @Test
    void keepsEachByteOfADecision() throws IOException {
        assertThat(decision().toString()).isEqualTo(stored("decision.json"));
    }

    @Test
    void readsBackAllThatItWrote() throws IOException {
        WatchRecord read = MonitorJson.readWatch(MonitorJson.MAPPER.readTree(stored("watch.json")));

        assertThat(read.state()).isEqualTo(decided().state());
        assertThat(read.after()).isEqualTo(decided().after());
        assertThat(MonitorJson.watch(read).toString()).isEqualTo(stored("watch.json"));
    }

    /** Without the time watched, the calls, the record of the previous release and what came after an action. */
    @Test
    void readsTheWatchOfAReleaseThatKnewLess() throws IOException {
        ObjectNode old = (ObjectNode) MonitorJson.MAPPER.readTree(stored("watch.json"));
        old.remove(List.of("after", "paged", "pending"));
        ((ObjectNode) old.path("state")).remove(List.of("watchedMs", "record", "history"));

        WatchRecord read = MonitorJson.readWatch(old);

        assertThat(MonitorJson.state(read.state()).path("watchedMs").asLong()).isEqualTo(60_000);
        assertThat(MonitorJson.state(read.state()).path("record").toString())
                .isEqualTo("{\"worker\":null,\"calls\":{\"calls\":0,\"failed\":0},\"spread\":1.0,\"tools\":{}}");
        assertThat(read.pending()).isEmpty();
        assertThat(read.paged()).isFalse();
    }

    @Test
    void readsBackThatThePreviousWorkerFailsTheSameCalls() {
        PreviousWorkerReplayResult answers = PreviousWorkerReplayResult.of("search", 20, 2, 20, 1);
        WatchState vetoed = MonitorStateMachine.next(
                        step(1).state(), failing().with(answers), POLICY, START.plusSeconds(60))
                .state();
        WatchRecord watch = new WatchRecord(vetoed, Optional.of("stable"), Baseline.zero(41));

        WatchRecord read = MonitorJson.readWatch(MonitorJson.watch(watch));

        assertThat(vetoed.veto()).isPresent();
        assertThat(read.state()).isEqualTo(vetoed);
        assertThat(MonitorJson.watch(watch).toString())
                .contains("\"veto\":{\"since\":\"2026-11-30T03:01:00.250Z\"", "\"replay\":{\"search\":[20,18,20,1]}");
    }

    private static WatchRecord decided() {
        WatchState after = begun().afterwards("stable", POLICY, START.plusSeconds(90));
        return new WatchRecord(step(2).state(), Optional.of("stable"), Baseline.zero(41))
                .pending(new Pending(DecisionAction.ROLLBACK, decision()))
                .withAfter(after.ended(WatchOutcome.HEALTHY))
                .withPaged();
    }

    private static ObjectNode decision() {
        return DecisionAuditJson.ofCheck(step(2).decision(), step(1).state(), step(2).state(), POLICY, MonitorMode.ACT);
    }

    private static WatchState begun() {
        LatencyRecord latency = new LatencyRecord(30_000_000, 60_000_000, new CallCounts(400, 3));
        Map<String, CallCounts> tools = Map.of("search", new CallCounts(300, 2), "fetch", new CallCounts(100, 0));
        BaselineRecord record =
                new BaselineRecord(Optional.of("stable"), new CallCounts(400, 2), tools, 1.25, Optional.of(latency));
        return WatchState.begin("p-20261130T030000Z-0a1b2c", "canary", record, POLICY, START);
    }

    /** The result of the check with this number: the first passes, the second fails. */
    private static CheckResult step(int number) {
        CheckResult step = MonitorStateMachine.next(begun(), wellSeen(), POLICY, START.plusSeconds(30));
        return number == 1 ? step : MonitorStateMachine.next(step.state(), failing(), POLICY, START.plusSeconds(60));
    }

    private static Observation wellSeen() {
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "answered in 2 ms"),
                new Observation.Calls(new CallCounts(40, 0), 0, 0, 0, Map.of("search", new CallCounts(40, 0))),
                Optional.of(new ExternalSnapshotRow(42, 0.125, 3, OptionalLong.of(40))),
                ResourceUsage.of(200L * 1024 * 1024, 12, 1024));
    }

    private static Observation failing() {
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.UNKNOWN, "not made"),
                new Observation.Calls(
                        new CallCounts(60, 45),
                        7,
                        9,
                        2,
                        Map.of("search", new CallCounts(50, 45), "fetch", new CallCounts(10, 0))),
                Optional.empty(),
                ResourceUsage.unknown());
    }

    private static String stored(String name) throws IOException {
        try (InputStream in = StoredWatchTest.class.getResourceAsStream("stored-" + name)) {
            return new String(Optional.ofNullable(in).orElseThrow().readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}

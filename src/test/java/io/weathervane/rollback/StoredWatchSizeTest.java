package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.BaselineRecord.LatencyRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.monitor.ToolFailureMetric;
import io.weathervane.monitor.WatchState;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.StoredWatchText;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchRecord.Baseline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A watch is written with each check, so it must stay small. */
class StoredWatchSizeTest {
    private static final int TOOLS = 50;

    @Test
    void aWatchOverFiftyToolsStaysWithin64KbAndIsReadBackAsItWas() {
        for (MonitorPolicy policy : List.of(MonitorPresets.DEFAULT, MonitorPresets.PRODUCTION)) {
            WatchRecord watch = watch(policy);

            String text = StoredWatchText.of(watch);

            assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(StoredWatchText.BYTES_MAX);
            assertThat(MonitorJson.watch(MonitorJson.readWatch(MonitorJson.MAPPER.readTree(text))))
                    .isEqualTo(MonitorJson.watch(watch));
        }
    }

    @Test
    void aWindowOfAHundredChecksStaysWithinItAndKeepsWhatWasCounted() {
        MonitorPolicy usual = MonitorPresets.DEFAULT;
        WatchRecord watch = watch(new MonitorPolicy(
                usual.errorRateThreshold(),
                new MonitorPolicy.Schedule(Duration.ofHours(1), usual.checkInterval()),
                new MonitorPolicy.FailureLimits(
                        usual.consecutiveFailures(), MonitorPolicy.CHECK_WINDOW_MAX, usual.failureCount()),
                usual.minRequests(),
                usual.restoreOnEscalation()));

        String text = StoredWatchText.of(watch);
        WatchState read =
                MonitorJson.readWatch(MonitorJson.MAPPER.readTree(text)).state();

        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(StoredWatchText.BYTES_MAX);
        assertThat(read.callCounts()).isEqualTo(watch.state().callCounts());
        assertThat(read.recent()).hasSameSizeAs(watch.state().recent());
        assertThat(read.failurePattern(MonitorPolicy.CHECK_WINDOW_MAX))
                .isEqualTo(watch.state().failurePattern(MonitorPolicy.CHECK_WINDOW_MAX));
        assertThat(MonitorJson.checks(read.window(10)))
                .isEqualTo(MonitorJson.checks(watch.state().window(10)));
    }

    /** The audit's words wait in the watch until the action is done. */
    @Test
    void aDecisionThatIsBeingCarriedOutFitsInToo() {
        WatchRecord watch = watch(MonitorPresets.PRODUCTION);
        ObjectNode payload = MonitorJson.object();
        payload.set("evidence", MonitorJson.checks(watch.state().recent()));

        String text = StoredWatchText.of(watch.pending(new WatchRecord.Pending(DecisionAction.ROLLBACK, payload)));

        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(StoredWatchText.BYTES_MAX);
        assertThat(MonitorJson.readWatch(MonitorJson.MAPPER.readTree(text))
                        .pending()
                        .orElseThrow()
                        .payload()
                        .toString())
                .isEqualTo(payload.toString());
    }

    private static WatchRecord watch(MonitorPolicy policy) {
        return new WatchRecord(watched(policy), Optional.of("stable"), Baseline.zero(41));
    }

    private static WatchState watched(MonitorPolicy policy) {
        Random random = new Random(12);
        Map<String, CallCounts> before = tools(random, 20_000);
        LatencyRecord latency = new LatencyRecord(30_000_000, 60_000_000, new CallCounts(400_000, 3));
        BaselineRecord record = new BaselineRecord(
                Optional.of("stable"),
                sum(before),
                before,
                1.25,
                Optional.of(latency),
                new BaselineRecord.Source(Duration.ofHours(24), Optional.empty()));
        WatchState state = WatchState.begin("p-20261130T030000Z-0a1b2c", "canary", record, policy, Instant.EPOCH);
        while (state.running()) {
            Map<String, CallCounts> now = tools(random, 2_000);
            Observation seen = new Observation(
                    new Observation.ProbeResult(HealthProbeVerdict.PASSED, "answered in 2 ms"),
                    new Observation.Calls(sum(now), 0, 12, 0, now),
                    Optional.empty(),
                    ResourceUsage.of(200L * 1024 * 1024, 12, 1024));
            state = MonitorStateMachine.next(
                            state, seen, policy, state.schedule().nextCheckAt())
                    .state();
        }
        return state;
    }

    private static Map<String, CallCounts> tools(Random random, int calls) {
        Map<String, CallCounts> tools = new HashMap<>();
        for (int tool = 0; tool < TOOLS; tool++) {
            tools.put(
                    "github_repository_tool_" + tool,
                    new CallCounts(calls / 2 + random.nextInt(calls), random.nextInt(10)));
        }
        tools.put(ToolFailureMetric.LATE.of("github_repository_tool_1"), new CallCounts(1000, 1));
        return tools;
    }

    private static CallCounts sum(Map<String, CallCounts> tools) {
        long calls = tools.values().stream().mapToLong(CallCounts::calls).sum();
        return new CallCounts(
                calls, tools.values().stream().mapToLong(CallCounts::failed).sum());
    }
}

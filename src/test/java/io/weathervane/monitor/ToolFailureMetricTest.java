package io.weathervane.monitor;

import static io.weathervane.monitor.DecisionAction.DEGRADE;
import static io.weathervane.monitor.DecisionAction.HEALTHY;
import static io.weathervane.monitor.DecisionAction.ROLLBACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.BaselineRecord.LatencyRecord;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an average hides: one tool, slowness; and a previous worker that was as bad. */
class ToolFailureMetricTest {
    private static final long MILLI = 1_000_000;

    private final CallCounts good = new CallCounts(1000, 10);
    private final Optional<LatencyRecord> quick =
            Optional.of(new LatencyRecord(2 * MILLI, LatencyRecord.limitNanos(2 * MILLI), new CallCounts(1000, 8)));

    @Test
    void rollsBackForOneDeadToolThatTheAverageHides() {
        WatchSimulation watch =
                watch(record(good, Map.of("search", new CallCounts(900, 9), "export", new CallCounts(100, 1))));

        watch.see(tools(new CallCounts(180, 2), new CallCounts(20, 20)));

        assertThat(watch.decision().action()).isEqualTo(ROLLBACK);
        assertThat(watch.decision().reason())
                .isEqualTo("High error rate (100.0%) with 20 failures: 20 of 20 calls of export failed; of the previous"
                        + " worker stable 1 of 100 calls (1.0%) failed before the promotion");
    }

    /** An assistant may repeat a bad call of a tool that was never used before: that is only reported. */
    @Test
    void onlyReportsAToolThatNeverWentWell() {
        WatchSimulation watch = watch(record(good, Map.of("search", good)));

        watch.see(tools(new CallCounts(185, 2), new CallCounts(9, 9)));

        assertThat(watch.decision().action()).isEqualTo(DEGRADE);
        assertThat(watch.decision().holds(RuleKind.TOOL_REGRESSION)).isTrue();
        assertThat(watch.decision().reason()).contains("evidence that the rate of export is above");
    }

    @Test
    void aToolThatFailedBeforeAsOftenIsNoRegression() {
        WatchSimulation watch = watch(record(
                new CallCounts(1000, 110),
                Map.of("search", new CallCounts(900, 10), "export", new CallCounts(100, 100))));

        watch.see(tools(new CallCounts(180, 2), new CallCounts(20, 20)));

        assertThat(watch.decision().action()).isEqualTo(DEGRADE);
        assertThat(watch.decision().reason()).doesNotContain("the rate of export");
    }

    @Test
    void rollsBackWhenArgumentsAreRefusedThatWereValidBefore() {
        WatchSimulation watch =
                watch(record(good, Map.of("search", new CallCounts(900, 9), "export", new CallCounts(100, 1))));

        watch.see(part(ToolFailureMetric.SAME_ARGUMENTS, new CallCounts(60, 30)));

        assertThat(watch.decision().action()).isEqualTo(ROLLBACK);
        assertThat(watch.decision().reason())
                .isEqualTo("High error rate (50.0%) with 30 failures: 30 of 60 calls of export with arguments that were"
                        + " valid before were refused as invalid; of the previous worker stable 0 of 99 calls (0.0%)"
                        + " failed before the promotion");
    }

    /** The values may be wrong where the form is right, and then only some calls are refused. */
    @Test
    void rollsBackForAFormThatIsRefusedOnlyWhenNoCallGoesWell() {
        BaselineRecord record = record(good, Map.of("export", new CallCounts(100, 1)));

        WatchSimulation some = watch(record).see(part(ToolFailureMetric.SAME_FORM, new CallCounts(40, 20)));
        WatchSimulation all = watch(record).see(part(ToolFailureMetric.SAME_FORM, new CallCounts(20, 20)));

        assertThat(some.decision().action()).isEqualTo(DEGRADE);
        assertThat(some.decision().holds(RuleKind.TOOL_REGRESSION)).isTrue();
        assertThat(all.decision().action()).isEqualTo(ROLLBACK);
    }

    @Test
    void aShareOfRefusalsAsBeforeIsTheCallersFault() {
        String part = ToolFailureMetric.SAME_FORM.of("export");
        WatchSimulation watch =
                watch(record(good, Map.of("export", new CallCounts(200, 0), part, new CallCounts(300, 100))));

        watch.see(part(ToolFailureMetric.SAME_FORM, new CallCounts(300, 105)));

        assertThat(watch.decision().action()).isEqualTo(HEALTHY);
    }

    @Test
    void rollsBackForCallsThatTheirCallersGiveUp() {
        WatchSimulation watch = watch(record(good, Map.of("export", new CallCounts(100, 1))));

        watch.see(part(ToolFailureMetric.GIVEN_UP, new CallCounts(20, 20)));

        assertThat(watch.decision().action()).isEqualTo(ROLLBACK);
        assertThat(watch.decision().reason())
                .isEqualTo("High error rate (100.0%) with 20 failures: 20 of 20 calls of export were given up by their"
                        + " callers, or wait, much longer than the calls of the previous worker took; of the previous"
                        + " worker stable 0 of 99 calls (0.0%) failed before the promotion");
    }

    @Test
    void onlyDegradesForOneToolWhoseCallsEndLate() {
        WatchSimulation watch = watch(record(good, Map.of("export", new CallCounts(100, 1))));

        watch.see(part(ToolFailureMetric.LATE, new CallCounts(20, 20)));

        assertThat(watch.decision().action()).isEqualTo(DEGRADE);
        assertThat(watch.decision().reason()).contains("evidence that the rate of export ending late is above");
    }

    @Test
    void callersThatGaveUpAsOftenBeforeRollNothingBack() {
        String part = ToolFailureMetric.GIVEN_UP.of("export");
        WatchSimulation watch =
                watch(record(good, Map.of("export", new CallCounts(200, 0), part, new CallCounts(300, 100))));

        watch.see(part(ToolFailureMetric.GIVEN_UP, new CallCounts(300, 105)));

        assertThat(watch.decision().action()).isEqualTo(HEALTHY);
    }

    @Test
    void aCheckInWhichNoCallEndsWhileSomeWaitIsAFailedOne() {
        WatchSimulation watch = watch(record(good, Map.of()));

        watch.see(new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                new Observation.Calls(new CallCounts(0, 0), 0, 0, 3, Map.of()),
                Optional.empty(),
                ResourceUsage.unknown()));

        assertThat(watch.decision().action()).isEqualTo(DEGRADE);
        assertThat(watch.last().check().verdict()).isEqualTo(CheckVerdict.BREACH);
        assertThat(watch.last().check().detail()).contains("no call ended").endsWith(": 3");
    }

    @Test
    void withoutARecordRefusalsNeedThreeChecks() {
        WatchSimulation watch = watch(record(new CallCounts(60, 0), Map.of("export", new CallCounts(60, 0))));

        watch.see(
                part(ToolFailureMetric.SAME_ARGUMENTS, new CallCounts(20, 20)),
                part(ToolFailureMetric.SAME_ARGUMENTS, new CallCounts(20, 20)));
        assertThat(watch.decision().action()).isEqualTo(DEGRADE);

        watch.see(part(ToolFailureMetric.SAME_ARGUMENTS, new CallCounts(20, 20)));
        assertThat(watch.decision().action()).isEqualTo(ROLLBACK);
    }

    @Test
    void degradesWhenTheCallsAreSlow() {
        WatchSimulation watch = watch(new BaselineRecord(Optional.of("stable"), good, Map.of(), 1, quick));

        watch.see(slow(20, 20));

        assertThat(watch.decision().action()).isEqualTo(DEGRADE);
        assertThat(watch.decision().reason())
                .contains("evidence that the share of calls over 22.0 ms (p95 of the previous worker 2.0 ms) is above");
        assertThat(watch.untilTheEnd(slow(20, 20)).state().outcome()).isEqualTo(WatchOutcome.DEGRADED);
    }

    @Test
    void aFewSlowCallsAsBeforeAreFine() {
        WatchSimulation watch = watch(new BaselineRecord(Optional.of("stable"), good, Map.of(), 1, quick));

        watch.see(slow(100, 2), slow(100, 1));

        assertThat(watch.decision().action()).isEqualTo(HEALTHY);
    }

    @Test
    void aWorkerAsBadAsThePreviousOneStaysAndEndsDegraded() {
        WatchSimulation watch =
                watch(record(new CallCounts(1000, 300), Map.of())).untilTheEnd(Observations.calls(100, 30));

        assertThat(watch.actions()).containsOnly(DEGRADE);
        assertThat(watch.decision().reason())
                .isEqualTo("Degraded: error rate 30.0% > 5.0%; error rate 30.0% is not > 36.0%; of the previous worker"
                        + " stable 300 of 1000 calls (30.0%) failed before the promotion");
        assertThat(watch.state().outcome()).isEqualTo(WatchOutcome.DEGRADED);
    }

    @Test
    void oneBadCheckAtTheEndDoesNotDegradeAWatchWithARecord() {
        WatchSimulation good = watch(record(this.good, Map.of()));

        while (good.state()
                .schedule()
                .nextCheckAt()
                .isBefore(good.state().schedule().deadline())) {
            good.see(Observations.calls(200, 1));
        }
        good.see(Observations.calls(100, 6));

        assertThat(good.decision().action()).isEqualTo(DEGRADE);
        assertThat(good.state().outcome()).isEqualTo(WatchOutcome.HEALTHY);
    }

    private static WatchSimulation watch(BaselineRecord record) {
        return new WatchSimulation(MonitorPresets.DEFAULT, record);
    }

    private static BaselineRecord record(CallCounts calls, Map<String, CallCounts> tools) {
        return new BaselineRecord(Optional.of("stable"), calls, tools, 1, Optional.empty());
    }

    private static Observation tools(CallCounts search, CallCounts export) {
        CallCounts all = search.plus(export);
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                new Observation.Calls(
                        new CallCounts(all.calls(), all.failed()), 0, 0, 0, Map.of("search", search, "export", export)),
                Optional.empty(),
                ResourceUsage.unknown());
    }

    /** Calls that count in this part of the tool export alone, beside good ones of search. */
    private static Observation part(ToolFailureMetric part, CallCounts counts) {
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                new Observation.Calls(
                        new CallCounts(100, 0),
                        0,
                        0,
                        0,
                        Map.of("search", new CallCounts(100, 0), part.of("export"), counts)),
                Optional.empty(),
                ResourceUsage.unknown());
    }

    private static Observation slow(long calls, long slow) {
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                new Observation.Calls(new CallCounts(calls, 0), 0, slow, 0, Map.of()),
                Optional.empty(),
                ResourceUsage.unknown());
    }
}

package io.weathervane.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Watches in which other tools are called than in the record of the previous worker. */
class TrafficMixDifferenceTest {
    private static final BaselineRecord SEARCH_ONLY = record(Map.of("search", new CallCounts(1000, 5)));

    @Test
    void aToolWithoutARecordIsLeftToTheLimits() {
        WatchSimulation watch = watch(SEARCH_ONLY, Map.of("fetch", new CallCounts(40, 4)));

        assertThat(watch.actions()).doesNotContain(DecisionAction.ROLLBACK, DecisionAction.ESCALATE);
        assertThat(watch.state().comparedWith())
                .startsWith("compared with the record of stable: 5 of 1000 calls (0.5%) failed")
                .contains("400 calls are of tools that the record does not have (fetch): limits only judge them")
                .contains("another mix of tools than in the record (100% of the calls differ)");
    }

    @Test
    void theSameFailuresOfAToolWithARecordAreARegression() {
        assertThat(watch(SEARCH_ONLY, Map.of("search", new CallCounts(40, 4))).actions())
                .contains(DecisionAction.ROLLBACK);
    }

    @Test
    void toolsWithoutARecordDoNotHideARegressionOfOneThatHasOne() {
        WatchSimulation watch =
                watch(SEARCH_ONLY, Map.of("search", new CallCounts(40, 6), "fetch", new CallCounts(400, 0)));

        assertThat(watch.actions()).contains(DecisionAction.ROLLBACK);
    }

    @Test
    void aRenamedToolThatFailsIsFoundByTheLimits() {
        WatchSimulation watch = watch(SEARCH_ONLY, Map.of("search_v2", new CallCounts(40, 40)));

        assertThat(watch.actions()).contains(DecisionAction.ROLLBACK);
        assertThat(watch.state().comparedWith()).contains("(search_v2): limits only judge them");
    }

    /** Ten of the tools are new, one is old and well: a new one that fails is told apart, against the threshold. */
    @Test
    void aToolWithoutARecordIsHeldAgainstTheThreshold() {
        WatchSimulation watch =
                watch(SEARCH_ONLY, Map.of("search", new CallCounts(100, 0), "fetch", new CallCounts(40, 7)));

        assertThat(watch.actions()).doesNotContain(DecisionAction.ROLLBACK);
        assertThat(watch.decision().conditions())
                .filteredOn(condition -> condition.rule() == RuleKind.TOOL_REGRESSION)
                .anyMatch(condition -> condition.name().contains("20.0%"));
    }

    @Test
    void moreCallsOfAToolThatAlwaysFailedMoreAreNoRegression() {
        BaselineRecord record = record(Map.of("search", new CallCounts(900, 0), "export", new CallCounts(100, 15)));
        Map<String, CallCounts> mostlyExport = Map.of("search", new CallCounts(4, 0), "export", new CallCounts(36, 5));
        Map<String, CallCounts> asBefore = Map.of("search", new CallCounts(36, 4), "export", new CallCounts(4, 1));

        assertThat(watch(record, mostlyExport).actions()).doesNotContain(DecisionAction.ROLLBACK);
        assertThat(watch(record, asBefore).actions()).contains(DecisionAction.ROLLBACK);
    }

    @Test
    void aToolOfWhichTheRecordSaysLittleMayFailAsOftenAsThatAllowsFor() {
        BaselineRecord record = record(Map.of("search", new CallCounts(500, 0), "export", new CallCounts(3, 0)));

        WatchSimulation watch = watch(record, Map.of("export", new CallCounts(40, 4)));

        assertThat(watch.actions()).doesNotContain(DecisionAction.ROLLBACK);
        assertThat(watch.state().comparedWith()).contains("the tools are compared one by one");
    }

    @Test
    void theSameMixChangesNothing() {
        BaselineRecord record = record(Map.of("search", new CallCounts(500, 5), "export", new CallCounts(500, 40)));
        WatchCallCounts callCounts = watch(
                        record, Map.of("search", new CallCounts(20, 0), "export", new CallCounts(20, 2)))
                .state()
                .callCounts();

        TrafficMixDifference mix = TrafficMixDifference.of(record, callCounts);

        assertThat(mix.comparable()).isEqualTo(callCounts.all());
        assertThat(mix.allowance()).isZero();
        assertThat(mix.text()).isEmpty();
    }

    @Test
    void withoutARecordOfItsToolsEveryCallIsCompared() {
        BaselineRecord sums =
                new BaselineRecord(Optional.of("stable"), new CallCounts(1000, 5), Map.of(), 1, Optional.empty());

        assertThat(watch(sums, Map.of("fetch", new CallCounts(40, 6))).actions())
                .contains(DecisionAction.ROLLBACK);
    }

    /** Ten checks with these calls. */
    private static WatchSimulation watch(BaselineRecord record, Map<String, CallCounts> calls) {
        CallCounts all = calls.values().stream().reduce(CallCounts.NONE, CallCounts::plus);
        WatchSimulation watch = new WatchSimulation(MonitorPresets.DEFAULT, record);
        for (int check = 0; check < 10; check++) {
            watch.see(seen(all, calls));
        }
        return watch;
    }

    private static Observation seen(CallCounts all, Map<String, CallCounts> tools) {
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                new Observation.Calls(all, 0, 0, 0, tools),
                Optional.empty(),
                ResourceUsage.of(100L * 1024 * 1024, 10, 1000));
    }

    private static BaselineRecord record(Map<String, CallCounts> tools) {
        CallCounts all = tools.values().stream().reduce(CallCounts.NONE, CallCounts::plus);
        return new BaselineRecord(Optional.of("stable"), all, tools, 1, Optional.empty());
    }
}

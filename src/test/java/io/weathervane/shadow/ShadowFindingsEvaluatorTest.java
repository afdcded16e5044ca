package io.weathervane.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.util.Redactor;
import io.weathervane.worker.CompletedCall;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.StringNode;

/** How slow is too slow, what is shown of a difference, what is recorded: the parts that need no process. */
class ShadowFindingsEvaluatorTest {
    private static final ToolListDifferences SAME = ToolListDifferences.NOTHING;

    @ParameterizedTest(name = "{0} calls, active {1} ms, canary {2} ms, one of {3} ms")
    @CsvSource({
        // calls, active, canary, slowest of the canary's, too slow
        "4, 20, 200, 200, true", // ten times as slow
        "4, 20, 100, 100, false", // five times, and less than the floor more
        "4, 40, 200, 200, false", // five times is not more than five times
        "4, 40, 201, 201, true",
        "4, 1, 100, 100, false", // a hundred times, within the floor
        "4, 1, 102, 102, true",
        "4, 20, 20, 5000, false", // one pause among few
        "3, 20, 200, 200, false", // two timed calls say nothing
        "21, 20, 20, 5000, false", // one pause among twenty
        "41, 20, 200, 200, true",
    })
    void slownessIsJudgedByTheMedianOfFewAndTheTailOfMany(
            int calls, int active, int canary, int slowest, boolean tooSlow) {
        ToolCallFigures figures = new ToolCallFigures();
        figures.add(answer(10_000), answer(10_000)); // both warm up
        for (int call = 2; call <= calls; call++) {
            figures.add(answer(active), answer(call == 2 ? slowest : canary));
        }

        assertThat(figures.tooSlow(5).isPresent()).isEqualTo(tooSlow);
    }

    @Test
    void aSlowTailOfManyCallsIsSeenAlthoughTheMedianIsGood() {
        ToolCallFigures figures = new ToolCallFigures();
        for (int call = 0; call < 101; call++) {
            figures.add(answer(10), answer(call % 10 == 0 ? 900 : 10));
        }

        assertThat(figures.tooSlow(5)).contains("p95 900.0 ms, active 10.0 ms, more than 5 times as long");
    }

    @Test
    void latenciesKeepTheNewestCalls() {
        LatencySamples latencies = new LatencySamples();
        for (int call = 0; call < LatencySamples.KEPT_MAX; call++) {
            latencies.add(Duration.ofMillis(1));
        }
        for (int call = 0; call < LatencySamples.KEPT_MAX; call++) {
            latencies.add(Duration.ofMillis(7));
        }

        assertThat(latencies.count()).isEqualTo(2L * LatencySamples.KEPT_MAX);
        assertThat(latencies.percentile(1)).isEqualTo(Duration.ofMillis(7));
    }

    @Test
    void nothingFoundIsNoReason() {
        assertThat(ShadowFindingsEvaluator.reasons(
                        new ShadowFindingsCollector(), SAME, SAME, ShadowThresholds.defaults()))
                .isEmpty();
    }

    @Test
    void aHarmlessChangeOfToolsIsOneOnlyBeforeTheComparison() {
        ToolListDifferences added = ToolListDifferences.of(List.of(), List.of(JsonText.object("{'name':'a'}")));

        assertThat(ShadowFindingsEvaluator.reasons(
                        new ShadowFindingsCollector(), added, SAME, ShadowThresholds.defaults()))
                .isEmpty();
        assertThat(ShadowFindingsEvaluator.reasons(
                        new ShadowFindingsCollector(), SAME, added, ShadowThresholds.defaults()))
                .containsExactly("the canary changed its tools while it was compared: a: the tool is new");
    }

    @Test
    void findingsStayWithinTheirBounds() {
        ShadowFindingsCollector findings = new ShadowFindingsCollector();
        for (int place = 0; place < 1_000; place++) {
            findings.add(new CallDifference(
                    ShadowCall.Source.PROBE, "t", "{}", "changed", "/" + place, new DifferenceExcerpt.Both("1", "2")));
            findings.skipped(new ShadowCall(ShadowCall.Source.PROBE, "t" + place, JsonText.object("{}")), "no");
        }

        assertThat(findings.differences).hasSize(ShadowFindingsCollector.DIFFERENCES_MAX);
        assertThat(findings.differencesOmitted).isEqualTo(1_000 - ShadowFindingsCollector.DIFFERENCES_MAX);
        assertThat(findings.skipped).hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void longValuesAreShownWhereTheyDiffer() {
        String common = "x".repeat(100_000);
        DifferenceExcerpt.Both shown = new ReportRedactor(Redactor::clean)
                .pair(new ValueDifference(
                        "/a", StringNode.valueOf(common + "one"), StringNode.valueOf(common + "two")));

        assertThat(shown.active()).endsWith("xone\"").hasSizeLessThan(DifferenceExcerpt.LENGTH_MAX + 3);
        assertThat(shown.canary()).endsWith("xtwo\"").startsWith("…");
    }

    @Test
    void aValueUnderASecretsNameIsNotShown() {
        DifferenceExcerpt.Both shown = new ReportRedactor(Redactor::clean)
                .pair(new ValueDifference(
                        "/auth/password/0", StringNode.valueOf("hunter-2-a"), StringNode.valueOf("b-2")));

        assertThat(shown.active() + shown.canary()).doesNotContain("hunter").contains(Redactor.MARK);
    }

    @Test
    void theRecorderKeepsTheNewestDistinctCallsOfReadOnlyToolsOfEachToolInTurn() {
        RecentCalls recentCalls = RecentCalls.empty();
        recentCalls.observe(observed("rare", "{}", true));
        for (int call = 0; call < RecentCalls.CALLS_MAX - 1; call++) {
            recentCalls.observe(observed("often", "{'n':" + call + "}", true));
        }
        recentCalls.observe(observed("often", "{'n':0}", true));
        recentCalls.observe(observed("write", "{}", false));
        recentCalls.observe(observed("large", "{'x':'" + "x".repeat(RecentCalls.ARGUMENTS_WEIGHT_MAX) + "'}", true));

        assertThat(recentCalls.size()).isEqualTo(RecentCalls.CALLS_MAX);
        assertThat(recentCalls.newest(3))
                .extracting(call -> call.tool() + call.arguments())
                .containsExactlyInAnyOrder("rare{}", "often{\"n\":0}", "often{\"n\":498}");

        recentCalls.observe(observed("often", "{'n':'one more'}", true));
        assertThat(recentCalls.size()).isEqualTo(RecentCalls.CALLS_MAX);
        assertThat(recentCalls.newest(1_000)).extracting(ShadowCall::tool).containsOnly("often");
    }

    private static CompletedCall observed(String tool, String arguments, boolean readOnly) {
        return new CompletedCall(
                tool,
                JsonText.object(arguments),
                Optional.of(new WorkerAnswer(JsonText.object("{}"), "stable")),
                Duration.ofMillis(1),
                Role.ACTIVE,
                readOnly);
    }

    private static ShadowAnswer answer(int millis) {
        return ShadowAnswer.of(JsonText.object("{}"), Duration.ofMillis(millis));
    }
}

package io.weathervane.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.util.Ticker;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.ProbeCall;
import io.weathervane.worker.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Comparisons of real workers. */
class ShadowComparisonRunnerTest {
    @TempDir
    Path folder;

    @Test
    void aCanaryThatAnswersTheSamePasses() {
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "text hello", "text hello")) {
            ShadowReport report = comparison.compare(TestComparison.probing());

            assertThat(report.outcome()).isEqualTo(ShadowReport.Outcome.PASSED);
            assertThat(report.callsCompared()).isEqualTo(4);
            assertThat(report.summary())
                    .isEqualTo("4 calls compared, all with the same result; the same tool definitions");
            assertThat(report.toJson().path("differences")).isEmpty();
        }
    }

    @Test
    void shadowCallsAreNotCountedAsCallersCalls() {
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "text hello", "text hello")) {
            comparison.compare(TestComparison.probing());

            assertThat(comparison.workers.tally(Role.ACTIVE)).isEqualTo(CallTotals.NONE);
            assertThat(comparison.workers.tally(Role.CANARY)).isEqualTo(CallTotals.NONE);
        }
    }

    @Test
    void anotherResultFailsAndIsShownWithItsPlace() {
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.ECHO_TOOL,
                "data '{\"sky\":\"clear\",\"c\":1}'",
                "data '{\"sky\":\"rain\",\"c\":1.0}'")) {
            ShadowReport report = comparison.compare(TestComparison.probing());

            assertThat(report.passed()).isFalse();
            assertThat(report.reasons())
                    .containsExactly("4 of 4 calls had a different result (tolerated: 0 %), first echo at"
                            + " /structuredContent/sky");
            JsonNode difference = report.toJson().path("differences").get(0);
            assertThat(difference.toString())
                    .isEqualTo(quoted("{'source':'probe','tool':'echo','kind':'changed','blocking':true,"
                            + "'pointer':'/structuredContent/sky','arguments':'{\\'text\\':\\'a\\'}',"
                            + "'active':'\\'clear\\'','canary':'\\'rain\\'','count':4,'text':'echo"
                            + " {\\'text\\':\\'a\\'} at /structuredContent/sky\\n"
                            + "- \\'clear\\'\\n"
                            + "+ \\'rain\\''}"));
            assertThat(report.text())
                    .contains("shadow comparison failed: 4 of 4 calls had a different result")
                    .contains("- \"clear\"\n+ \"rain\"\n  4 times");
        }
    }

    private static String quoted(String json) {
        return json.replace("\\'", "\\\"").replace('\'', '"');
    }

    @Test
    void whatTheConfigurationCallsVolatileMayDiffer() {
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.ECHO_TOOL,
                "data '{\"cost\":{\"cents\":1},\"node\":\"a\"}'",
                "data '{\"cost\":{\"cents\":2},\"node\":\"b\"}'")) {
            assertThat(comparison
                            .compare(TestComparison.probing("/structuredContent/cost/*", "node"))
                            .outcome())
                    .isEqualTo(ShadowReport.Outcome.PASSED);
            assertThat(comparison
                            .compare(TestComparison.probing("/structuredContent/cost/*"))
                            .passed())
                    .isFalse();
        }
    }

    @Test
    void whatIsNondeterministicOnTheActiveWorkerItselfIsNoDifference() {
        String counting = "data '{\"count\":'$n',\"sky\":\"clear\"}'";
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.ECHO_TOOL,
                counting,
                "n=$((n+100)); data '{\"count\":'$n',\"sky\":\"clear\"}'")) {
            ShadowReport report = comparison.compare(TestComparison.probing());

            assertThat(report.outcome()).isEqualTo(ShadowReport.Outcome.PASSED);
            assertThat(report.toJson().path("calls").path("nondeterministic").toString())
                    .isEqualTo("[{\"where\":\"echo /structuredContent/count\",\"count\":4}]");
        }
    }

    @Test
    void unsteadinessInOnePlaceExcusesNoOther() {
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.ECHO_TOOL,
                "data '{\"count\":'$n',\"sky\":\"clear\"}'",
                "n=$((n+100)); data '{\"count\":'$n',\"sky\":\"rain\"}'")) {
            assertThat(comparison
                            .compare(TestComparison.probing())
                            .toJson()
                            .path("differences")
                            .findValuesAsString("pointer"))
                    .containsExactly("/structuredContent/sky");
        }
    }

    @Test
    void aBlockingChangeOfToolsFailsWithoutAnyCall() {
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.release("stable", TestComparison.tool("echo", TestComparison.READ_ONLY), "text hello"),
                TestComparison.release("next", TestComparison.tool("echo", TestComparison.WRITING), "text hello"))) {
            ShadowReport report = comparison.compare(ShadowComparisonConfig.defaults());

            assertThat(report.reasons())
                    .containsExactly("echo /annotations/readOnlyHint: readOnlyHint was true, is false");
            assertThat(report.toJson().path("differences").get(0).path("source").asString())
                    .isEqualTo("definitions");
        }
    }

    @Test
    void withoutProbesAndCallsNothingSpeaksForTheCanaryEither() {
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "text hello", "text bye")) {
            ShadowReport report = comparison.compare(ShadowComparisonConfig.defaults());

            assertThat(report.outcome()).isEqualTo(ShadowReport.Outcome.NOTHING_COMPARED);
            assertThat(report.passed()).isFalse();
            assertThat(report.summary()).startsWith("no call was compared");
        }
    }

    @Test
    void withoutACanaryThereIsNothingToCompare() {
        try (TestComparison comparison = TestComparison.withoutCanary(
                folder, TestComparison.release("stable", TestComparison.ECHO_TOOL, "text hello"))) {
            assertThat(comparison.compare(TestComparison.probing()).reasons())
                    .containsExactly("there is no canary running");
        }
    }

    @Test
    void aShareOfOtherResultsMayBeTolerated() {
        String often = "if [ $((n % 4)) = 0 ]; then text bye; else text hello; fi";
        ShadowThresholds tolerant = new ShadowThresholds(Duration.ofSeconds(10), 0.25, 5, 3);
        ShadowThresholds strict = new ShadowThresholds(Duration.ofSeconds(10), 0.24, 5, 3);
        try (TestComparison comparison = TestComparison.of(folder, TestComparison.ECHO_TOOL, "text hello", often)) {
            ShadowReport passed = comparison.compare(TestComparison.probing(tolerant));
            ShadowReport failed = comparison.compare(TestComparison.probing(strict));

            assertThat(passed.outcome()).isEqualTo(ShadowReport.Outcome.PASSED);
            assertThat(passed.toJson()
                            .path("differences")
                            .get(0)
                            .path("blocking")
                            .asBoolean())
                    .isFalse();
            assertThat(failed.reasons())
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("1 of 4 calls had a different result");
        }
    }

    @Test
    void aCanaryThatFailsMoreOftenIsRefusedEvenIfOtherResultsAreTolerated() {
        ShadowThresholds anything = new ShadowThresholds(Duration.ofSeconds(10), 1, 5, 3);
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "text hello", "fail 'no model'")) {
            ShadowReport report = comparison.compare(TestComparison.probing(anything));

            assertThat(report.reasons()).containsExactly("the canary failed in 4 of 4 calls, the active worker in 0");
            assertThat(report.toJson().path("differences").get(0).path("canary").asString())
                    .isEqualTo("error: no model");
        }
    }

    @Test
    void theSameErrorOnBothIsTheSameAnswer() {
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "fail 'no city'", "fail 'no city'")) {
            assertThat(comparison.compare(TestComparison.probing()).outcome()).isEqualTo(ShadowReport.Outcome.PASSED);
        }
    }

    @Test
    void anErrorOfTheActiveWorkerThatGoesAwayWhenAskedAgainIsNotHeldAgainstTheCanary() {
        String flaky = "if [ $((n % 2)) = 1 ]; then fail busy; else text hello; fi";
        try (TestComparison comparison = TestComparison.of(folder, TestComparison.ECHO_TOOL, flaky, "text hello")) {
            ShadowReport report = comparison.compare(TestComparison.probing());

            assertThat(report.outcome()).isEqualTo(ShadowReport.Outcome.PASSED);
        }
    }

    @Test
    void aCanaryThatHangsEndsEachCallAndAfterSomeTheComparison() {
        long from = System.nanoTime();
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "text hello", "sleep 60")) {
            ShadowReport report =
                    comparison.compare(TestComparison.probing(TestComparison.limits(Duration.ofSeconds(1))));

            assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(30));
            assertThat(report.reasons())
                    .contains(
                            "the canary failed to answer 3 calls, the rest was not tried",
                            "the canary did not answer 3 of 3 calls that the active worker answered:"
                                    + " no answer within 1000 ms");
            JsonNode difference = report.toJson().path("differences").get(0);
            assertThat(difference.path("kind").asString()).isEqualTo("no-answer");
            assertThat(difference.path("count").asInt()).isEqualTo(3);
        }
    }

    @Test
    void anAnswerOf100MegabytesIsADifferenceAndCostsNoMemory() {
        String huge = "printf '{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[],\"x\":\"' \"$id\";"
                + " head -c 104857600 /dev/zero | tr '\\0' x; echo '\"}}'";
        try (TestComparison comparison = TestComparison.of(folder, TestComparison.ECHO_TOOL, "text hello", huge)) {
            ShadowReport report = comparison.compare(TestComparison.probing());

            assertThat(report.reasons())
                    .anySatisfy(reason -> assertThat(reason)
                            .contains("a message of 10485", "more than 67108864 (workers.messageBytes)"));
            assertThat(report.toJson().toString()).hasSizeLessThan(10_000);
        }
    }

    @Test
    void aCanaryThatDiesUnderACallEndsTheComparison() {
        try (TestComparison comparison = TestComparison.of(folder, TestComparison.ECHO_TOOL, "text hello", "exit 3")) {
            ShadowReport report = comparison.compare(TestComparison.probing());

            assertThat(report.passed()).isFalse();
            assertThat(report.reasons().get(0)).startsWith("the canary ended in a call of echo: worker next ended");
            assertThat(report.callsCompared()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void aCanaryThatChangesItsToolsWithoutAWordIsFoundOut() {
        String changing = "tools='" + TestComparison.tool("echo", TestComparison.READ_ONLY) + ","
                + TestComparison.tool("more", TestComparison.WRITING) + "'; text hello";
        try (TestComparison comparison = TestComparison.of(folder, TestComparison.ECHO_TOOL, "text hello", changing)) {
            ShadowReport report = comparison.compare(TestComparison.probing());

            assertThat(report.reasons())
                    .containsExactly("the canary changed its tools while it was compared: more: the tool is new");
            assertThat(report.toJson().path("differences").get(0).path("source").asString())
                    .isEqualTo("drift");
        }
    }

    @Test
    void aToolThatStopsBeingReadOnlyMeanwhileIsNotCalledAnyMore() {
        String flipping = "if [ $n = 1 ]; then tools='" + TestComparison.tool("echo", TestComparison.WRITING)
                + "'; printf '{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\\n'; fi;"
                + " touch '" + folder + "/called-'$n; text hello";
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "sleep 0.5; text hello", flipping)) {
            ShadowReport report = comparison.compare(TestComparison.probing());

            assertThat(report.passed()).isFalse();
            assertThat(folder.resolve("called-1")).exists();
            assertThat(folder.resolve("called-4")).doesNotExist();
            assertThat(report.toJson().path("calls").path("skipped").toString())
                    .contains("not annotated read-only by the canary worker");
        }
    }

    @Test
    void aCanaryThatIsMuchSlowerIsRefused() {
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "text hello", "sleep 1; text hello")) {
            ShadowReport report = comparison.compare(TestComparison.probing());

            assertThat(report.reasons()).hasSize(1);
            assertThat(report.reasons().get(0))
                    .startsWith("echo is slower on the canary: p50 ")
                    .endsWith("more than 5 times as long");
        }
    }

    @Test
    void aComparisonThatIsCancelledEndsAtOnceAlsoInTheMiddleOfACall() {
        AtomicBoolean cancelled = new AtomicBoolean();
        List<String> said = new CopyOnWriteArrayList<>();
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "text hello", "sleep 60")) {
            Ticker ticker = Ticker.system();
            long from = ticker.nanos();
            Thread canceller = new Thread(() -> {
                Await.until("a call was begun", () -> !said.isEmpty());
                cancelled.set(true);
            });
            canceller.start();

            ShadowReport report = TestComparison.shadow()
                    .run(
                            TestComparison.probing(),
                            comparison.workers,
                            RecentCalls.empty(),
                            (done, total, message) -> said.add(done + "/" + total + " " + message),
                            cancelled::get);

            assertThat(report.outcome()).isEqualTo(ShadowReport.Outcome.CANCELLED);
            assertThat(report.passed()).isFalse();
            assertThat(Duration.ofNanos(ticker.nanos() - from)).isLessThan(Duration.ofSeconds(8));
            assertThat(said).first().isEqualTo("0/4 probe echo");
        }
    }

    @Test
    void secretsDoNotReachTheReport() {
        String token = "ghp_0123456789abcdefghijABCDEFGHIJ0123";
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.ECHO_TOOL,
                "data '{\"note\":\"use " + token + "\",\"password\":\"correct-horse-1\"}'",
                "data '{\"note\":\"none\",\"password\":\"battery-staple-2\"}'")) {
            ShadowComparisonConfig config = new ShadowComparisonConfig(
                    List.of(new ProbeCall("echo", JsonText.object("{'apiKey':'k-12345-secret','text':'a'}"))),
                    0,
                    Duration.ZERO,
                    List.of(),
                    List.of(),
                    ShadowThresholds.defaults());

            ShadowReport report = comparison.compare(config);

            assertThat(report.toJson().toString() + report.text())
                    .contains("/structuredContent/note", "/structuredContent/password", "[redacted]")
                    .doesNotContain(token, "correct-horse", "battery-staple", "k-12345-secret");
        }
    }

    /** Each in another generation, the answers also as JSON in text, and with their own label in each answer. */
    @Test
    void theSampleWorkersOfBothErasAnswerTheSame() {
        ShadowComparisonConfig config = new ShadowComparisonConfig(
                List.of(
                        new ProbeCall("get_forecast", JsonText.object("{'city':'Bern'}")),
                        new ProbeCall("get_forecast", JsonText.object("{}")),
                        new ProbeCall("record_observation", JsonText.object("{'text':'hail'}"))),
                0,
                Duration.ZERO,
                List.of(),
                List.of(),
                ShadowThresholds.defaults());
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.sample("stable", "--era", "legacy"),
                TestComparison.sample("next", "--era", "modern"))) {
            ShadowReport report = comparison.compare(config);

            assertThat(report.outcome()).as(report.text()).isEqualTo(ShadowReport.Outcome.PASSED);
            assertThat(report.callsCompared()).isEqualTo(8);
            assertThat(report.toJson().path("calls").path("errors").toString())
                    .isEqualTo("{\"active\":4,\"canary\":4}");
        }
    }
}

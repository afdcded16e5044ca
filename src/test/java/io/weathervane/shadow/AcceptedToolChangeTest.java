package io.weathervane.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.shadow.AcceptedToolChange.Kind;
import io.weathervane.worker.ProbeCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the next version changes on purpose is not held against it; nothing else becomes acceptable by it. */
class AcceptedToolChangeTest {
    private static final AcceptedToolChange GONE = new AcceptedToolChange("gone", Kind.REMOVED);

    /** Answers that the tool has failed, in a result. */
    private static final String FAILING =
            "answer '\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"no model\"}],\"isError\":true}'";

    @TempDir
    Path folder;

    @Test
    void anAcceptedChangeNamesATool() {
        assertThatThrownBy(() -> new AcceptedToolChange(" ", Kind.REMOVED)).hasMessageContaining("names a tool");
    }

    @Test
    void anotherToolAndAnotherKindStillBlock() {
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(tool("gone", ""), tool("gone_too", ""), tool("kept", ",'annotations':{'readOnlyHint':true}")),
                List.of(tool("kept", "")),
                List.of(GONE, new AcceptedToolChange("kept", Kind.SCHEMA_CHANGED)));

        assertThat(differences.blocking())
                .extracting(ToolDifference::line)
                .containsExactly(
                        "gone_too: the tool is gone",
                        "kept /annotations/readOnlyHint: readOnlyHint was true, is false by default");
        assertThat(differences.unmatched()).containsExactly(new AcceptedToolChange("kept", Kind.SCHEMA_CHANGED));
    }

    @Test
    void aNameListedTwiceBlocksWhateverIsAccepted() {
        ToolListDifferences differences =
                ToolListDifferences.of(List.of(tool("a", "")), List.of(tool("a", ""), tool("a", "")), everyKindOf("a"));

        assertThat(differences.blocks()).isTrue();
        assertThat(differences.unmatched()).hasSize(3);
    }

    @Test
    void whatBlocksIsNotHiddenBehindManyAcceptedChanges() {
        String properties = IntStream.range(0, 1_000)
                .mapToObj(index -> "'p" + index + "':{'type':'string'}")
                .collect(Collectors.joining(","));
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(tool("a", ",'inputSchema':{'properties':{" + properties + "}}"), tool("gone", "")),
                List.of(tool("a", ",'inputSchema':{'properties':{}}")),
                everyKindOf("a"));

        assertThat(differences.differences()).hasSize(500);
        assertThat(differences.blocking()).extracting(ToolDifference::tool).containsExactly("gone");
    }

    @Test
    void aHarmlessChangeNeedsNoAcceptance() {
        AcceptedToolChange schema = new AcceptedToolChange("a", Kind.SCHEMA_CHANGED);
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(tool("a", "")), List.of(tool("a", ",'outputSchema':{'type':'object'}")), List.of(schema));

        assertThat(differences.differences())
                .extracting(ToolDifference::text)
                .containsExactly("results have a schema now");
        assertThat(differences.unmatched()).containsExactly(schema);
    }

    @Test
    void anAcceptedChangeIsListedAsSuchBehindWhatBlocksAndBeforeTheNotes() {
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(tool("told", ",'description':'Old.'"), tool("gone", ""), tool("gone_too", "")),
                List.of(tool("told", ",'description':'New.'")),
                List.of(GONE));

        assertThat(differences.differences())
                .extracting(ToolDifference::tool)
                .containsExactly("gone_too", "gone", "told");
        assertThat(differences.differences().get(1).toJson("definitions").toString())
                .isEqualTo(
                        "{\"source\":\"definitions\",\"tool\":\"gone\",\"kind\":\"removed\",\"severity\":\"removed-tool\",\"blocking\":false,\"accepted\":true,\"pointer\":\"\",\"text\":\"the"
                                + " tool is gone; accepted\"}");
        assertThat(differences.notes()).isEqualTo(1);
    }

    /** The entry with the slip is named where the failure is read. */
    @Test
    void aSlipInTheNameIsPointedOut() {
        AcceptedToolChange slip = new AcceptedToolChange("ech0", Kind.REMOVED);
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.release("stable", TestComparison.ECHO_TOOL, "text hello"),
                TestComparison.release("next", TestComparison.tool("other", TestComparison.READ_ONLY), "text hello"))) {
            ShadowReport report = comparison.compare(accepting(slip));

            assertThat(report.passed()).isFalse();
            assertThat(report.summary())
                    .isEqualTo("echo: the tool is gone; accepted, but there is no such change: ech0 removed");
            assertThat(report.toJson().path("definitions").path("unmatched").toString())
                    .isEqualTo("[\"ech0 removed\"]");
        }
    }

    @Test
    void aSentenceCountsWhatIsAcceptedAndWhatIsHarmlessApart() {
        ToolListDifferences differences = ToolListDifferences.of(
                List.of(tool("told", ",'description':'Old.'"), tool("gone", "")),
                List.of(tool("told", ",'description':'New.'"), tool("new", "")),
                List.of(GONE));

        assertThat(ReportText.definitions(differences))
                .isEqualTo("1 accepted (gone removed) and 2 harmless changes of tool definitions");
    }

    @Test
    void manyEntriesWithoutEffectAreNamedWithinReason() {
        List<AcceptedToolChange> stale = IntStream.range(0, 7)
                .mapToObj(index -> new AcceptedToolChange("t" + index, Kind.REMOVED))
                .toList();

        assertThat(ReportText.unmatched(stale))
                .isEqualTo("; accepted, but there is no such change:"
                        + " t0 removed, t1 removed, t2 removed, t3 removed, t4 removed and 2 more");
    }

    @Test
    void changesWhileItIsComparedAreNeverAccepted() {
        String dropping = "tools='" + TestComparison.tool("echo", TestComparison.READ_ONLY) + "'; text hello";
        String both = TestComparison.ECHO_TOOL + "," + TestComparison.tool("gone", TestComparison.READ_ONLY);
        try (TestComparison comparison = TestComparison.of(folder, both, "text hello", dropping)) {
            ShadowReport report = comparison.compare(accepting(GONE));

            assertThat(report.reasons())
                    .containsExactly("the canary changed its tools while it was compared: gone: the tool is gone");
            JsonNode difference = report.toJson().path("differences").get(0);
            assertThat(difference.path("source").asString()).isEqualTo("drift");
            assertThat(difference.path("blocking").asBoolean()).isTrue();
        }
    }

    @Test
    void callsOfAToolThatIsRemovedOnPurposeAreSkipped() {
        String both = TestComparison.ECHO_TOOL + "," + TestComparison.tool("gone", TestComparison.READ_ONLY);
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.release("stable", both, "text hello"),
                TestComparison.release("next", TestComparison.ECHO_TOOL, "text hello"))) {
            comparison.call("gone", "{}");
            ShadowReport report = comparison.compare(accepting(GONE), comparison.recentCalls);

            assertThat(report.outcome()).as(report.text()).isEqualTo(ShadowReport.Outcome.PASSED);
            assertThat(report.summary())
                    .isEqualTo("4 calls compared, all with the same result; 1 accepted (gone removed) change of tool"
                            + " definitions");
            assertThat(report.toJson().path("calls").path("skipped").toString())
                    .isEqualTo("[{\"why\":\"recorded gone: the canary worker has no such tool\",\"count\":1}]");
            assertThat(report.text()).contains("  gone: the tool is gone; accepted");
        }
    }

    @Test
    void aToolThatIsReadOnlyNoLongerOnPurposeIsNotCalled() {
        Path called = folder.resolve("called");
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.release("stable", TestComparison.ECHO_TOOL, "text hello"),
                TestComparison.release(
                        "next",
                        TestComparison.tool("echo", TestComparison.WRITING),
                        "touch '" + called + "'; text hello"))) {
            ShadowReport report =
                    comparison.compare(accepting(new AcceptedToolChange("echo", Kind.ANNOTATION_FLIPPED)));

            assertThat(report.outcome()).isEqualTo(ShadowReport.Outcome.NOTHING_COMPARED);
            assertThat(report.summary())
                    .isEqualTo(
                            "no call was compared: each was skipped; 1 accepted (echo annotation-flipped) change of tool"
                                    + " definitions");
            assertThat(report.toJson().path("calls").path("skipped").toString())
                    .contains("probe echo: it is not annotated read-only by the canary worker");
            assertThat(called).doesNotExist();
        }
    }

    /** The recorded call has no text, which the canary demands; the probe has one, which both take. */
    @Test
    void aToolThatTakesOtherArgumentsOnPurposeIsComparedByItsProbesOnly() {
        String demanding = "{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\",\"required\":[\"text\"]},"
                + TestComparison.READ_ONLY + "}";
        String refusing = "case \"$line\" in *'\"text\"'*) text hello ;; *) fail 'no text' ;; esac";
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.release("stable", TestComparison.ECHO_TOOL, "text hello"),
                TestComparison.release("next", demanding, refusing))) {
            comparison.call("echo", "{}");
            ShadowReport report = comparison.compare(
                    accepting(new AcceptedToolChange("echo", Kind.SCHEMA_CHANGED)), comparison.recentCalls);

            assertThat(report.outcome()).as(report.text()).isEqualTo(ShadowReport.Outcome.PASSED);
            assertThat(report.callsCompared()).isEqualTo(4);
            assertThat(report.toJson().path("calls").path("skipped").toString())
                    .contains("recorded echo: it takes other arguments on the canary, as accepted");
        }
    }

    @Test
    void anotherResultOfAToolWithAnAcceptedChangeStillFails() {
        String promising = "{\"name\":\"echo\",\"inputSchema\":{\"type\":\"object\"},"
                + "\"outputSchema\":{\"type\":\"object\"}," + TestComparison.READ_ONLY + "}";
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.release("stable", promising, "data '{\"sky\":\"clear\"}'"),
                TestComparison.release("next", TestComparison.ECHO_TOOL, "data '{\"sky\":\"rain\"}'"))) {
            ShadowReport report = comparison.compare(accepting(new AcceptedToolChange("echo", Kind.SCHEMA_CHANGED)));

            assertThat(report.reasons())
                    .containsExactly("4 of 4 calls had a different result (tolerated: 0 %), first echo at"
                            + " /structuredContent/sky");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo:removed",
                " echo : removed ",
                "- {tool: echo, kind: removed}",
                "{tool: \"echo\", kind: removed}"
            })
    void aChangeIsReadAsItIsPrinted(String line) {
        assertThat(AcceptedToolChange.parse(line)).contains(new AcceptedToolChange("echo", Kind.REMOVED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo", "a b", "a,b", "with: colon", "{tool: x}", "quo\"te", "ends\\", "yes", "17", "日本"})
    void whateverAToolIsCalledTheLinesOfAFindingAreReadAgain(String name) {
        for (Kind kind : Kind.values()) {
            AcceptedToolChange change = new AcceptedToolChange(name, kind);

            assertThat(AcceptedToolChange.parse(change.yaml())).contains(change);
            assertThat(AcceptedToolChange.parse(change.argument())).contains(change);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "echo",
                ":removed",
                "echo:added",
                "echo:",
                "- {tool: echo}",
                "- {tool: \"echo, kind: removed}",
                "- {tool: , kind: removed}"
            })
    void whatIsNoChangeIsNotRead(String line) {
        assertThat(AcceptedToolChange.parse(line)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fail 'no model'", FAILING})
    void aToolThatFailsNoLongerIsAnotherAnswerUntilThatIsAccepted(String active) {
        try (TestComparison comparison = TestComparison.of(folder, TestComparison.ECHO_TOOL, active, "text hello")) {
            ShadowReport strict = comparison.compare(accepting());

            assertThat(strict.reasons())
                    .containsExactly(
                            "4 of 4 calls had a different result (tolerated: 0 %), first echo at the answer; in"
                                    + " 4 of them the active worker failed and the canary did not: echo");
            assertThat(strict.toJson().path("differences").get(0).path("kind").asString())
                    .isEqualTo("fixed");
            assertThat(strict.acceptable())
                    .extracting(AcceptedToolChange::yaml)
                    .containsExactly("- {tool: echo, kind: fixed}");
            assertThat(strict.text()).contains("- {tool: echo, kind: fixed}");

            ShadowReport accepted =
                    comparison.compare(accepting(strict.acceptable().toArray(new AcceptedToolChange[0])));

            assertThat(accepted.outcome()).as(accepted.text()).isEqualTo(ShadowReport.Outcome.PASSED);
            assertThat(accepted.summary())
                    .isEqualTo("4 calls compared, all with the same result; 4 fixed, as accepted: echo; the same tool"
                            + " definitions");
            assertThat(accepted.used()).containsExactly(new AcceptedToolChange("echo", Kind.FIXED));
        }
    }

    @Test
    void aToolThatFailsFromNowOnIsNotAcceptedAsFixed() {
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "text hello", "fail 'no model'")) {
            ShadowReport report = comparison.compare(accepting(new AcceptedToolChange("echo", Kind.FIXED)));

            assertThat(report.passed()).isFalse();
            assertThat(report.acceptable()).isEmpty();
            assertThat(report.summary()).endsWith("accepted, but there is no such change: echo fixed");
        }
    }

    /** It fails at every other call; the canary never does, and says what the active worker says. */
    @Test
    void whatFailsOnlyAtTimesIsNoFix() {
        String flaky = "if [ $((n % 2)) = 1 ]; then fail 'no model'; else text hello; fi";
        try (TestComparison comparison = TestComparison.of(folder, TestComparison.ECHO_TOOL, flaky, "text hello")) {
            ShadowReport report = comparison.compare(accepting());

            assertThat(report.outcome()).as(report.text()).isEqualTo(ShadowReport.Outcome.PASSED);
            assertThat(report.toJson().path("calls").path("nondeterministic").toString())
                    .contains("\"where\":\"echo \"");
        }
    }

    private static List<AcceptedToolChange> everyKindOf(String tool) {
        return List.of(
                new AcceptedToolChange(tool, Kind.REMOVED),
                new AcceptedToolChange(tool, Kind.SCHEMA_CHANGED),
                new AcceptedToolChange(tool, Kind.ANNOTATION_FLIPPED));
    }

    /** Four probes of {@code echo}, recorded calls if there are any. */
    private static ShadowComparisonConfig accepting(AcceptedToolChange... changes) {
        return new ShadowComparisonConfig(
                List.of(new ProbeCall("echo", JsonText.object("{'text':'a'}"))),
                /* replay= */ 10,
                Duration.ZERO,
                List.of(),
                List.of(changes),
                ShadowThresholds.defaults());
    }

    private static ObjectNode tool(String name, String more) {
        return JsonText.object("{'name':'" + name + "'" + more + "}");
    }
}

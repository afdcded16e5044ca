package io.weathervane.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class FailureReportTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private final FailureRecorder recorder = new FailureRecorder();
    private final FailureRecorder earlier = new FailureRecorder();

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonRpcCodec.JSON.readTree(text.replace('\'', '"'));
    }

    private static FailedCall toolError(String text) {
        ObjectNode result = json("{'isError': true}");
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return FailedCall.ofToolError(result);
    }

    private static ReleaseCalls calls(FailureRecorder failures, Map<String, Long> calls) {
        return failures.among(() -> calls);
    }

    private static FailureReport report(ReleaseCalls newer, ReleaseCalls older) {
        Map<ReleaseInfo, ReleaseCalls> releases = new LinkedHashMap<>();
        releases.put(new ReleaseInfo("v2", "active", Optional.of("v1"), NOON), newer);
        releases.put(new ReleaseInfo("v1", "previous", Optional.empty(), NOON), older);
        return FailureReport.of(releases);
    }

    private static long sum(ReleaseFailures release) {
        return release.tools().stream()
                .flatMap(tool -> tool.kinds().stream())
                .mapToLong(ToolFailureKindCount::count)
                .sum();
    }

    @Test
    void aKindIsCountedWithItsShareAndItsNewestThreeSamples() {
        for (int i = 0; i < 5; i++) {
            recorder.failed(
                    "search",
                    toolError("upstream " + i + " timed out")
                            .from(
                                    Optional.of(json("{'q': 'x" + i + "'}")),
                                    json("{'traceparent': '00-0af7651916cd43dd8448eb211c80319" + i
                                            + "-b7ad6b7169203331-01'}")),
                    NOON.plusSeconds(i).plusNanos(7));
        }

        JsonNode kind = FailureReportJson.of(report(calls(recorder, Map.of("search", 20L)), ReleaseCalls.NONE))
                .at("/releases/0/tools/0/kinds/0");

        assertThat(kind.path("kind").asString()).isEqualTo("upstream <n> timed out");
        assertThat(kind.path("type").asString()).isEqualTo("tool-error");
        assertThat(kind.path("count").asLong()).isEqualTo(5);
        assertThat(kind.path("share").asDouble()).isEqualTo(0.25);
        assertThat(kind.path("samples")
                        .valueStream()
                        .map(sample -> sample.path("text").asString()))
                .containsExactly("upstream 4 timed out", "upstream 3 timed out", "upstream 2 timed out");
        assertThat(kind.at("/samples/0/arguments").asString()).isEqualTo("{\"q\":\"x4\"}");
        assertThat(kind.at("/samples/0/traceId").asString()).isEqualTo("0af7651916cd43dd8448eb211c803194");
        assertThat(kind.at("/samples/0/at").asString()).isEqualTo("2026-11-30T12:00:04Z");
    }

    @Test
    void secretsInArgumentsAndTextAreInNoSample() {
        recorder.failed(
                "login",
                toolError("bad password=hunter2secret")
                        .from(Optional.of(json("{'api_key': 'abcd1234efgh'}")), json("{}")),
                NOON);

        String all = FailureReportJson.of(report(calls(recorder, Map.of("login", 1L)), ReleaseCalls.NONE))
                .toString();

        assertThat(all).doesNotContain("hunter2", "abcd1234").contains("[redacted]");
    }

    @Test
    void aSampleIsOfBoundedSize() {
        recorder.failed(
                "t",
                toolError("😀".repeat(9_000)).from(Optional.of(json("{'q': '" + "y".repeat(3_000) + "'}")), json("{}")),
                NOON);
        recorder.failed(
                "t",
                toolError("z".repeat(9_000)).from(Optional.of(json("{'q': '" + "y".repeat(9_000) + "'}")), json("{}")),
                NOON);

        FailureReport report = report(calls(recorder, Map.of("t", 2L)), ReleaseCalls.NONE);

        assertThat(FailureReportJson.of(report).toString().length()).isLessThan(3_000);
        assertThat(FailureReportText.lines(report).toString()).contains("larger than 4 KiB");
    }

    @Test
    void aKindThatThePreviousReleaseHasNotIsNew() {
        recorder.failed("pay", FailedCall.ofCode(-32603, "boom"), NOON);
        recorder.failed("pay", FailedCall.of(FailureGroupKey.TIMEOUT, "late"), NOON);
        recorder.failed("fresh", FailedCall.of(FailureGroupKey.TIMEOUT, "late"), NOON);
        earlier.failed("pay", FailedCall.ofCode(-32603, "boom"), NOON);

        assertThat(FailureReportText.lines(
                                report(calls(recorder, Map.of("pay", 4L)), calls(earlier, Map.of("pay", 8L))))
                        .toString())
                .contains("v1 fails the same: 1 of 8 calls (12.5%)");
        FailureReport report =
                report(calls(recorder, Map.of("pay", 4L, "fresh", 1L)), calls(earlier, Map.of("pay", 200L)));
        JsonNode pay = FailureReportJson.of(report).at("/releases/0/tools/0/kinds");

        assertThat(pay.at("/0/kind").asString()).isEqualTo("-32603 Internal error");
        assertThat(pay.at("/0/new").asBoolean(true)).isFalse();
        assertThat(pay.at("/0/previous").toString()).isEqualTo("{\"count\":1,\"calls\":200,\"share\":0.005}");
        assertThat(pay.at("/1/kind").asString()).isEqualTo("time-out");
        assertThat(pay.at("/1/new").asBoolean(false)).isTrue();
        assertThat(FailureReportJson.of(report)
                        .at("/releases/0/tools/1/kinds/0")
                        .has("new"))
                .as("v1 had no call of the tool, so that nothing is known")
                .isFalse();
        assertThat(String.join("\n", FailureReportText.lines(report)))
                .contains("v1 fails so less often: 1 of 200 calls (0.5%)")
                .contains("new in this release, v1 has none in 200 calls")
                .as("v1 may have had calls before the server started, which are in its record only")
                .doesNotContain("no calls of this tool");
    }

    @Test
    void callersMistakesAreListedApart() {
        recorder.failed("pay", FailedCall.ofCode(-32603, "boom"), NOON);
        recorder.failedByCaller("pay", FailedCall.ofCode(-32602, "no"), NOON);
        recorder.failedByCaller("nope\u001b", FailedCall.of(FailureGroupKey.UNKNOWN_TOOL, "no such tool"), NOON);

        FailureReport report = report(calls(recorder, Map.of("pay", 4L)), ReleaseCalls.NONE);
        JsonNode release = FailureReportJson.of(report).at("/releases/0");

        assertThat(release.path("failed").asLong()).isEqualTo(1);
        assertThat(release.path("callerErrors").toString())
                .contains("-32602 Invalid params", "unknown tool")
                .doesNotContain("share");
        assertThat(FailureReportText.lines(report).toString())
                .contains("callers' mistakes, not counted: pay: 1 -32602 Invalid params")
                .doesNotContain("\u001b");
    }

    @Test
    void refusedArgumentsThatWentWellBeforeAreToldAsWhatIsJudged() {
        for (int i = 0; i < 6; i++) {
            recorder.failedByCaller(
                    "look", FailedCall.ofCode(-32602, "no such city").asRefusal(), NOON);
        }
        recorder.failedByCaller("look", FailedCall.ofCode(-32602, "typo"), NOON);

        FailureReport report = report(calls(recorder, Map.of("look", 7L)), ReleaseCalls.NONE);

        assertThat(FailureReportText.lines(report))
                .contains(
                        "what failed in v2 (active): none of 7 calls, and 6 more were refused, since"
                                + " 2026-11-30T12:00:00Z",
                        "  refused, though such arguments went well before, judged by comparison: look: 6 -32602"
                                + " Invalid params",
                        "    newest 2026-11-30T12:00:00Z: no such city",
                        "  callers' mistakes, not counted: look: 1 -32602 Invalid params");
        assertThat(FailureReportText.headline(report, "v2"))
                .contains("what failed in v2: look 6 calls refused, though such arguments went well before, -32602"
                        + " Invalid params \"no such city\"");
        assertThat(report.failed()).isZero();
        assertThat(report.recorded()).isEqualTo(7);
        assertThat(FailureReportJson.read(FailureReportJson.of(report))).contains(report);
    }

    @Test
    void probesAreToldApartFromCallersCalls() {
        recorder.failed("look", FailedCall.ofCode(-32603, "boom"), NOON);
        for (int i = 0; i < 5; i++) {
            FailedCall failure = toolError("disk full on node seven");
            recorder.probed("look", i < 2 ? Optional.empty() : Optional.of(failure), NOON);
        }
        earlier.probed("look", Optional.empty(), NOON);

        FailureReport report = report(calls(recorder, Map.of("look", 4L)), calls(earlier, Map.of()));

        assertThat(report.failed()).as("callers' calls").isEqualTo(1);
        assertThat(report.releases().get(0).calls()).isEqualTo(4);
        assertThat(report.recorded()).isEqualTo(4);
        assertThat(FailureReportText.lines(report))
                .contains(
                        "  look as a probe: 3 of 5 calls (60.0%)",
                        "    3 (60.0%) tool error \"disk full on node seven\"; new in this release, v1 has none in 1"
                                + " calls");
        assertThat(FailureReportText.headline(report, "v2").orElseThrow())
                .startsWith("what failed in v2: look as a probe 3 of 5 calls (60.0%) tool error \"disk full on node"
                        + " seven\"")
                .contains("; look 1 of 4 calls (25.0%) -32603 Internal error \"boom\"");
        assertThat(FailureReportJson.read(FailureReportJson.of(report))).contains(report);
        ReleaseCalls twice = calls(recorder, Map.of("look", 4L)).plus(calls(recorder, Map.of("look", 4L)));
        assertThat(report(twice, ReleaseCalls.NONE).recorded()).isEqualTo(8);
        assertThat(calls(earlier, Map.of()).isEmpty()).isFalse();
    }

    @Test
    void whatIsBeyondTheBoundsCountsAsOtherSoThatTheSumsAreRight() {
        Map<String, Long> calls = new HashMap<>();
        for (int tool = 0; tool < 200; tool++) {
            calls.merge(tool < FailureCounts.TOOLS_MAX ? "t" + tool : ReleaseCalls.OTHER_TOOLS, 30L, Long::sum);
            for (String kind : kinds(tool < 20 ? 30 : 1)) {
                recorder.failed("t" + tool, toolError(kind), NOON);
            }
        }
        long failed = 20 * 30 + 180;

        FailureReport report = report(calls(recorder, calls), ReleaseCalls.NONE);

        assertThat(report.failed()).isEqualTo(failed);
        assertThat(report.releases().get(0).tools()).hasSize(FailureCounts.TOOLS_MAX + 1);
        for (FailureReportLimits limits :
                List.of(FailureReportLimits.ANSWER, FailureReportLimits.DECISION, FailureReportLimits.BRIEF)) {
            FailureReport shown = report.limited(limits);
            assertThat(sum(shown.releases().get(0))).isEqualTo(failed);
            assertThat(shown.releases().get(0).calls()).isEqualTo(6_000);
            assertThat(shown.releases().get(0).tools().stream()
                            .mapToLong(ToolFailures::calls)
                            .sum())
                    .isEqualTo(6_000);
            assertThat(shown.releases().get(0).tools())
                    .hasSizeLessThanOrEqualTo(limits.tools())
                    .allSatisfy(tool -> assertThat(tool.kinds()).hasSizeLessThanOrEqualTo(limits.kinds()));
        }
    }

    private static List<String> kinds(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "fault " + (char) ('a' + i % 26) + (char) ('a' + i / 26))
                .toList();
    }

    @Test
    void countersOfARestartAreAddedUp() {
        recorder.failed("pay", toolError("a b"), NOON.plusSeconds(9));
        earlier.failed("pay", toolError("a b"), NOON);
        earlier.failed("ship", toolError("c"), NOON);

        ReleaseCalls sum = calls(earlier, Map.of("pay", 5L, "ship", 1L)).plus(calls(recorder, Map.of("pay", 5L)));

        FailureReport report = report(sum, ReleaseCalls.NONE);
        assertThat(report.releases().get(0).calls()).isEqualTo(11);
        assertThat(report.releases().get(0).tools().get(0).calls()).isEqualTo(10);
        assertThat(report.releases().get(0).tools().get(0).kinds().get(0).samples())
                .extracting(FailureSample::at)
                .containsExactly(NOON.plusSeconds(9), NOON);
        assertThat(report(sum.asOneTool(), ReleaseCalls.NONE).failed()).isEqualTo(3);
    }

    @Test
    void aReportIsReadAsItWasWritten() {
        recorder.failed("pay", toolError("a").from(Optional.of(json("{'q': 1}")), json("{}")), NOON);
        recorder.failedByCaller("pay", FailedCall.ofCode(-32602, "no"), NOON);
        earlier.failed("pay", FailedCall.of(FailureGroupKey.WORKER_EXITED, "v1 ended"), NOON);
        FailureReport report = report(calls(recorder, Map.of("pay", 4L)), calls(earlier, Map.of("pay", 9L)));

        assertThat(FailureReportJson.read(FailureReportJson.of(report))).contains(report);
        assertThat(FailureReportJson.read(json("{}"))).isEmpty();
        assertThat(FailureReportJson.read(json("{'releases': [{}]}"))).isEmpty();
    }

    @Test
    void theHeadlineNamesTheMostFrequentKinds() {
        for (int i = 0; i < 3; i++) {
            recorder.failed("search", toolError("upstream " + i + " timed out"), NOON);
        }
        recorder.failed("pay", FailedCall.ofCode(-32603, "boom"), NOON);
        FailureReport report =
                report(calls(recorder, Map.of("search", 10L, "pay", 2L)), calls(earlier, Map.of("search", 50L)));

        assertThat(FailureReportText.headline(report, "v2"))
                .contains(
                        "what failed in v2: search 3 of 10 calls (30.0%) tool error \"upstream <n> timed out\", new in"
                                + " this release, v1 has none in 50 calls; pay 1 of 2 calls (50.0%) -32603 Internal"
                                + " error \"boom\"");
        assertThat(FailureReportText.headline(report, "v1")).isEmpty();
    }

    @Test
    void manyThreadsLoseNoCall() throws InterruptedException {
        int threads = 4;
        int each = 500;
        CountDownLatch done = new CountDownLatch(threads);
        for (int t = 0; t < threads; t++) {
            String tool = "t" + t % 2;
            new Thread(() -> {
                        for (int i = 0; i < each; i++) {
                            recorder.failed(tool, FailedCall.of(FailureGroupKey.TIMEOUT, "late"), NOON);
                        }
                        done.countDown();
                    })
                    .start();
        }
        done.await();

        assertThat(report(calls(recorder, Map.of()), ReleaseCalls.NONE).failed())
                .isEqualTo((long) threads * each);
    }

    @Test
    void aTextThatIsJsonIsKnownByItsMessage() {
        assertThat(toolError("{\"error\": {\"message\": \"quota of 5 used up\", \"id\": \"a1\"}}")
                        .key()
                        .text())
                .isEqualTo("quota of <n> used up");
        assertThat(FailedCall.ofToolError(json("{'isError': true, 'content': [{'type': 'image', 'data': 'AAAA'}]}"))
                        .key()
                        .text())
                .isEqualTo("(no text)");
    }
}

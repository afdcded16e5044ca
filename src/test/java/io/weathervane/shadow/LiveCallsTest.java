package io.weathervane.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.util.Ticker;
import io.weathervane.worker.ProbeCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Callers' own calls, made again on a real canary. */
class LiveCallsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void recordedCallsAreMadeAgainOnBoth() {
        String other = "case \"$line\" in *Basel*) text rain ;; *) text clear ;; esac";
        try (TestComparison comparison = TestComparison.of(folder, TestComparison.ECHO_TOOL, "text clear", other)) {
            comparison.call("echo", "{'city':'Bern'}");
            comparison.call("echo", "{'city':'Basel'}");
            comparison.call("echo", "{'city':'Bern'}");

            ShadowReport report = comparison.compare(replaying(), comparison.recentCalls);

            assertThat(comparison.recentCalls.size()).isEqualTo(2);
            assertThat(report.callsCompared()).isEqualTo(2);
            JsonNode differences = report.toJson().path("differences");
            assertThat(differences).hasSize(1);
            assertThat(differences.get(0).path("source").asString()).isEqualTo("recorded");
            assertThat(differences.get(0).path("arguments").asString()).isEqualTo("{\"city\":\"Basel\"}");
        }
    }

    /** The tool's program leaves a file behind; who says what of it does not matter, as long as one does not promise. */
    @ParameterizedTest(name = "active {0}, canary {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'annotations':{'readOnlyHint':false} | 'annotations':{'readOnlyHint':false}",
                "'annotations':{'readOnlyHint':true}  | 'annotations':{'readOnlyHint':false}",
                "'annotations':{'readOnlyHint':false} | 'annotations':{'readOnlyHint':true}",
                "'annotations':{'readOnlyHint':true}  | 'annotations':{'idempotentHint':true}",
                "'description':'Reads, it says.'      | 'annotations':{'readOnlyHint':true}",
                "'annotations':{'readOnlyHint':true}  | 'annotations':{'readOnlyHint':'true'}",
            })
    void aCallThatIsNotReadOnlyOnBothIsNeverMadeAgain(String active, String canary) throws IOException {
        Files.createDirectories(folder.resolve("canary"));
        Files.createDirectories(folder.resolve("active"));
        String leaves = "echo x >> '" + folder + "/WHO/'$n; text done";
        try (TestComparison comparison = TestComparison.of(
                folder,
                TestComparison.release("stable", writing(active), leaves.replace("WHO", "active")),
                TestComparison.release("next", writing(canary), leaves.replace("WHO", "canary")))) {
            comparison.call("write", "{}");
            ShadowComparisonConfig config = new ShadowComparisonConfig(
                    List.of(new ProbeCall("write", JsonText.object("{}"))),
                    10,
                    Duration.ofMillis(600),
                    List.of(),
                    List.of(),
                    ShadowThresholds.defaults());
            CompletableFuture<ShadowReport> report =
                    CompletableFuture.supplyAsync(() -> comparison.compare(config, comparison.recentCalls));
            while (!report.isDone()) {
                comparison.call("write", "{}");
            }

            assertThat(files("canary")).isEmpty();
            assertThat(report.join().callsCompared()).isZero();
            assertThat(report.join().toJson().path("calls").path("skipped").toString())
                    .contains("probe write: it is not annotated read-only by the");
        }
    }

    @Test
    void liveCallsAreMirroredToTheCanaryWhileItIsCompared() {
        AtomicBoolean enough = new AtomicBoolean();
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "text clear", "text rain")) {
            CompletableFuture<ShadowReport> report =
                    CompletableFuture.supplyAsync(() -> mirroring(comparison, LONG, enough));
            while (!report.isDone()) {
                comparison.call("echo", "{'city':'Bern'}");
            }

            assertThat(report.join()
                            .toJson()
                            .path("calls")
                            .path("sources")
                            .path("mirror")
                            .asInt())
                    .isPositive();
            assertThat(report.join().toJson().path("differences").findValuesAsString("source"))
                    .containsExactly("mirror");
        }
    }

    @Test
    void aCallerIsNotDelayedByTheMirrorAndWhatIsTooMuchIsDroppedAndCounted() {
        int calls = 400;
        AtomicBoolean enough = new AtomicBoolean();
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "text clear", "sleep 0.3; text clear")) {
            CompletableFuture<ShadowReport> report =
                    CompletableFuture.supplyAsync(() -> mirroring(comparison, Duration.ofSeconds(3), enough));
            Await.until("the mirror is on", () -> enough.get());
            Ticker ticker = Ticker.system();
            long from = ticker.nanos();
            for (int call = 0; call < calls; call++) {
                comparison.call("echo", "{}");
            }
            Duration took = Duration.ofNanos(ticker.nanos() - from);

            // One at a time behind the canary they would take two minutes.
            assertThat(took).isLessThan(Duration.ofSeconds(60));
            assertThat(report.join()
                            .toJson()
                            .path("calls")
                            .path("mirrorDropped")
                            .asInt())
                    .isPositive();
        }
    }

    @Test
    void withoutListenersNothingIsKept() {
        try (TestComparison comparison =
                TestComparison.of(folder, TestComparison.ECHO_TOOL, "text clear", "text clear")) {
            comparison.call("echo", "{'n':1}");
            comparison.recentCalls.close();
            comparison.call("echo", "{'n':2}");

            assertThat(comparison.recentCalls.size()).isEqualTo(1);
        }
    }

    /** Ends as soon as a call was mirrored, when it is not told to go on for its time. */
    private static ShadowReport mirroring(TestComparison comparison, Duration length, AtomicBoolean on) {
        ShadowComparisonConfig config =
                new ShadowComparisonConfig(List.of(), 0, length, List.of(), List.of(), ShadowThresholds.defaults());
        AtomicBoolean mirrored = new AtomicBoolean();
        ShadowReport report = TestComparison.shadow()
                .run(
                        config,
                        comparison.workers,
                        RecentCalls.empty(),
                        (done, total, message) -> {
                            on.set(message.startsWith("mirroring"));
                            mirrored.set(!message.endsWith(": 0"));
                        },
                        () -> length.equals(LONG) && on.get() && mirrored.get());
        return report;
    }

    private static ShadowComparisonConfig replaying() {
        return new ShadowComparisonConfig(
                List.of(), 10, Duration.ZERO, List.of(), List.of(), ShadowThresholds.defaults());
    }

    private static String writing(String annotations) {
        return TestComparison.tool("write", annotations.replace('\'', '"'));
    }

    private List<Path> files(String who) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(who))) {
            return files.toList();
        }
    }
}

package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.worker.CallTotals;
import io.weathervane.worker.FailureDispersionSums;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.ServedCallTotals;
import io.weathervane.worker.ToolCallCounts;
import io.weathervane.worker.ToolComparisonCountKey;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallCountersTest {
    private final CallCounters counters = new CallCounters();

    @Test
    void tellsToolsApart() {
        counters.succeeded("search", 1);
        counters.failed("export", 1, /* toolError= */ true);
        counters.failed("export", 1, /* toolError= */ false);

        assertThat(counters.figures().tools())
                .containsEntry("search", new ToolCallCounts(1, 0, 0))
                .containsEntry("export", new ToolCallCounts(2, 2, 1));
        assertThat(counters.figures().toolErrors()).isEqualTo(1);
    }

    @Test
    void keepsABoundedNumberOfTools() {
        for (int i = 0; i < 10 * CallCounters.TOOLS_MAX; i++) {
            counters.failed("tool" + i, 1, false);
        }

        assertThat(counters.figures().tools()).hasSize(CallCounters.TOOLS_MAX);
        assertThat(counters.now().errors()).isEqualTo(10L * CallCounters.TOOLS_MAX);
    }

    @Test
    void countsWhatTakesLongerThanTheLimitFromThenOn() {
        counters.succeeded("search", Duration.ofSeconds(9).toNanos());
        counters.countSlowAbove(Duration.ofMillis(20));
        counters.succeeded("search", Duration.ofMillis(20).toNanos());
        counters.failed("search", Duration.ofMillis(21).toNanos(), false);

        assertThat(counters.figures().slow()).isEqualTo(1);
    }

    /** It is written, read and compared with itself by its number. */
    @Test
    void tellsHowLongTheCallsOfEachToolTook() {
        WorkerRelease release = WorkerRelease.of("v1", WorkerProtocol.MCP, List.of("true"));
        counters.succeeded("search", Duration.ofSeconds(9).toNanos());
        counters.failed("export", Duration.ofMillis(20).toNanos(), false);

        ServedCallTotals served = counters.served(release, 4711);

        assertThat(served.details()).isEqualTo(counters.figures());
        assertThat(served.latency().calls()).isEqualTo(2);
        assertThat(served.toolLatency().get("export").p95Nanos().orElseThrow()).isBetween(20_000_000L, 22_600_000L);
        assertThat(served.origin())
                .isEqualTo(counters.served(release, 4711).origin())
                .isNotEqualTo(new CallCounters().served(release, 4711).origin());
    }

    @Test
    void aRecordTellsWhichToolsWentWellBefore() {
        counters.expect(Map.of("search", Optional.of(Duration.ofSeconds(2)), "list", Optional.empty()));

        assertThat(counters.expects("search")).isTrue();
        assertThat(counters.patienceNanos("search"))
                .isEqualTo(Duration.ofSeconds(6).toNanos());
        assertThat(counters.expects("list")).isTrue();
        assertThat(counters.patienceNanos("list"))
                .isEqualTo(Duration.ofSeconds(30).toNanos());
        assertThat(counters.expects("export")).isFalse();
    }

    @Test
    void aCallersMistakeNeitherLengthensNorBreaksARunOfFailures() {
        counters.failed("search", 1, false);
        counters.failedByCaller();
        counters.failed("search", 1, false);

        assertThat(counters.now()).isEqualTo(new CallTotals(2, 2, 2));
        assertThat(counters.callerErrors()).isEqualTo(1);
    }

    @Test
    void sumsUpFullBins() {
        for (int i = 0; i < 45; i++) {
            if (i < 20) {
                counters.failed("search", 1, false);
            } else {
                counters.succeeded("search", 1);
            }
        }

        assertThat(counters.figures().dispersion())
                .containsExactly(new FailureDispersionSums(20, 2, 20, 400), new FailureDispersionSums(100, 0, 0, 0));
    }

    @Test
    void theNextWorkerIsExpectedToHaveWhatWentWell() {
        counters.succeeded("search", 1);
        counters.failed("export", 1, false);

        assertThat(counters.next().expects("search")).isTrue();
        assertThat(counters.next().expects("export")).isFalse();
    }

    @Test
    void countsARefusalOfArgumentsThatTheWorkerBeforeTook() {
        counters.succeeded("export", 1);
        counters.took("export", print("q", "x"));
        CallCounters next = counters.next();

        next.refused("export", print("q", "x"));
        next.refused("export", print("q", "x"));

        assertThat(next.figures().parts())
                .containsEntry(
                        new ToolComparisonCountKey("export", ToolComparisonCountKey.Kind.SAME_ARGUMENTS),
                        new ToolCallCounts(2, 2, 0))
                .containsEntry(
                        new ToolComparisonCountKey("export", ToolComparisonCountKey.Kind.SAME_FORM),
                        new ToolCallCounts(1, 1, 0));
        assertThat(next.now()).isEqualTo(CallTotals.NONE);
    }

    /** Other names, other types, and the same wrong value again and again are what a caller does. */
    @Test
    void aRefusalOfWhatNeverWentWellIsTheCallers() {
        counters.succeeded("export", 1);
        counters.took("export", print("q", "x"));
        CallCounters next = counters.next();

        next.refused("export", print("query", "x"));
        next.refused(
                "export",
                AcceptedArgumentRefusalCounter.Print.of(SampleReleases.object().put("q", 5)));
        next.refused("never called", print("q", "x"));
        assertThat(next.figures().parts()).isEmpty();

        for (int i = 0; i < 10; i++) {
            next.refused("export", print("q", "no such customer"));
        }
        next.succeeded("export", 1);
        next.took("export", print("q", "y"));
        assertThat(next.figures().parts())
                .containsOnlyKeys(new ToolComparisonCountKey("export", ToolComparisonCountKey.Kind.SAME_FORM))
                .containsValue(new ToolCallCounts(2, 1, 0));
    }

    @Test
    void remembersABoundedNumberOfArguments() {
        counters.succeeded("export", 1);
        for (int i = 0; i < 2 * AcceptedArgumentRefusalCounter.VALUES_MAX; i++) {
            counters.took("export", print("q", "x" + i));
            counters.took("export", print("q" + i, "x"));
        }
        CallCounters next = counters.next();

        next.refused("export", print("q", "x0"));
        next.refused("export", print("q0", "x"));

        assertThat(next.figures().parts()).isEmpty();
    }

    @Test
    void aCallThatIsGivenUpLateCountsAndOneThatIsGivenUpSoonDoesNot() {
        for (int i = 0; i < SlowCallThreshold.CALLS_MIN; i++) {
            counters.succeeded("export", Duration.ofMillis(500).toNanos());
            counters.succeeded("search", Duration.ofMillis(5).toNanos());
        }
        CallCounters next = counters.next();

        assertThat(next.abandoned("export", Duration.ofMillis(1499).toNanos())).isFalse();
        assertThat(next.abandoned("export", Duration.ofMillis(1500).toNanos())).isTrue();
        assertThat(next.abandoned("search", Duration.ofMillis(999).toNanos())).isFalse();
        assertThat(next.abandoned("search", Duration.ofSeconds(1).toNanos())).isTrue();
        assertThat(next.abandoned("unknown", Duration.ofSeconds(29).toNanos())).isFalse();
        next.succeeded("export", 1);

        assertThat(next.figures().parts())
                .containsOnly(
                        Map.entry(
                                new ToolComparisonCountKey("export", ToolComparisonCountKey.Kind.GIVEN_UP),
                                new ToolCallCounts(2, 1, 0)),
                        Map.entry(
                                new ToolComparisonCountKey("search", ToolComparisonCountKey.Kind.GIVEN_UP),
                                new ToolCallCounts(1, 1, 0)));
        assertThat(next.now()).isEqualTo(new CallTotals(1, 0, 0));
    }

    @Test
    void aCallThatEndsMuchLaterThanUsualIsCountedApart() {
        for (int i = 0; i < SlowCallThreshold.CALLS_MIN; i++) {
            counters.succeeded("export", Duration.ofMillis(5).toNanos());
        }
        CallCounters next = counters.next();
        next.succeeded("export", Duration.ofMillis(999).toNanos());
        next.succeeded("export", Duration.ofSeconds(1).toNanos());

        assertThat(next.figures().parts())
                .containsOnly(Map.entry(
                        new ToolComparisonCountKey("export", ToolComparisonCountKey.Kind.LATE),
                        new ToolCallCounts(2, 1, 0)));
    }

    private static AcceptedArgumentRefusalCounter.Print print(String name, String value) {
        return AcceptedArgumentRefusalCounter.Print.of(SampleReleases.object().put(name, value));
    }
}

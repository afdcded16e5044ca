package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Durations of the calls to one worker; the newest of them, if there are many. Not safe for use by several threads. */
final class LatencySamples {
    /** Calls kept. */
    static final int KEPT_MAX = 1_000;

    private long[] nanos = new long[16];
    private long count;

    void add(Duration took) {
        if (count == nanos.length && nanos.length < KEPT_MAX) {
            nanos = Arrays.copyOf(nanos, Math.min(KEPT_MAX, nanos.length * 2));
        }
        nanos[(int) (count++ % nanos.length)] = took.toNanos();
    }

    /** All calls, kept or not. */
    long count() {
        return count;
    }

    private long[] sorted() {
        long[] sorted = Arrays.copyOf(nanos, (int) Math.min(count, nanos.length));
        Arrays.sort(sorted);
        return sorted;
    }

    /** By nearest rank: a time that a call really took; zero when there was none. */
    Duration percentile(int percent) {
        return percentile(sorted(), percent);
    }

    private static Duration percentile(long[] sorted, int percent) {
        return sorted.length == 0
                ? Duration.ZERO
                : Duration.ofNanos(sorted[Math.max(0, (sorted.length * percent + 99) / 100 - 1)]);
    }

    /** What all of them have together. */
    static ObjectNode toJson(Stream<LatencySamples> all) {
        long[] kept =
                all.flatMapToLong(each -> Arrays.stream(each.sorted())).sorted().toArray();
        return JsonRpcCodec.JSON
                .createObjectNode()
                .put("timed", kept.length)
                .put("p50Ms", millis(percentile(kept, 50)))
                .put("p95Ms", millis(percentile(kept, 95)))
                .put("maxMs", millis(percentile(kept, 100)));
    }

    /** With one digit behind the point. */
    static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e5) / 10.0;
    }
}

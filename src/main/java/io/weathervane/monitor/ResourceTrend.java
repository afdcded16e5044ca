package io.weathervane.monitor;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The worker's memory and open files as the watch goes on.
 *
 * @param criticalRun checks in a row with memory or open files at the limit, up to now
 * @param samples memory at marks in time, oldest first
 */
public record ResourceTrend(int criticalRun, List<MemorySample> samples) {
    static final ResourceTrend NONE = new ResourceTrend(0, List.of());

    /** Steps from sample to sample that a trend needs, and the share of them that goes up when memory leaks. */
    private static final int STEPS_MIN = 5;

    private static final double STEPS_UP_MIN = 0.8;
    private static final double SECONDS_PER_MINUTE = 60;

    /** Memory at a moment, to the second. */
    public record MemorySample(Instant at, long megabytes) {}

    public ResourceTrend {
        samples = List.copyOf(samples);
    }

    /** @param every how far apart samples are at least */
    ResourceTrend plus(ResourceUsage usage, Duration every, Instant now) {
        List<MemorySample> all = new ArrayList<>(samples);
        boolean due =
                all.isEmpty() || !now.isBefore(all.get(all.size() - 1).at().plus(every));
        if (due && usage.memoryMb().isPresent()) {
            all.add(new MemorySample(
                    now.truncatedTo(ChronoUnit.SECONDS),
                    Math.round(usage.memoryMb().getAsDouble())));
        }
        return new ResourceTrend(
                criticalRun(usage), all.subList(Math.max(0, all.size() - WatchCallCounts.MARKS_MAX), all.size()));
    }

    private int criticalRun(ResourceUsage usage) {
        if (!usage.known()) {
            return criticalRun;
        }
        boolean critical = usage.memoryMb().orElse(0) >= MonitorPolicy.MEMORY_CRITICAL_MB
                || usage.openFilesShare().orElse(0) >= MonitorPolicy.OPEN_FILES_CRITICAL;
        return critical ? criticalRun + 1 : 0;
    }

    /**
     * Megabytes a minute by which memory has grown since a moment; 0 when it did not go up steadily, empty while there are
     * too few samples.
     */
    OptionalDouble growth(Instant since) {
        List<MemorySample> from =
                samples.stream().filter(sample -> !sample.at().isBefore(since)).toList();
        int steps = from.size() - 1;
        if (steps < STEPS_MIN) {
            return OptionalDouble.empty();
        }
        long up = 0;
        for (int step = 0; step < steps; step++) {
            up += from.get(step + 1).megabytes() > from.get(step).megabytes() ? 1 : 0;
        }
        MemorySample first = from.get(0);
        MemorySample last = from.get(steps);
        double minutes = Duration.between(first.at(), last.at()).toSeconds() / SECONDS_PER_MINUTE;
        boolean steady = up >= STEPS_UP_MIN * steps && minutes > 0;
        return OptionalDouble.of(steady ? (last.megabytes() - first.megabytes()) / minutes : 0);
    }
}

package io.weathervane.bench;

import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link FlagReadBenchmark} and puts it into the table. */
final class FlagReads {
    private static final double TARGET_NANOS = 10;

    /** A poll of the flags now and then allocates in the same JVM; a read that did would cost 16 at least. */
    private static final double TARGET_BYTES = 0.5;

    private FlagReads() {}

    static void measure(Pace pace, Results results) throws IOException, RunnerException {
        TimeValue iteration = new TimeValue(pace.readSeconds().toMillis(), TimeUnit.MILLISECONDS);
        OptionsBuilder options = new OptionsBuilder();
        options.include(FlagReadBenchmark.class.getSimpleName())
                .forks(pace.readForks())
                .warmupIterations(3)
                .warmupTime(iteration)
                .measurementIterations(pace.readIterations())
                .measurementTime(iteration)
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .resultFormat(ResultFormatType.JSON)
                .result(results.folder().resolve("jmh.json").toString());
        Collection<RunResult> runs = new Runner(options.build()).run();
        RunResult flag = find(runs, "flag");
        RunResult reference = find(runs, "reference");
        row(flag, reference, results);
    }

    private static void row(RunResult flag, RunResult reference, Results results) throws IOException {
        double nanos = median(flag);
        double bare = median(reference);
        double bytes = bytes(flag);
        results.row(Row.judged(
                "flag read in the server",
                Show.number(nanos) + " ns, " + Show.number(bytes) + " B",
                Show.number(bare) + " ns, " + Show.number(bytes(reference)) + " B: volatile + HashMap.get",
                Show.ratio(nanos, bare),
                "< 10 ns, 0 B",
                nanos < TARGET_NANOS && bytes < TARGET_BYTES,
                "JMH, medians of iterations; mean "
                        + Show.number(flag.getPrimaryResult().getScore()) + " ns against "
                        + Show.number(reference.getPrimaryResult().getScore()) + " ns"));
    }

    private static double median(RunResult run) {
        return run.getPrimaryResult().getStatistics().getPercentile(50);
    }

    private static RunResult find(Collection<RunResult> runs, String method) {
        return runs.stream()
                .filter(run -> run.getParams().getBenchmark().endsWith("." + method))
                .findFirst()
                .orElseThrow();
    }

    private static double bytes(RunResult run) {
        return run.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
                .mapToDouble(entry -> entry.getValue().getScore())
                .findFirst()
                .orElse(Double.NaN);
    }
}

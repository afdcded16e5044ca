package io.weathervane.bench;

import io.weathervane.flags.LiveFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reading one flag in the server, beside the least that such a read can be. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FlagReadBenchmark {
    private static final String FLAG = "PROMPT_MODE";

    private Path folder;
    private FlagsFixture fixture;
    private LiveFlags flags;
    private volatile Map<String, String> map;

    /** The real flags with their poll loop running, and a map with the same content. */
    @Setup
    public void open() throws IOException {
        BenchLogging.logs();
        folder = Files.createTempDirectory("weathervane-bench");
        fixture = FlagsFixture.open(folder);
        flags = fixture.flags();
        map = new HashMap<>(flags.snapshot().effective());
    }

    @TearDown
    public void close() throws IOException {
        fixture.close();
        Folders.delete(folder);
    }

    @Benchmark
    public String flag() {
        return flags.snapshot().value(FLAG);
    }

    /** A volatile reference and a hash map. */
    @Benchmark
    public String reference() {
        return map.get(FLAG);
    }
}

package io.weathervane.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The command line that {@code scripts/bench} uses: a part, the folder of the results, {@code --quick}, names. */
public final class Bench {
    /** Measured in this JVM, on all processors, in this order. */
    private static final List<Map.Entry<String, Measurement>> INSIDE = List.of(
            Map.entry("flag-read", FlagReads::measure),
            Map.entry("engage", Engagements::measure),
            Map.entry("outside-write", OutsideWrites::measure),
            Map.entry("switch", SwitchBench::measure));

    /** Measured on the packaged server as a process of its own, from a client beside it. */
    private static final List<Map.Entry<String, Measurement>> SERVER = List.of(
            Map.entry("start", StartUps::measure),
            Map.entry("engage-tool", ToolEngagements::measure),
            Map.entry("switch-tool", ServerSwitches::measure),
            Map.entry("memory", Memory::measure),
            Map.entry("load", Loads::measure),
            Map.entry("gateway", Gateways::measure),
            Map.entry("long", LongRun::measure));

    /** Takes a quarter of an hour by itself, so that it has to be asked for. */
    private static final List<String> WHEN_ASKED = List.of("long");

    private Bench() {}

    /** Adds its lines to the results. */
    private interface Measurement {
        void measure(Pace pace, Results results) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        BenchLogging.logs();
        List<String> words = List.of(args);
        Results results = new Results(Files.createDirectories(Path.of(args[1])));
        Pace pace = words.contains("--quick") ? Pace.quick() : Pace.full();
        List<String> only =
                words.stream().skip(2).filter(word -> !word.startsWith("--")).toList();
        switch (args[0]) {
            case "inside" -> measure(INSIDE, only, pace, results);
            case "server" -> measure(SERVER, only, pace, results);
            case "report" -> System.out.println(results.table());
            default -> throw new IllegalArgumentException("no such part: " + args[0]);
        }
    }

    private static void measure(List<Map.Entry<String, Measurement>> all, List<String> only, Pace pace, Results results)
            throws Exception {
        for (Map.Entry<String, Measurement> measurement : all) {
            if (only.isEmpty() ? !WHEN_ASKED.contains(measurement.getKey()) : only.contains(measurement.getKey())) {
                measurement.getValue().measure(pace, results);
            }
        }
    }
}

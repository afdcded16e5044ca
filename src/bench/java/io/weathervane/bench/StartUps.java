package io.weathervane.bench;

import io.weathervane.bench.Target.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts of each server in turn, on all processors: with the launcher's archives, without, and the floor. */
final class StartUps {
    private static final long HTTP_MAX_MILLIS = 650;
    private static final long STDIO_MAX_MILLIS = 450;

    /** With linked classes in the archive. */
    private static final long STDIO_LINKED_MAX_MILLIS = 250;

    private static final int LINKED_FROM_JDK = 25;

    /** The launcher makes its archives in the background. */
    private static final Duration ARCHIVES_MAX = Duration.ofMinutes(3);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private StartUps() {}

    private record Kind(Target target, Protocol protocol) {}

    private record Starts(Samples times, Samples processor) {
        void add(FirstCall call) {
            times.add(call.nanos());
            processor.add(Duration.ofMillis(call.processorMillis()).toNanos());
        }
    }

    static void measure(Pace pace, Results results) throws Exception {
        FirstCall.measure(Target.server(Transport.STDIO), Protocol.LEGACY);
        awaitArchives();
        for (Transport transport : Transport.values()) {
            Map<Kind, Starts> starts = new LinkedHashMap<>();
            put(starts, Target.floor(transport), Protocol.LEGACY);
            for (Protocol protocol : Protocol.values()) {
                put(starts, Target.server(transport), protocol);
            }
            put(starts, Target.serverUnaided(transport), Protocol.LEGACY);
            for (int round = -1; round < pace.starts(); round++) {
                for (Map.Entry<Kind, Starts> start : starts.entrySet()) {
                    FirstCall call = FirstCall.measure(
                            start.getKey().target(), start.getKey().protocol());
                    if (round >= 0) {
                        start.getValue().add(call);
                    }
                }
            }
            report(transport, starts, results);
        }
    }

    private static void put(Map<Kind, Starts> starts, Target target, Protocol protocol) {
        starts.put(new Kind(target, protocol), new Starts(new Samples(), new Samples()));
    }

    /** Beside the jar, where the launcher of a checkout puts them. */
    private static void awaitArchives() throws IOException, InterruptedException {
        Path launcher = Path.of(System.getProperty("bench.launcher"));
        Path folder = launcher.resolve("../../target/start").normalize();
        long deadline = System.nanoTime() + ARCHIVES_MAX.toNanos();
        while (!isMade(folder) && System.nanoTime() - deadline < 0) {
            TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
        }
    }

    /** The key of the archives has the JVM's folder in it. */
    private static boolean isMade(Path folder) throws IOException {
        String jdk = System.getProperty("java.home").replace('/', '-');
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> archives = Files.list(folder)) {
            return archives.filter(archive -> archive.toString().endsWith(jdk))
                            .anyMatch(archive -> Files.exists(archive.resolve("made-for")))
                    && !Files.exists(folder.resolve("work"));
        }
    }

    private static void report(Transport transport, Map<Kind, Starts> starts, Results results) throws IOException {
        List<Kind> kinds = List.copyOf(starts.keySet());
        Samples floor = starts.get(kinds.get(0)).times();
        for (Kind kind : kinds.subList(1, kinds.size())) {
            Starts server = starts.get(kind);
            boolean aided = kind.target().equals(Target.server(transport));
            String name = transport + ", " + kind.protocol().version() + (aided ? "" : ", no archive");
            results.raw("start-" + name.replace(", ", "-").replace(' ', '-'), server.times());
            results.row(row("start to first call, " + name, transport, aided, server, floor));
        }
    }

    private static Row row(String what, Transport transport, boolean aided, Starts server, Samples floor) {
        Samples times = server.times();
        long limit = TimeUnit.MILLISECONDS.toNanos(limitMillis(transport));
        String note = "best " + Show.nanos(times.percentile(0)) + ", worst " + Show.nanos(times.max()) + "; processor "
                + Show.nanos(server.processor().median()) + "; " + times.size() + " starts";
        String figure = Show.nanos(times.median());
        String reference = Show.nanos(floor.median()) + ": floor";
        String ratio = Show.ratio(times.median(), floor.median());
        return aided
                ? Row.judged(what, figure, reference, ratio, "<= " + Show.nanos(limit), times.median() <= limit, note)
                : Row.of(what, figure, reference, ratio, note);
    }

    private static long limitMillis(Transport transport) {
        if (transport == Transport.HTTP) {
            return HTTP_MAX_MILLIS;
        }
        return Runtime.version().feature() >= LINKED_FROM_JDK ? STDIO_LINKED_MAX_MILLIS : STDIO_MAX_MILLIS;
    }
}

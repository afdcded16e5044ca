package io.weathervane.bench;

import io.weathervane.bench.Target.Transport;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a fresh server holds in memory after ten thousand calls. */
final class Memory {
    private static final int HTTP_IN_FLIGHT = 16;
    private static final int PIPE_IN_FLIGHT = 64;
    private static final double MIB = 1 << 20;

    private Memory() {}

    static void measure(Pace pace, Results results) throws Exception {
        for (Transport transport : Transport.values()) {
            long floor = residentBytes(Target.floor(transport));
            long server = residentBytes(Target.server(transport));
            results.row(Row.of(
                    "resident after " + Show.number(Pace.MEMORY_CALLS) + " calls, " + transport,
                    Show.number(server / MIB) + " MiB",
                    Show.number(floor / MIB) + " MiB: floor",
                    Show.ratio(server, floor),
                    "JVM defaults for this machine, one processor"));
        }
    }

    private static long residentBytes(Target target) throws Exception {
        Path folder = Files.createTempDirectory("weathervane-bench");
        try (RunningServer server = RunningServer.start(target.pinned(folder), folder)) {
            if (target.transport() == Transport.HTTP) {
                try (HttpLoad load = new HttpLoad(server.uri(), Protocol.LEGACY, HTTP_IN_FLIGHT)) {
                    load.run(Quota.of(Pace.MEMORY_CALLS)).allRight();
                }
            } else {
                PipeLane lane = new PipeLane(server.process());
                lane.handshake(Protocol.LEGACY);
                lane.run(Protocol.LEGACY, PIPE_IN_FLIGHT, Quota.of(Pace.MEMORY_CALLS))
                        .allRight();
            }
            return server.residentBytes();
        } finally {
            Folders.delete(folder);
        }
    }
}

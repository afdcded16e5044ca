package io.weathervane.bench;

import io.weathervane.bench.Target.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a server holds in memory while it answers millions of calls, and whether that grows. */
final class LongRun {
    private static final int HTTP_IN_FLIGHT = 16;
    private static final int PIPE_IN_FLIGHT = 64;
    private static final int STEPS = 10;

    /** The floors, which keep nothing, are done growing after a part of the calls. */
    private static final int FLOOR_SHARE = 10;

    private static final double MIB = 1 << 20;

    private static final double RATIO_MAX = 1.1;

    /** Growth from half of the run to its end that is still called flat: what the allocator's pages move anyhow. */
    private static final double GROWTH_MAX = 1.03;

    private LongRun() {}

    static void measure(Pace pace, Results results) throws Exception {
        for (Transport transport : Transport.values()) {
            double[] floor = residentMib(Target.floor(transport), pace.longCalls() / FLOOR_SHARE, results);
            double[] small = residentMib(Target.floorInSmallHeap(transport), pace.longCalls() / FLOOR_SHARE, results);
            double[] server = residentMib(Target.server(transport), pace.longCalls(), results);
            String calls = Show.number(pace.longCalls()) + " calls, " + transport;
            double end = server[STEPS - 1];
            double half = server[STEPS / 2 - 1];
            results.row(Row.judged(
                    "resident after " + calls,
                    Show.number(end) + " MiB",
                    Show.number(floor[STEPS - 1]) + " MiB: floor",
                    Show.ratio(end, floor[STEPS - 1]),
                    "<= 1.1x",
                    end <= RATIO_MAX * floor[STEPS - 1],
                    Show.number(small[STEPS - 1]) + " MiB: floor with the launcher's small heap"));
            results.row(Row.judged(
                    "its growth from half of them to all",
                    Show.number(end) + " MiB",
                    Show.number(half) + " MiB: at half",
                    Show.ratio(end, half),
                    "<= 1.03x",
                    end <= GROWTH_MAX * half,
                    "each tenth in long-" + transport + ".csv"));
        }
    }

    /** After each tenth of the calls. */
    private static double[] residentMib(Target target, long calls, Results results) throws Exception {
        Path folder = Files.createTempDirectory("weathervane-bench");
        try (RunningServer server = RunningServer.start(target.pinned(folder), folder)) {
            return target.transport() == Transport.HTTP
                    ? overHttp(server, target, calls, results)
                    : overPipe(server, target, calls, results);
        } finally {
            Folders.delete(folder);
        }
    }

    private static double[] overHttp(RunningServer server, Target target, long calls, Results results)
            throws Exception {
        try (HttpLoad load = new HttpLoad(server.uri(), Protocol.MODERN, HTTP_IN_FLIGHT)) {
            return steps(server, target, results, () -> load.run(Quota.of(calls / STEPS)));
        }
    }

    private static double[] overPipe(RunningServer server, Target target, long calls, Results results)
            throws IOException {
        PipeLane lane = new PipeLane(server.process());
        lane.handshake(Protocol.LEGACY);
        return steps(server, target, results, () -> lane.run(Protocol.MODERN, PIPE_IN_FLIGHT, Quota.of(calls / STEPS)));
    }

    private static double[] steps(RunningServer server, Target target, Results results, Step step) throws IOException {
        double[] resident = new double[STEPS];
        for (int i = 0; i < STEPS; i++) {
            step.run().allRight();
            resident[i] = server.residentBytes() / MIB;
            results.append("long-" + target.transport() + ".csv", target.name() + "," + (i + 1) + "," + resident[i]);
        }
        return resident;
    }

    /** A tenth of the calls. */
    private interface Step {
        Window run() throws IOException;
    }
}

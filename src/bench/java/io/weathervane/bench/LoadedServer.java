package io.weathervane.bench;

import io.weathervane.bench.Target.Transport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A server that stays up for many windows of load. */
final class LoadedServer implements AutoCloseable {
    private static final ThreadMXBean CLIENT = ManagementFactory.getThreadMXBean();

    private final Target target;
    private final Path folder;
    private final RunningServer server;
    private final PipeLane pipe;

    private LoadedServer(Target target, Path folder, RunningServer server) throws IOException {
        this.target = target;
        this.folder = folder;
        this.server = server;
        this.pipe = new PipeLane(server.process());
    }

    static LoadedServer start(Target target) throws IOException {
        Path folder = Files.createTempDirectory("weathervane-bench");
        LoadedServer loaded = new LoadedServer(target, folder, RunningServer.start(target.pinned(folder), folder));
        if (target.transport() == Transport.STDIO) {
            loaded.pipe.handshake(Protocol.LEGACY);
        }
        return loaded;
    }

    /** One window; what it cost the server beside what it came to. */
    Cost run(Protocol protocol, int inFlight, Duration length) throws Exception {
        if (target.transport() == Transport.STDIO) {
            return cost(() -> pipe.run(protocol, inFlight, Quota.of(length)));
        }
        try (HttpLoad load = new HttpLoad(server.uri(), protocol, inFlight)) {
            return cost(() -> load.run(Quota.of(length)));
        }
    }

    private Cost cost(Load load) throws IOException {
        long before = server.processorMillis();
        Steal steal = new Steal();
        long clientBefore = CLIENT.getCurrentThreadCpuTime();
        Window window = load.run().allRight();
        double client = (double) (CLIENT.getCurrentThreadCpuTime() - clientBefore) / window.nanos();
        double stolen = steal.percent();
        double nanos = (server.processorMillis() - before) * 1e6;
        return new Cost(window, nanos / Math.max(1, window.latencies().size()), nanos / window.nanos(), client, stolen);
    }

    private interface Load {
        Window run() throws IOException;
    }

    /**
     * A window and its price.
     *
     * @param nanosPerCall processor time of the server for each call
     * @param serverBusy share of the window in which the server had a processor
     * @param clientBusy the same of the client; the one near 1 is the limit
     * @param stolenPercent what the host took of all processors meanwhile
     */
    record Cost(Window window, double nanosPerCall, double serverBusy, double clientBusy, double stolenPercent) {}

    String name() {
        return target.name();
    }

    @Override
    public void close() throws Exception {
        server.close();
        Folders.delete(folder);
    }
}

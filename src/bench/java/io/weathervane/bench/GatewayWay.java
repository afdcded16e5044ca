package io.weathervane.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** A way to a worker, kept for all windows: directly or through the gateway, on a pipe or over HTTP. */
final class GatewayWay implements AutoCloseable {
    private final String name;
    private final RunningServer server;
    private final Load load;

    private GatewayWay(String name, RunningServer server, Load load) {
        this.name = name;
        this.server = server;
        this.load = load;
    }

    private interface Load {
        Window run(int inFlight, Quota quota) throws IOException;
    }

    /**
     * One window.
     *
     * @param processorNanos processor time of the process that is spoken to, for each call: without its children's
     */
    record Cost(Window window, double processorNanos) {
        double percentile(double percent) {
            return window.latencies().percentile(percent);
        }
    }

    /** The call that is measured, and what every right answer has in it. */
    record Echo(String arguments, String expected) {
        byte[] call() {
            return Protocol.LEGACY.call("echo", arguments);
        }
    }

    static GatewayWay onPipe(String name, RunningServer server, Echo echo) throws IOException {
        PipeLane lane = new PipeLane(server.process(), echo.expected());
        lane.handshake(Protocol.LEGACY);
        return new GatewayWay(name, server, (inFlight, quota) -> lane.run(echo.call(), inFlight, quota));
    }

    /** Each call in flight has a connection of its own, in all windows the same kind of client. */
    static GatewayWay overHttp(String name, RunningServer server, URI uri, Echo echo) {
        return new GatewayWay(name, server, (inFlight, quota) -> {
            try (HttpLoad http = new HttpLoad(uri, Protocol.LEGACY, echo.call(), echo.expected(), inFlight)) {
                return http.run(quota);
            }
        });
    }

    String name() {
        return name;
    }

    Cost run(int inFlight, Duration length) throws IOException {
        long before = server.processorMillis();
        Window window = load.run(inFlight, Quota.of(length)).allRight();
        double nanos = (server.processorMillis() - before) * 1e6;
        return new Cost(window, nanos / Math.max(1, window.latencies().size()));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        server.close();
    }
}

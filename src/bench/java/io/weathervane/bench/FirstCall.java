package io.weathervane.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A server from its start to its first right answer to a tool call, handshake included.
 *
 * @param processorMillis what the server used of the processors until then; suffers less from other work on the machine
 */
record FirstCall(long nanos, long processorMillis) {
    /** Starts the server, calls it, and stops it again. */
    static FirstCall measure(Target target, Protocol protocol) throws Exception {
        Path folder = Files.createTempDirectory("weathervane-bench");
        try (RunningServer server = RunningServer.start(target.unpinned(folder), folder)) {
            if (target.transport() == Target.Transport.HTTP) {
                overHttp(server, protocol);
            } else {
                PipeLane lane = new PipeLane(server.process());
                lane.handshake(protocol);
                lane.run(protocol, 1, Quota.of(1)).allRight();
            }
            long nanos = System.nanoTime() - server.startedAt();
            return new FirstCall(nanos, server.processorMillis());
        } finally {
            Folders.delete(folder);
        }
    }

    private static void overHttp(RunningServer server, Protocol protocol) throws Exception {
        try (HttpLane lane = new HttpLane(server.uri())) {
            lane.handshake(protocol);
            lane.exchange(lane.request(protocol.call(), List.of()));
            AnswerCheck check = new AnswerCheck(Protocol.EXPECTED);
            check.look(lane.bytes(), lane.bodyFrom(), lane.bodyEnd());
            if (check.wrong() > 0) {
                throw new IllegalStateException("the first call failed");
            }
        }
    }
}

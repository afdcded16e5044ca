package io.weathervane.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A server from its start to its first right answer to a tool call, handshake included. */
final class FirstCall {
    private FirstCall() {}

    /** How long it took; the server is stopped again. */
    static long nanos(Target target, Protocol protocol) throws Exception {
        Path folder = Files.createTempDirectory("weathervane-bench");
        try (RunningServer server = RunningServer.start(target.unpinned(folder), folder)) {
            if (target.transport() == Target.Transport.HTTP) {
                overHttp(server, protocol);
            } else {
                PipeLane lane = new PipeLane(server.process());
                lane.handshake(protocol);
                lane.run(protocol, 1, Quota.of(1)).allRight();
            }
            return System.nanoTime() - server.startedAt();
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

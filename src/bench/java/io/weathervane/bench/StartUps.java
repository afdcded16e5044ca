package io.weathervane.bench;

import io.weathervane.bench.Target.Transport;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Starts of each server in turn, on all processors. */
final class StartUps {
    private StartUps() {}

    private record Kind(Target target, Protocol protocol) {}

    static void measure(Pace pace, Results results) throws Exception {
        for (Transport transport : Transport.values()) {
            Map<Kind, Samples> starts = new LinkedHashMap<>();
            starts.put(new Kind(Target.floor(transport), Protocol.LEGACY), new Samples());
            for (Protocol protocol : Protocol.values()) {
                starts.put(new Kind(Target.server(transport), protocol), new Samples());
            }
            for (int round = -1; round < pace.starts(); round++) {
                for (Map.Entry<Kind, Samples> start : starts.entrySet()) {
                    long nanos = FirstCall.nanos(
                            start.getKey().target(), start.getKey().protocol());
                    if (round >= 0) {
                        start.getValue().add(nanos);
                    }
                }
            }
            report(transport, starts, results);
        }
    }

    private static void report(Transport transport, Map<Kind, Samples> starts, Results results) throws IOException {
        List<Kind> kinds = List.copyOf(starts.keySet());
        Samples floor = starts.get(kinds.get(0));
        for (Kind kind : kinds.subList(1, kinds.size())) {
            Samples server = starts.get(kind);
            results.raw("start-" + transport + "-" + kind.protocol().version(), server);
            results.row(Row.of(
                    "start to first call, " + transport + ", " + kind.protocol().version(),
                    Show.nanos(server.median()),
                    Show.nanos(floor.median()) + ": floor",
                    Show.ratio(server.median(), floor.median()),
                    "from " + Show.nanos(server.percentile(0)) + " to " + Show.nanos(server.max()) + "; "
                            + server.size() + " starts, with the launcher"));
        }
    }
}

package io.weathervane.reset;

import io.weathervane.watch.MonitorJson;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls that failed lately, as far as that is known.
 *
 * @param last when the newest was noticed
 * @param unknownUntil before this moment some may have failed that no server recorded
 */
record RecentCallErrorSummary(long count, Optional<Instant> last, Optional<Instant> unknownUntil) {
    static final RecentCallErrorSummary NONE = new RecentCallErrorSummary(0, Optional.empty(), Optional.empty());

    static RecentCallErrorSummary unknownUntil(Instant moment) {
        return new RecentCallErrorSummary(0, Optional.empty(), Optional.of(moment));
    }

    RecentCallErrorSummary plus(RecentCallErrorSummary other) {
        return new RecentCallErrorSummary(
                count + other.count, newest(last, other.last), newest(unknownUntil, other.unknownUntil));
    }

    /** What of it still matters to one who asks about the time from this moment on. */
    RecentCallErrorSummary since(Instant from) {
        boolean failed = last.filter(at -> at.isAfter(from)).isPresent();
        return new RecentCallErrorSummary(
                failed ? count : 0, last.filter(at -> failed), unknownUntil.filter(until -> until.isAfter(from)));
    }

    /** The last moment that is not known to be free of them. */
    Optional<Instant> newest() {
        return newest(last, unknownUntil);
    }

    private static Optional<Instant> newest(Optional<Instant> one, Optional<Instant> other) {
        return Stream.of(one, other).flatMap(Optional::stream).max(Instant::compareTo);
    }

    ObjectNode json() {
        ObjectNode json = MonitorJson.object().put("count", count);
        last.ifPresent(at -> json.put("lastAt", at.toString()));
        unknownUntil.ifPresent(until -> json.put("unknownUntil", until.toString()));
        return json;
    }

    /** Empty when it is not what {@link #json} writes. */
    static Optional<RecentCallErrorSummary> read(JsonNode json) {
        try {
            return json.path("count").isIntegralNumber()
                    ? Optional.of(new RecentCallErrorSummary(
                            json.path("count").asLong(), moment(json, "lastAt"), moment(json, "unknownUntil")))
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> moment(JsonNode json, String name) {
        return Optional.of(json.path(name).asString(""))
                .filter(text -> !text.isEmpty())
                .map(Instant::parse);
    }
}

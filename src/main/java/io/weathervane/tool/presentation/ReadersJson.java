package io.weathervane.tool.presentation;

import io.weathervane.reader.ReadersReport;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The readers of the flags, as clients see them. */
public final class ReadersJson {
    private ReadersJson() {}

    public static ObjectNode of(ReadersReport report) {
        ObjectNode json = JsonFields.object()
                .put("epoch", report.epoch())
                .put("count", report.readers())
                .put("acknowledged", report.acknowledged())
                .put("tookMs", report.took().map(took -> took.toMillis()).orElse(null));
        ArrayNode waiting = json.putArray("waiting");
        report.waiting()
                .forEach(reader -> waiting.addObject()
                        .put("name", reader.name())
                        .put("kind", reader.kind().wireName())
                        .put("epoch", reader.epoch())
                        .put("sinceMs", reader.since().toMillis())
                        .put("lost", reader.lost()));
        return json;
    }
}

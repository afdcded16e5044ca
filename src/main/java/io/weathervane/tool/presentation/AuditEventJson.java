package io.weathervane.tool.presentation;

import io.weathervane.audit.AuditEvent;
import tools.jackson.databind.node.ObjectNode;

/** An event of the audit as data. */
public final class AuditEventJson {
    private AuditEventJson() {}

    public static ObjectNode of(AuditEvent event) {
        ObjectNode node = JsonFields.object()
                .put("seq", event.seq())
                .put("at", JsonFields.time(event.at()))
                .put("kind", event.kind().wireName())
                .put("actor", event.actor().name());
        JsonFields.putOptional(node, "promotionId", event.promotionId());
        JsonFields.putOptional(node, "decision", event.decision());
        node.set("payload", event.payload());
        return node;
    }

    /** Without the lists and objects of the payload, such as the checks behind a decision: those take a call. */
    static ObjectNode brief(AuditEvent event) {
        ObjectNode node = of(event);
        ObjectNode plain = node.putObject("payload");
        event.payload().properties().stream()
                .filter(field -> field.getValue().isValueNode())
                .forEach(field -> plain.set(field.getKey(), field.getValue()));
        return node;
    }
}

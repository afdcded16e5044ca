package io.weathervane.tool.presentation;

import io.weathervane.flags.KillSwitchStatus;
import tools.jackson.databind.node.ObjectNode;

/** The kill switch as data. */
public final class KillSwitchJson {
    private KillSwitchJson() {}

    public static ObjectNode of(KillSwitchStatus status) {
        return JsonFields.object()
                .put("engaged", status.engaged())
                .put("since", status.since().map(JsonFields::time).orElse(null))
                .put("by", status.by().orElse(null))
                .put("reason", status.reason().orElse(null))
                .put("durable", status.durable());
    }
}

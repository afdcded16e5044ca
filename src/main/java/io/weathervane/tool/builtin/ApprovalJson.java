package io.weathervane.tool.builtin;

import io.weathervane.approval.Approval;
import io.weathervane.audit.Actor;
import tools.jackson.databind.node.ObjectNode;

/** An approval as it is shown to clients. */
final class ApprovalJson {
    private ApprovalJson() {}

    public static ObjectNode of(Approval one) {
        ObjectNode node = Json.object()
                .put("id", one.id())
                .put("state", one.state().wireName())
                .put("tool", one.request().tool())
                .put("change", one.request().change())
                .put("requester", one.request().requester().name())
                .put("reason", one.request().reason())
                .put("expiresAt", Json.time(one.expiresAt()));
        node.set("arguments", one.request().arguments());
        Json.putTexts(node, "runs", one.request().runs());
        Json.putOptional(node, "decidedBy", one.decidedBy().map(Actor::name));
        return node;
    }
}

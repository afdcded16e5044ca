package io.weathervane.tool.builtin;

import io.weathervane.approval.Approval;
import io.weathervane.audit.Actor;
import tools.jackson.databind.node.ObjectNode;

/** An approval as it is shown to clients. */
final class ApprovalJson {
    private ApprovalJson() {}

    public static ObjectNode of(Approval one) {
        ObjectNode node = ToolResultFields.object()
                .put("id", one.id())
                .put("state", one.state().wireName())
                .put("tool", one.request().tool())
                .put("change", one.request().change())
                .put("requester", one.request().requester().name())
                .put("reason", one.request().reason())
                .put("expiresAt", ToolResultFields.time(one.expiresAt()));
        node.set("arguments", one.request().arguments());
        ToolResultFields.putTexts(node, "runs", one.request().runs());
        ToolResultFields.putOptional(node, "decidedBy", one.decidedBy().map(Actor::name));
        return node;
    }
}

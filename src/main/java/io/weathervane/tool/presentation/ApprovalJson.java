package io.weathervane.tool.presentation;

import io.weathervane.approval.Approval;
import io.weathervane.audit.Actor;
import tools.jackson.databind.node.ObjectNode;

/** An approval as it is shown to clients. */
public final class ApprovalJson {
    private ApprovalJson() {}

    public static ObjectNode of(Approval one) {
        ObjectNode node = JsonFields.object()
                .put("id", one.id())
                .put("state", one.state().wireName())
                .put("tool", one.request().tool())
                .put("change", one.request().change())
                .put("requester", one.request().requester().name())
                .put("reason", one.request().reason())
                .put("expiresAt", JsonFields.time(one.expiresAt()));
        node.set("arguments", one.request().arguments());
        JsonFields.putTexts(node, "runs", one.request().runs());
        JsonFields.putOptional(node, "decidedBy", one.decidedBy().map(Actor::name));
        return node;
    }
}

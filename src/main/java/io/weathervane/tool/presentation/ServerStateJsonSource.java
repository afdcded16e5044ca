package io.weathervane.tool.presentation;

import io.weathervane.approval.ApprovalService;
import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.AuditQuery;
import io.weathervane.block.CallBlocks;
import io.weathervane.flags.FlagsView;
import io.weathervane.flags.LiveFlags;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The live state in the JSON of the tools, for what shows it beside them: resources. Changes nothing. */
public final class ServerStateJsonSource {
    /** Promotions that are remembered: the newest. */
    private static final int PROMOTIONS_MAX = 100;

    private final ServiceStates services;
    private final LiveFlags flags;
    private final CallBlocks blocks;
    private final AuditLog audit;
    private final ApprovalService approvals;
    private final Runnable awaitWorkers;

    /** Records that are read from the database. */
    public record Records(AuditLog audit, ApprovalService approvals) {}

    /** @param awaitWorkers called before workers are looked at, which may still be starting */
    public ServerStateJsonSource(
            ServiceStates services, LiveFlags flags, CallBlocks blocks, Records records, Runnable awaitWorkers) {
        this.services = services;
        this.flags = flags;
        this.blocks = blocks;
        this.audit = records.audit();
        this.approvals = records.approvals();
        this.awaitWorkers = awaitWorkers;
    }

    public ObjectNode flags() {
        ObjectNode node = FlagJson.of(flags.view());
        node.set("blocks", BlockJson.of(blocks.all()));
        return node;
    }

    /** One flag; empty when there is none of this key. */
    public Optional<ObjectNode> flag(String key) {
        return flags.view().find(key).map(flag -> FlagJson.of(flag).put("key", key));
    }

    /** Effect that setting a flag to this value would have; empty when there is no such flag. */
    public Optional<ObjectNode> trial(String key, String value) {
        FlagsView view = flags.view();
        return view.find(key).map(flag -> FlagJson.trial(view, flag, value));
    }

    /** As {@code monitor_status} gives it. */
    public ObjectNode monitor(int checks) {
        awaitWorkers.run();
        return services.monitor(checks);
    }

    /** As {@code worker_status} gives it. */
    public ObjectNode workers() {
        awaitWorkers.run();
        return services.workers();
    }

    /** As {@code upgrade_status} gives it. */
    public ObjectNode upgrade() {
        awaitWorkers.run();
        return services.upgrade();
    }

    /**
     * The newest events as {@code audit_query} gives them, without what is deep in their payload.
     *
     * @param kinds only these; all when empty
     */
    public ObjectNode audit(Set<AuditKind> kinds, int limit) {
        ObjectNode answer = JsonFields.object();
        ArrayNode events = answer.putArray("events");
        newest(kinds, limit).forEach(event -> events.add(AuditEventJson.brief(event)));
        return answer;
    }

    /** Those that wait to be decided, and those granted and not used yet, oldest first. */
    public ObjectNode approvals() {
        ObjectNode answer = JsonFields.object();
        ArrayNode nodes = answer.putArray("approvals");
        approvals.open().forEach(one -> nodes.add(ApprovalJson.of(one)));
        return answer;
    }

    /** The ids of the newest promotions, newest first. */
    public List<String> promotions() {
        return newest(Set.of(AuditKind.MONITORING_STARTED), PROMOTIONS_MAX).stream()
                .flatMap(event -> event.promotionId().stream())
                .distinct()
                .toList();
    }

    private List<AuditEvent> newest(Set<AuditKind> kinds, int limit) {
        return audit.query(AuditQuery.newest(limit).ofKinds(kinds)).events();
    }
}

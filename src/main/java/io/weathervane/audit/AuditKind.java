package io.weathervane.audit;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Kinds of audit events. */
public enum AuditKind {
    FLAG_CHANGED("flag-changed"),
    KILL_SWITCH_ACTIVATED("kill-switch-activated"),
    KILL_SWITCH_RESET("kill-switch-reset"),
    DECISION("decision"),
    MONITORING_STARTED("monitoring-started"),
    MONITORING_STOPPED("monitoring-stopped"),
    MONITORING_GAP("monitoring-gap"),
    ROLLBACK_EXECUTED("rollback-executed"),
    ROLLBACK_FAILED("rollback-failed"),
    ROLLBACK_INEFFECTIVE("rollback-ineffective"),
    RELEASE_DEGRADED("release-degraded"),
    ESCALATION_TRIGGERED("escalation-triggered"),
    WORKER_STARTED("worker-started"),
    WORKER_STOPPED("worker-stopped"),
    WORKER_EXITED("worker-exited"),
    WORKER_SWITCHED("worker-switched"),
    STATE_LOST("state-lost"),
    STORE_DEGRADED("store-degraded"),
    STORE_RECOVERED("store-recovered"),
    SERVER_STARTED("server-started"),
    SERVER_STOPPED("server-stopped"),
    EVIDENCE_COLLECTED("evidence-collected"),
    APPROVAL_REQUESTED("approval-requested"),
    APPROVAL_GRANTED("approval-granted"),
    APPROVAL_REFUSED("approval-refused"),
    APPROVAL_USED("approval-used"),
    UPGRADE_STARTED("upgrade-started"),
    UPGRADE_STEP("upgrade-step"),
    UPGRADE_ENDED("upgrade-ended"),
    TOOL_DRIFT("tool-drift"),
    CALL_DENIED("call-denied"),
    CALLS_BLOCKED("calls-blocked"),
    CALLS_UNBLOCKED("calls-unblocked"),
    CONTRACT_DRIFT("contract-drift"),
    CONTRACT_CHANGED("contract-changed"),
    CONTRACT_APPROVED("contract-approved"),
    CONFIG_READ("config-read"),
    KILL_SWITCH_ACKNOWLEDGED("kill-switch-acknowledged");

    private static final Map<String, AuditKind> BY_WIRE_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(AuditKind::wireName, Function.identity()));

    private final String wireName;

    AuditKind(String wireName) {
        this.wireName = wireName;
    }

    /** The name in the database and on the wire: {@code kill-switch-activated}. */
    public String wireName() {
        return wireName;
    }

    public static Optional<AuditKind> of(String wireName) {
        return Optional.ofNullable(BY_WIRE_NAME.get(wireName));
    }
}

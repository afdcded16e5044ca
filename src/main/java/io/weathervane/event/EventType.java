package io.weathervane.event;

/**
 * Types of events, named as in the runbook (parts 1 to 3) and design section 4; the last ones say that a reader must
 * look again.
 */
public enum EventType {
    MONITORING_STARTED("monitoring-started"),
    HEALTH_CHECK("health-check"),
    ROLLBACK_EXECUTED("rollback-executed"),
    ROLLBACK_FAILED("rollback-failed"),
    ESCALATION_TRIGGERED("escalation-triggered"),
    KILL_SWITCH_ACTIVATED("kill-switch-activated"),
    KILL_SWITCH_RESET("kill-switch-reset"),
    MONITORING_STOPPED("monitoring-stopped"),
    WORKER_SWITCHED("worker-switched"),
    WORKER_EXITED("worker-exited"),
    FLAGS_CHANGED("flags-changed"),
    STORE_DEGRADED("store-degraded"),
    STORE_RECOVERED("store-recovered"),
    APPROVALS_CHANGED("approvals-changed"),
    EVIDENCE_COLLECTED("evidence-collected"),
    INCIDENT_REPORTED("incident-reported"),
    /** Other calls of workers are blocked than before. */
    CALL_BLOCKS_CHANGED("call-blocks-changed"),
    /** An upgrade has come further, or ended. */
    UPGRADE_CHANGED("upgrade-changed"),
    /** What clients see of the flags has changed, in effect or not; {@code keys} names them. */
    SETTINGS_CHANGED("settings-changed"),
    /** Clients see the monitor in another state. */
    MONITOR_CHANGED("monitor-changed"),
    /** What clients see of the workers has changed; calls that come and go do not count. */
    WORKERS_CHANGED("workers-changed"),
    /** What callers are offered goes by another configuration than before. */
    OFFER_CHANGED("offer-changed");

    private final String wireName;

    EventType(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the bus, in the audit and in alerts: {@code rollback-executed}. */
    public String wireName() {
        return wireName;
    }
}

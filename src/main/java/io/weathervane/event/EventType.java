package io.weathervane.event;

/** What can happen, named as in the runbook (parts 1 to 3) and design section 4. */
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
    APPROVALS_CHANGED("approvals-changed");

    private final String wireName;

    EventType(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the bus, in the audit and in alerts: {@code rollback-executed}. */
    public String wireName() {
        return wireName;
    }
}

package io.weathervane.rollback;

import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.monitor.CheckRecord;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Publishes the monitor's events on the bus. */
final class MonitorEventPublisher {
    private final EventBus events;
    private final Clock clock;

    MonitorEventPublisher(EventBus events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    void publish(EventType type, Map<String, Object> details) {
        events.publish(new Event(type, clock.instant(), details));
    }

    /** Publishes that what clients see of the monitor has changed. */
    void changed() {
        publish(EventType.MONITOR_CHANGED, Map.of());
    }

    /** Says what an audit entry says; nulls, which stand for unknown, are left out. */
    void publish(EventType type, Optional<String> promotionId, ObjectNode payload) {
        Map<String, Object> details = new LinkedHashMap<>();
        promotionId.ifPresent(id -> details.put("promotionId", id));
        payload.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                details.put(field.getKey(), MonitorJson.plain(field.getValue()));
            }
        });
        publish(type, details);
    }

    void checked(WatchRecord watch, CheckRecord check, Decision decision) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("promotionId", watch.promotionId());
        details.put("worker", watch.state().worker());
        details.put("check", watch.state().counters().checks());
        details.put("decision", decision.action().wireName());
        details.put("conclusive", decision.conclusive());
        details.put("reason", decision.reason());
        details.put("verdict", check.verdict().wireName());
        details.put("detail", check.detail());
        details.put("probe", check.observation().probe().outcome().name().toLowerCase(Locale.ROOT));
        details.put("requests", check.observation().requests());
        details.put("errors", check.observation().errors());
        details.put("failureCount", decision.failureCount());
        check.errorRate().ifPresent(rate -> details.put("errorRate", MonitorJson.rounded(rate)));
        ResourceUsage usage = check.observation().usage();
        usage.memoryMb().ifPresent(memory -> details.put("memoryUsageMb", Math.round(memory)));
        usage.openFiles().ifPresent(files -> details.put("openFiles", files));
        publish(EventType.HEALTH_CHECK, details);
    }
}

package io.weathervane.app;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.util.SafeText;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Record of what came of each reading of the configuration, in the log and the audit, and the refusal that holds now. */
final class ConfigReloadHistory {
    private static final Logger LOG = LoggerFactory.getLogger("WeatherVane");

    private final AuditLog audit;
    private final Clock clock;
    private volatile Optional<Refusal> refusal = Optional.empty();
    private volatile Optional<Reload> last = Optional.empty();

    private record Refusal(List<String> problems, Instant since) {}

    private record Reload(Instant at, LiveConfiguration.Trigger trigger, List<String> changed) {}

    ConfigReloadHistory(AuditLog audit, Clock clock) {
        this.audit = audit;
        this.clock = clock;
    }

    /** Whether no configuration was taken over since the start. */
    boolean isEmpty() {
        return last.isEmpty();
    }

    /** The result as data; where nothing has changed, with what was taken over last. */
    ObjectNode withLast(ConfigReloadResult result) {
        ObjectNode json = result.json();
        if (result.outcome() == ConfigReloadResult.Outcome.UNCHANGED) {
            last.ifPresent(one -> {
                ObjectNode before = json.putObject("last")
                        .put("at", one.at().toString())
                        .put("trigger", one.trigger().wireName());
                one.changed().forEach(before.putArray("changed")::add);
            });
        }
        return json;
    }

    /** Logs and audits it; the same refusal of the same file once. */
    void record(ConfigReloadResult result, Actor actor, LiveConfiguration.Trigger trigger) {
        boolean told = isTold(result);
        refusal = result.outcome() == ConfigReloadResult.Outcome.REFUSED
                ? Optional.of(told ? refusal.orElseThrow() : new Refusal(result.problems(), now()))
                : Optional.empty();
        if (told && trigger == LiveConfiguration.Trigger.FILE) {
            return;
        }
        log(result, actor, trigger);
        if (result.outcome() == ConfigReloadResult.Outcome.RELOADED) {
            last = Optional.of(new Reload(now(), trigger, result.changes().live()));
        }
        if (result.outcome() != ConfigReloadResult.Outcome.UNCHANGED) {
            ObjectNode payload = result.json().put("trigger", trigger.wireName());
            payload.remove("notes");
            audit.appendLate(NewAuditEvent.of(AuditKind.CONFIG_READ, actor, payload));
        }
    }

    /** Whether it is the refusal that holds already. */
    private boolean isTold(ConfigReloadResult result) {
        return refusal.filter(one -> one.problems().equals(result.problems())).isPresent();
    }

    private static void log(ConfigReloadResult result, Actor actor, LiveConfiguration.Trigger trigger) {
        String on = trigger.wireName();
        switch (result.outcome()) {
            case UNCHANGED ->
                LOG.info("configuration read again, nothing has changed trigger={} by={}", on, actor.name());
            case REFUSED ->
                LOG.error(
                        "configuration refused, the one before stays in force trigger={} by={} reason=\"{}\"",
                        on,
                        actor.name(),
                        SafeText.quotable(result.problems().get(0)));
            case RELOADED ->
                LOG.info(
                        "configuration reloaded trigger={} by={} changed={} needsRestart={}",
                        on,
                        actor.name(),
                        result.changes().live(),
                        result.changes().restart());
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** What is not well, for the health. */
    List<String> problems() {
        return refusal
                .map(one -> "the configuration is refused since " + one.since() + ", the one before stays in force: "
                        + one.problems().get(0)
                        + (one.problems().size() > 1
                                ? " (and " + (one.problems().size() - 1) + " more)"
                                : ""))
                .stream()
                .toList();
    }
}

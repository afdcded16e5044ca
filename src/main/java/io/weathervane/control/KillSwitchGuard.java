package io.weathervane.control;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.AuditQuery;
import io.weathervane.monitor.Action;
import io.weathervane.monitor.MonitorState;
import io.weathervane.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What should hold before the kill switch comes off (runbook, reset checklist). What cannot be found out does not hold. */
final class KillSwitchGuard {
    static final Duration QUIET = Duration.ofMinutes(15);

    private static final String NONE_REQUIRED = "none in the last 15 minutes";
    private static final Set<String> FAILED = Set.of("breach", "hard-failure");

    private final AuditLog audit;
    private final ErrorLog errors;
    private final Supervision supervision;
    private final Ledger ledger;
    private final Instant bornAt;

    KillSwitchGuard(AuditLog audit, ErrorLog errors, Supervision supervision, Ledger ledger, Clock clock) {
        this.audit = audit;
        this.errors = errors;
        this.supervision = supervision;
        this.ledger = ledger;
        this.bornAt = clock.instant();
    }

    List<Precondition> preconditions(Optional<String> fixReference, Instant now) {
        return List.of(failedChecks(now), errors(now), monitor(), fix(fixReference));
    }

    private Precondition failedChecks(Instant now) {
        String name = "no failed check";
        try {
            List<AuditEvent> failed =
                    decisions(now).stream().filter(KillSwitchGuard::failed).toList();
            return failed.isEmpty()
                    ? new Precondition(name, true, "none", NONE_REQUIRED)
                    : new Precondition(
                            name,
                            false,
                            failed.size() + ", the last at " + failed.get(0).at(),
                            NONE_REQUIRED);
        } catch (StoreException e) {
            return new Precondition(name, false, "unknown: " + e.getMessage(), NONE_REQUIRED);
        }
    }

    private Precondition errors(Instant now) {
        String name = "no errors";
        try {
            ErrorLog.Recent recent = errors.within(QUIET, now);
            long earlier = decisions(now).stream()
                    .filter(event -> event.at().isBefore(bornAt))
                    .mapToLong(event -> lastCheck(event).path("errors").asLong())
                    .sum();
            long count = recent.count() + earlier;
            String value = count == 0
                    ? "none"
                    : count + recent.last().map(at -> ", the last at " + at).orElse("");
            return new Precondition(name, count == 0, value, NONE_REQUIRED);
        } catch (StoreException e) {
            return new Precondition(name, false, "unknown: " + e.getMessage(), NONE_REQUIRED);
        }
    }

    private Precondition monitor() {
        Optional<String> trouble = supervision
                .busyWith()
                .map(what -> what + " is being carried out")
                .or(this::troubledWatch)
                .or(() -> ledger.behind() ? Optional.of("records cannot be written") : Optional.empty());
        return new Precondition(
                "monitor not in trouble", trouble.isEmpty(), trouble.orElse("no trouble"), "not degraded, not acting");
    }

    private Optional<String> troubledWatch() {
        Optional<MonitorState> running = supervision.watch().map(Watch::state).filter(MonitorState::running);
        boolean degraded = running.isPresent()
                && supervision
                        .lastDecision()
                        .filter(last -> last.decision().action() != Action.HEALTHY)
                        .isPresent();
        return degraded ? Optional.of("watching " + running.get().worker() + ", degraded") : Optional.empty();
    }

    private static Precondition fix(Optional<String> reference) {
        Optional<String> given = reference.filter(text -> !text.isBlank());
        return new Precondition(
                "fix reference", given.isPresent(), given.orElse("none"), "the commit, ticket or release with the fix");
    }

    private List<AuditEvent> decisions(Instant now) {
        AuditQuery query = AuditQuery.newest(AuditQuery.LIMIT_MAX)
                .ofKinds(Set.of(AuditKind.DECISION))
                .between(now.minus(QUIET), now.plus(QUIET));
        return audit.query(query).events();
    }

    private static boolean failed(AuditEvent event) {
        boolean manual = event.payload().path("manual").asBoolean(false);
        boolean drastic = event.decision()
                .filter(action ->
                        action.equals(Action.ROLLBACK.wireName()) || action.equals(Action.ESCALATE.wireName()))
                .isPresent();
        return !manual
                && (drastic || FAILED.contains(lastCheck(event).path("verdict").asString("")));
    }

    private static JsonNode lastCheck(AuditEvent event) {
        JsonNode checks = event.payload().path("evidence").path("recentChecks");
        return checks.path(checks.size() - 1);
    }
}

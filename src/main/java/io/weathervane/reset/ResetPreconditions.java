package io.weathervane.reset;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.AuditQuery;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.store.StoreException;
import io.weathervane.watch.MonitorJson;
import io.weathervane.worker.CallTotals;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Preconditions of a reset of the kill switch (runbook, reset checklist). One that cannot be found out is not met. */
public final class ResetPreconditions {
    static final Duration QUIET = Duration.ofMinutes(15);

    private static final String NONE_REQUIRED = "none in the last 15 minutes";
    private static final Set<String> FAILED = Set.of("breach", "hard-failure");

    private final AuditLog audit;
    private final RecentErrorCounter errors = new RecentErrorCounter();
    private final Supplier<Optional<String>> monitorTrouble;
    /** The one precondition that is about the whole server. */
    public static final String FIX_REFERENCE = "fix reference";

    /** In {@code server-stopped} of a server with several services: what each recorded, by name. */
    public static final String SERVICES = "services";

    private final PreviousRunCallErrorReader earlier;

    /** @param monitorTrouble why the monitor needs its time, while it does */
    public ResetPreconditions(AuditLog audit, Supplier<Optional<String>> monitorTrouble, Clock clock) {
        this.audit = audit;
        this.monitorTrouble = monitorTrouble;
        this.earlier = new PreviousRunCallErrorReader(audit, clock);
    }

    public List<ResetPreconditionResult> preconditions(Optional<String> fixReference, Instant now) {
        return List.of(failedChecks(now), errors(now), monitor(), fix(fixReference));
    }

    private ResetPreconditionResult failedChecks(Instant now) {
        String name = "no failed check";
        try {
            List<AuditEvent> failed =
                    decisions(now).stream().filter(ResetPreconditions::failed).toList();
            return failed.isEmpty()
                    ? ResetPreconditionResult.met(name, "none", NONE_REQUIRED)
                    : ResetPreconditionResult.unmet(
                            name,
                            failed.size() + ", the last at " + failed.get(0).at(),
                            NONE_REQUIRED,
                            quietAfter(failed.get(0).at()));
        } catch (StoreException e) {
            return unreadable(name, e);
        }
    }

    private ResetPreconditionResult errors(Instant now) {
        String name = "no errors";
        try {
            RecentCallErrorSummary known = knownErrors(now);
            return known.equals(RecentCallErrorSummary.NONE)
                    ? ResetPreconditionResult.met(name, "none", NONE_REQUIRED)
                    : ResetPreconditionResult.unmet(
                            name,
                            describe(known),
                            NONE_REQUIRED,
                            quietAfter(known.newest().orElse(now)));
        } catch (StoreException e) {
            return unreadable(name, e);
        }
    }

    /** Counts the calls that failed since the last look. */
    public void look(CallTotals now, Instant at) {
        errors.look(now, at);
    }

    /** The last look: calls that the end of the server cuts off are no errors of the workers. */
    public void lookLast(CallTotals now, Instant at) {
        errors.lookLast(now, at);
    }

    /**
     * Record of the failed calls that a server writes at its end: without it a reset under the next one has to take
     * that time as unknown.
     *
     * @throws StoreException when that cannot be found out
     */
    public ObjectNode recordAtTheEnd(Instant now) {
        return MonitorJson.object()
                .set(PreviousRunCallErrorReader.FIELD, knownErrors(now).json());
    }

    /** Record that a server writes at its end whose start did not come so far that a call could fail. */
    public static ObjectNode recordOfFailedStart() {
        return MonitorJson.object().put(PreviousRunCallErrorReader.START_FAILED, true);
    }

    private RecentCallErrorSummary knownErrors(Instant now) {
        RecentCallErrorSummary before = earlier.known().since(now.minus(QUIET));
        RecentCallErrorSummary atLeast =
                before.unknownUntil().isEmpty() ? before : before.plus(inChecksOfOthers(now, before));
        return errors.within(QUIET, now).plus(atLeast);
    }

    /** Failed calls in the checks of earlier servers that wrote no record at their end. */
    private RecentCallErrorSummary inChecksOfOthers(Instant now, RecentCallErrorSummary summary) {
        List<AuditEvent> failing = decisions(now).stream()
                .filter(event -> event.at().isBefore(earlier.bornAt()))
                .filter(event -> lastCheck(event).path("errors").asLong() > 0)
                .toList();
        long count = failing.stream()
                .mapToLong(event -> lastCheck(event).path("errors").asLong())
                .sum();
        return new RecentCallErrorSummary(
                Math.max(0, count - summary.count()),
                failing.stream().findFirst().map(AuditEvent::at),
                Optional.empty());
    }

    private static String describe(RecentCallErrorSummary known) {
        String counted =
                known.count() + known.last().map(at -> ", the last at " + at).orElse("");
        return known.unknownUntil()
                .map(until -> "unknown before " + until.truncatedTo(ChronoUnit.SECONDS)
                        + ", because the server of that time ended without recording what it saw (it was killed, or its"
                        + " database was lost or could not be written)"
                        + (known.count() == 0 ? "" : "; known are " + counted))
                .orElse(counted);
    }

    private static String quietAfter(Instant last) {
        return "it is met at " + last.plus(QUIET).truncatedTo(ChronoUnit.SECONDS) + " if none follows";
    }

    private static ResetPreconditionResult unreadable(String name, StoreException e) {
        return ResetPreconditionResult.unmet(
                name, "unknown: " + e.getMessage(), NONE_REQUIRED, "it is known again once the database can be read");
    }

    private ResetPreconditionResult monitor() {
        String name = "monitor not in trouble";
        String required = "not degraded, not acting";
        return monitorTrouble
                .get()
                .map(what -> ResetPreconditionResult.unmet(
                        name, what, required, "wait until it is over, or end a watch with worker_rollback"))
                .orElseGet(() -> ResetPreconditionResult.met(name, "no trouble", required));
    }

    private static ResetPreconditionResult fix(Optional<String> fixReference) {
        Optional<String> given = fixReference.filter(text -> !text.isBlank());
        String required = "the commit, ticket or release with the fix";
        return given.map(reference -> ResetPreconditionResult.met(FIX_REFERENCE, reference, required))
                .orElseGet(() ->
                        ResetPreconditionResult.unmet(FIX_REFERENCE, "none", required, "give it as fix_reference"));
    }

    private List<AuditEvent> decisions(Instant now) {
        AuditQuery query = AuditQuery.newest(AuditQuery.LIMIT_MAX)
                .ofKinds(Set.of(AuditKind.DECISION))
                .since(now.minus(QUIET));
        return audit.query(query).events();
    }

    private static boolean failed(AuditEvent event) {
        boolean manual = event.payload().path("manual").asBoolean(false);
        boolean drastic = event.decision()
                .filter(action -> action.equals(DecisionAction.ROLLBACK.wireName())
                        || action.equals(DecisionAction.ESCALATE.wireName()))
                .isPresent();
        return !manual
                && (drastic || FAILED.contains(lastCheck(event).path("verdict").asString("")));
    }

    private static JsonNode lastCheck(AuditEvent event) {
        JsonNode checks = event.payload().path("evidence").path("recentChecks");
        return checks.path(checks.size() - 1);
    }
}

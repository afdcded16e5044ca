package io.weathervane.incident;

import io.weathervane.audit.AuditKind;
import io.weathervane.failure.FailureReport;
import io.weathervane.failure.FailureReportJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Facts that a bundle contains, as far as it has them.
 *
 * @param trigger the event that the incident begins with
 * @param failures what calls failed with when it was decided to act, else when the evidence was collected
 */
record IncidentFacts(
        JsonNode manifest, Optional<JsonNode> trigger, List<JsonNode> events, State state, FailureReport failures) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Outcomes of a watch that lasted its time. */
    private static final List<String> BY_TIME = List.of("healthy", "degraded", "inconclusive");

    static IncidentFacts read(Path folder) throws IOException {
        List<JsonNode> events = events(folder.resolve("audit.jsonl"));
        JsonNode manifest = tree(folder.resolve("manifest.json"));
        long seq = manifest.path("triggerSeq").asLong(-1);
        JsonNode failures = failures(folder.resolve("failures.json"));
        FailureReport now = FailureReportJson.read(failures.path("now")).orElse(FailureReport.EMPTY);
        return new IncidentFacts(
                manifest,
                events.stream()
                        .filter(event -> seq(event) >= 0 && seq(event) == seq)
                        .findFirst()
                        .or(() -> unwrittenTrigger(events)),
                events,
                new State(
                        tree(folder.resolve("metrics.json")),
                        Files.readString(folder.resolve("flags.txt")),
                        Files.readString(folder.resolve("log_tail.txt")),
                        now),
                FailureReportJson.read(failures.path("decision").path("failures"))
                        .orElse(now));
    }

    /**
     * The server when the evidence was collected.
     *
     * @param log its tail
     * @param failures what calls failed with until then
     */
    record State(JsonNode metrics, String flags, String log, FailureReport failures) {}

    /** A bundle of an earlier version does not have it. */
    private static JsonNode failures(Path file) throws IOException {
        return Files.exists(file) ? tree(file) : JSON.createObjectNode();
    }

    JsonNode metrics() {
        return state.metrics();
    }

    boolean killSwitchOn() {
        return state.flags().lines().anyMatch("DISABLE_NEW|1"::equals);
    }

    /** The last decision to roll back or escalate. */
    Optional<JsonNode> decision() {
        return events.stream()
                .filter(event ->
                        AuditEvidence.ACTING.contains(event.path("decision").asString("")))
                .reduce((first, second) -> second);
    }

    /** The newest event of this kind. */
    Optional<JsonNode> last(AuditKind kind) {
        return events.stream()
                .filter(event -> event.path("kind").asString("").equals(kind.wireName()))
                .reduce((a, b) -> b);
    }

    /** The newest page that the last action did not help. */
    Optional<JsonNode> ineffective() {
        int acted = decision().map(events::lastIndexOf).orElse(-1);
        return last(AuditKind.ROLLBACK_INEFFECTIVE).filter(page -> events.lastIndexOf(page) > acted);
    }

    /** What the release that is active after an action failed with until the evidence was collected. */
    FailureReport failuresAfter(JsonNode page) {
        return state.failures().about(page.path("payload").path("worker").asString(""));
    }

    /** Whether the monitor has looked at the promoted worker at least once. */
    boolean checked() {
        boolean stopped = last(AuditKind.MONITORING_STOPPED)
                .filter(stop -> stop.path("payload").path("checks").asInt(0) > 0)
                .isPresent();
        boolean watching = metrics().path("monitor").path("checks").asInt(0) > 0;
        return stopped || watching || events.stream().anyMatch(IncidentFacts::isOfChecks);
    }

    private static boolean isOfChecks(JsonNode event) {
        return event.path("kind").asString("").equals(AuditKind.DECISION.wireName())
                && !event.path("payload").path("evidence").path("recentChecks").isEmpty();
    }

    /** The end of the newest watch, where its time was over: a person, an action or another promotion ended the others. */
    Optional<JsonNode> watchedToTheEnd() {
        long started =
                last(AuditKind.MONITORING_STARTED).map(IncidentFacts::seq).orElse(-1L);
        return last(AuditKind.MONITORING_STOPPED)
                .filter(stop -> seq(stop) > started)
                .filter(stop ->
                        BY_TIME.contains(stop.path("payload").path("outcome").asString("")));
    }

    /** Whether the kill switch was reset and is still off. */
    boolean resolved() {
        return reset().isPresent() && !killSwitchOn();
    }

    /** The newest reset, unless the kill switch was engaged again after it. */
    Optional<JsonNode> reset() {
        int engaged =
                last(AuditKind.KILL_SWITCH_ACTIVATED).map(events::lastIndexOf).orElse(-1);
        return last(AuditKind.KILL_SWITCH_RESET).filter(reset -> events.lastIndexOf(reset) > engaged);
    }

    /** Where the event is in the audit. */
    static String place(JsonNode event) {
        return isWritten(event) ? "audit " + event.path("seq").asString("") : "not in the audit yet";
    }

    private static boolean isWritten(JsonNode event) {
        return event.path("written").asBoolean(true);
    }

    private static Optional<JsonNode> unwrittenTrigger(List<JsonNode> events) {
        return events.stream()
                .filter(event -> !isWritten(event)
                        && AuditEvidence.isTrigger(event.path("kind").asString("")))
                .reduce((first, second) -> second);
    }

    /** The approver of the reset; empty while there is no reset, or it names no approver. */
    Optional<String> approver() {
        return reset().map(event -> event.path("payload").path("approver").asString(""))
                .filter(name -> !name.isEmpty());
    }

    /** A value of the policy that was in force, such as {@code checkInterval}; the runbook's where none is known. */
    String policy(String name, String runbooks) {
        return metrics().path("monitor").path("policy").path(name).path("value").asString(runbooks);
    }

    /** Whether the tail of the log has this text. */
    boolean logged(String text) {
        return state.log().contains(text);
    }

    private static long seq(JsonNode event) {
        JsonNode seq = event.path("seq");
        return seq.isNumber() ? seq.asLong() : -1;
    }

    private static List<JsonNode> events(Path file) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            parsed(line).ifPresent(events::add);
        }
        return List.copyOf(events);
    }

    /** A line that redaction, or a bound, left broken is passed over. */
    private static Optional<JsonNode> parsed(String text) {
        try {
            return text.isBlank() ? Optional.empty() : Optional.of(JSON.readTree(text));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static JsonNode tree(Path file) throws IOException {
        return parsed(Files.readString(file)).orElseGet(JSON::createObjectNode);
    }
}

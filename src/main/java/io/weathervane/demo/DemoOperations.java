package io.weathervane.demo;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The steps the demo's acts are made of: each operates the server through its tools and shows what came of it. */
final class DemoOperations {
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final List<String> SHOWN_FLAGS =
            List.of("DISABLE_NEW", "PROMPT_MODE", "SANDBOX_MODE", "RESEARCH_LAYER");

    private final DemoOutput output;
    private final DemoClient client;
    private final Clock clock;
    private long shownUpTo;

    /** A condition on the running server. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    DemoOperations(DemoOutput output, DemoClient client, Clock clock) {
        this.output = output;
        this.client = client;
        this.clock = clock;
    }

    void waitFor(String what, Duration limit, Condition condition) throws IOException, InterruptedException {
        Instant deadline = clock.instant().plus(limit);
        while (!condition.holds()) {
            if (clock.instant().isAfter(deadline)) {
                output.seen(false, what + " (waited " + limit.toSeconds() + " s)");
                return;
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    void setFlags(String... keysAndValues) throws IOException, InterruptedException {
        ObjectNode arguments = arguments().put("action", "set");
        ObjectNode flags = arguments.putObject("flags");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            flags.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        client.operate("mcp_admin_flags", arguments);
        output.print("set", flags.toString());
    }

    void showFlags(String when) throws IOException, InterruptedException {
        StringBuilder line = new StringBuilder();
        for (String key : SHOWN_FLAGS) {
            line.append(String.format(Locale.ROOT, "%s=%-9s", key, effective(key)));
        }
        output.print(when, line.toString().strip());
    }

    String effective(String key) throws IOException, InterruptedException {
        JsonNode flags = client.operate(
                "mcp_admin_flags", arguments().put("action", "get").put("flag", key));
        return flags.path("flags").path(key).path("effective").asString("");
    }

    boolean killSwitchEngaged() throws IOException, InterruptedException {
        return client.operate("monitor_status", arguments())
                .path("killSwitch")
                .path("engaged")
                .asBoolean(false);
    }

    /** Starts the release as canary and promotes it; returns the promotion's id. */
    String promote(String release) throws IOException, InterruptedException {
        client.operate("worker_start_canary", arguments().put("release", release));
        output.print("canary", release + " started beside " + activeLabel());
        JsonNode promoted = client.operate(
                "worker_promote", arguments().put("reason", "demo").put("confirm", true));
        String promotion = promoted.path("promotionId").asString("");
        output.seen(
                promoted.path("promoted").asBoolean(false),
                "promoted " + release + "; monitoring has started: " + promotion);
        return promotion;
    }

    String activeLabel() throws IOException, InterruptedException {
        return active().path("label").asString("none");
    }

    long activePid() throws IOException, InterruptedException {
        return active().path("pid").asLong(-1);
    }

    private JsonNode active() throws IOException, InterruptedException {
        return client.operate("worker_status", arguments()).path("active");
    }

    /** Shows each check as it is decided, until one has this decision. */
    Optional<JsonNode> watchUntil(String promotion, String decision, Duration limit)
            throws IOException, InterruptedException {
        Instant deadline = clock.instant().plus(limit);
        while (clock.instant().isBefore(deadline)) {
            for (JsonNode event : newDecisions(promotion)) {
                showCheck(event);
                if (event.path("decision").asString("").equals(decision)) {
                    return Optional.of(event);
                }
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
        return Optional.empty();
    }

    /** Each check of the watch over this promotion so far, as it is in the audit, oldest first. */
    List<JsonNode> checks(String promotion) throws IOException, InterruptedException {
        return decisions(promotion).stream().map(DemoOperations::newestCheck).toList();
    }

    private List<JsonNode> decisions(String promotion) throws IOException, InterruptedException {
        ObjectNode query = arguments().put("promotion_id", promotion).put("limit", 50);
        query.putArray("kinds").add("decision");
        return client.operate("audit_query", query)
                .path("events")
                .valueStream()
                .sorted((a, b) ->
                        Long.compare(a.path("seq").asLong(0), b.path("seq").asLong(0)))
                .toList();
    }

    private List<JsonNode> newDecisions(String promotion) throws IOException, InterruptedException {
        List<JsonNode> fresh = decisions(promotion).stream()
                .filter(event -> event.path("seq").asLong(0) > shownUpTo)
                .toList();
        fresh.forEach(event -> shownUpTo = Math.max(shownUpTo, event.path("seq").asLong(0)));
        return fresh;
    }

    private void showCheck(JsonNode event) {
        JsonNode payload = event.path("payload");
        JsonNode check = newestCheck(event);
        JsonNode rate = payload.path("errorRate");
        output.print(
                "check",
                String.format(
                        Locale.ROOT,
                        "requests %4d  errors %4d  error rate %6s  memory %4s MB  -> %-8s %s",
                        check.path("requests").asLong(0),
                        check.path("errors").asLong(0),
                        rate.isNumber() ? String.format(Locale.ROOT, "%.1f%%", 100 * rate.asDouble()) : "unknown",
                        check.path("memoryUsageMb").isNumber()
                                ? String.valueOf(check.path("memoryUsageMb").asLong())
                                : "?",
                        word(event),
                        payload.path("reason").asString("")));
    }

    private static JsonNode newestCheck(JsonNode decision) {
        JsonNode checks = decision.path("payload").path("evidence").path("recentChecks");
        return checks.path(checks.size() - 1);
    }

    /** The decision, but for a healthy that no call vouches for. */
    private static String word(JsonNode event) {
        String decision = event.path("decision").asString("");
        boolean vouched = event.path("payload").path("conclusive").asBoolean(true);
        return decision.equals("healthy") && !vouched ? "UNKNOWN" : decision.toUpperCase(Locale.ROOT);
    }

    Optional<JsonNode> awaitEvent(String kind, String promotion, Duration limit)
            throws IOException, InterruptedException {
        ObjectNode query = arguments().put("promotion_id", promotion).put("limit", 1);
        query.putArray("kinds").add(kind);
        Instant deadline = clock.instant().plus(limit);
        while (clock.instant().isBefore(deadline)) {
            JsonNode events = client.operate("audit_query", query).path("events");
            if (!events.isEmpty()) {
                return Optional.of(events.get(0));
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
        return Optional.empty();
    }

    void showActions(JsonNode decision) {
        for (JsonNode action : decision.path("payload").path("actions")) {
            output.print(
                    "action",
                    action.path("step").asString("") + ": "
                            + action.path("outcome").asString("") + "  "
                            + action.path("detail").asString(""));
        }
    }

    /** What a reset by {@code kill_switch_reset} would ask for; the demo then takes the runbook's own path. */
    void showPreconditions() throws IOException, InterruptedException {
        JsonNode preview = client.operate("kill_switch_reset", arguments().put("dry_run", true));
        for (JsonNode condition : preview.path("preconditions")) {
            output.print(
                    "reset needs",
                    (condition.path("ok").asBoolean(false) ? "met      " : "not met  ")
                            + condition.path("name").asString("") + ": "
                            + condition.path("value").asString("") + " (required: "
                            + condition.path("required").asString("") + ")");
        }
    }

    private static ObjectNode arguments() {
        return JsonRpcCodec.JSON.createObjectNode();
    }
}

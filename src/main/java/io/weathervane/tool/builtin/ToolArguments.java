package io.weathervane.tool.builtin;

import io.weathervane.audit.Actor;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.util.DurationFormat;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call's arguments, which fit the tool's schema already, in the types the tools want.
 *
 * @param actor the caller, as the transport knows it: what goes into the audit
 */
record ToolArguments(ObjectNode json, Actor actor) {
    static ToolArguments of(ToolCall call) {
        return new ToolArguments(call.arguments(), new Actor(call.caller().name()));
    }

    boolean isDryRun() {
        return isSet("dry_run");
    }

    /** The reason, for the audit; when the caller gives none, the action and the actor. */
    String reasonOr(String whatWasDone) {
        return text("reason").orElse(whatWasDone + " by " + actor.name());
    }

    /**
     * The caller as the one who approves, where {@code confirm} is set.
     *
     * @param howToState what to do where it is not
     */
    RiskyCallDescription.StatedApprover confirmedBy(String howToState) {
        return new RiskyCallDescription.StatedApprover(
                isSet("confirm") ? Optional.of(actor.name() + " by confirm") : Optional.empty(), howToState);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(json.get(name)).filter(JsonNode::isString).map(JsonNode::stringValue);
    }

    boolean isSet(String name) {
        return json.path(name).asBoolean(false);
    }

    int integer(String name, int otherwise) {
        return json.path(name).asInt(otherwise);
    }

    Optional<Long> wholeNumber(String name) {
        return Optional.ofNullable(json.get(name))
                .filter(JsonNode::isNumber) // the schema says that it is a whole one, which 1e3 is too
                .map(JsonNode::asLong);
    }

    Stream<String> texts(String name) {
        return json.path(name).valueStream().map(JsonNode::stringValue);
    }

    /** A moment: ISO 8601, or an age such as {@code 15m}, {@code 24h}, {@code 7d} before now. */
    Optional<Instant> moment(String name, Clock clock) {
        return text(name).map(value -> moment(name, value, clock));
    }

    private static Instant moment(String name, String value, Clock clock) {
        try {
            return DurationFormat.parse(value)
                    .map(age -> clock.instant().minus(age))
                    .orElseGet(() -> Instant.parse(value));
        } catch (DateTimeException | ArithmeticException e) {
            throw new ToolFailureException(name + ": \"" + value
                    + "\" is no moment. Allowed: ISO 8601 such as 2026-11-23T14:32:15Z, or an age such as 15m,"
                    + " 24h, 7d.");
        }
    }
}

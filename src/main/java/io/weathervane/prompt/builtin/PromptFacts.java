package io.weathervane.prompt.builtin;

import io.weathervane.incident.EvidenceBundleReader;
import io.weathervane.incident.ShippedRunbook;
import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.prompt.PromptCall;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.util.NearestWord;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sources of the facts that prompts contain.
 *
 * @param tools asked as the prompt's own caller, and never to change anything
 */
record PromptFacts(ToolRegistry tools, EvidenceBundleReader evidenceBundles, Clock clock) {
    /** Longest piece of a stranger's text that is said back. */
    private static final int SHOWN_MAX = 64;

    /** No promotion's id is longer; as in the schema of audit_query. */
    private static final int PROMOTION_LENGTH_MAX = 100;

    /** What the tool answers now; also a refusal is a fact. */
    ToolResult ask(String tool, ObjectNode arguments, Caller caller) {
        return tools.call(tool, arguments, caller, CallChannel.none());
    }

    /** Whether the caller is offered this tool of ours. */
    boolean offers(String tool, Caller caller) {
        return tools.offers(tool, caller);
    }

    /** @throws JsonRpcException invalid params, for a caller that may not see the facts */
    static void requireViewer(Caller caller) {
        if (!caller.has(CallerRole.VIEWER)) {
            throw invalid("this prompt shows the server's state, which takes the role viewer");
        }
    }

    /** The incident the caller named, known to be there. */
    Optional<String> incident(PromptCall call) {
        Optional<String> named = call.argument("incident").filter(id -> !id.isBlank());
        named.ifPresent(id -> {
            List<String> ids = evidenceBundles.ids();
            if (!ids.contains(id)) {
                throw invalid("there is no incident " + shown(id)
                        + NearestWord.to(id, ids)
                                .map(near -> "; did you mean " + near + "?")
                                .orElse("; weathervane://incidents lists them"));
            }
        });
        return named;
    }

    /** The promotion the caller named, known to the audit. */
    Optional<String> promotion(PromptCall call) {
        Optional<String> named = call.argument("promotion").filter(id -> !id.isBlank());
        named.filter(id -> id.length() > PROMOTION_LENGTH_MAX || isUnknown(id, call.caller()))
                .ifPresent(id -> {
                    throw invalid("there is no promotion " + shown(id) + "; audit_query with kinds monitoring-started"
                            + " lists them");
                });
        return named;
    }

    /** False when the audit cannot be asked: then the facts will say so. */
    private boolean isUnknown(String promotion, Caller caller) {
        ObjectNode query = JsonRpcCodec.JSON
                .createObjectNode()
                .put("promotion_id", promotion)
                .put("limit", 1);
        ToolResult answer = ask("audit_query", query, caller);
        return !answer.isError()
                && answer.structured()
                        .map(events -> events.path("events").isEmpty())
                        .orElse(true);
    }

    static ShippedRunbook runbook() {
        return ShippedRunbook.load();
    }

    private static String shown(String id) {
        return '"' + (id.length() <= SHOWN_MAX ? id : id.substring(0, SHOWN_MAX) + "...") + '"';
    }

    private static JsonRpcException invalid(String why) {
        return new JsonRpcException(ErrorCode.INVALID_PARAMS, "Invalid params: " + why);
    }
}

package io.weathervane.tool.builtin;

import io.weathervane.tool.ToolResult;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The sentence after an answer that names tools of one of several services, without which a call of those is refused. */
final class ServiceHint {
    /** The names of the tools that take a service; see {@code tools.json}. */
    private static final Pattern TAKES_SERVICE = Pattern.compile(
            "\\b(worker_(status|start_canary|stop_canary|promote|rollback)|upgrade_(run|status|abort)|monitor_status"
                    + "|decision_explain)\\b");

    private ServiceHint() {}

    static ToolResult addedTo(ToolResult result, String service) {
        JsonNode first = result.json().path("content").path(0);
        if (first instanceof ObjectNode text && text.path("text").isString()) {
            text.put("text", addedTo(text.path("text").stringValue(), service));
        }
        return result;
    }

    static String addedTo(String text, String service) {
        return TAKES_SERVICE.matcher(text).find()
                ? text + "\nThe tools named here take service \"" + service + "\" (--service " + service + ")."
                : text;
    }
}

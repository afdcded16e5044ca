package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.SafeText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Prints tools and their answers on a terminal. */
final class ToolOutputPrinter {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

    ToolOutputPrinter(PrintWriter out, PrintWriter err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    void list(List<ObjectNode> tools) {
        if (json) {
            out.println(pretty(JsonRpcCodec.JSON.valueToTree(tools)));
        } else {
            int width = tools.stream()
                    .mapToInt(tool -> SafeText.line(text(tool, "name")).length())
                    .max()
                    .orElse(0);
            for (ObjectNode tool : tools) {
                out.println(padded(SafeText.line(text(tool, "name")), width) + "  "
                        + firstSentence(text(tool, "description")));
            }
        }
        out.flush();
    }

    /** Prints a tool's result, text of one that says no to stderr. */
    void result(ObjectNode result) {
        boolean failed = result.path("isError").asBoolean(false);
        if (json) {
            JsonNode structured = result.path("structuredContent");
            out.println(pretty(structured.isMissingNode() ? result : structured));
        } else {
            (failed ? err : out).println(contentOf(result));
        }
        out.flush();
        err.flush();
    }

    /** One line of progress, as the params of {@code notifications/progress} tell it. */
    void progress(JsonNode params) {
        double total = params.path("total").asDouble(0);
        double share = total > 0 ? 100 * params.path("progress").asDouble(0) / total : 0;
        String message = SafeText.line(params.path("message").asString(""));
        err.println(String.format(Locale.ROOT, "[%3.0f %%] %s", share, message));
        err.flush();
    }

    private static String contentOf(ObjectNode result) {
        return result.path("content")
                .valueStream()
                .map(ToolOutputPrinter::contentItem)
                .collect(Collectors.joining("\n"));
    }

    private static String contentItem(JsonNode item) {
        return switch (item.path("type").asString("")) {
            case "text" -> text(item, "text");
            case "resource_link" -> text(item, "name") + ": " + text(item, "uri");
            default -> SafeText.json(item.toString());
        };
    }

    private static String firstSentence(String text) {
        int end = text.indexOf(". ");
        return end < 0 ? text : text.substring(0, end + 1);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private static String text(JsonNode node, String field) {
        return SafeText.lines(node.path(field).asString(""));
    }

    private static String pretty(JsonNode node) {
        return SafeText.json(JsonRpcCodec.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node));
    }
}

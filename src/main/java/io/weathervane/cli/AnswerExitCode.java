package io.weathervane.cli;

import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.ToolResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The exit code for a tool's answer, whichever command called the tool. What was asked for came true: 0. It did not: 1. It
 * did, and whether it is good is not known: 5. A tool that only tells is 0, whatever it tells. A dry run has the code
 * that the real call is to be expected to have. Each tool of ours says in {@code tools.json} which of its answers has which
 * code: the first of its {@code exitCodes} that fits, else 0. Of a worker's tool, and of an answer without structured
 * content, only {@code isError} is known.
 */
final class AnswerExitCode {
    private AnswerExitCode() {}

    /**
     * @param arguments that the tool was called with
     * @param result of {@code tools/call}
     */
    static int of(String tool, ObjectNode arguments, ObjectNode result) {
        if (result.path("isError").asBoolean(false)) {
            return ToolResult.isMisuse(result) ? ExitCode.USAGE : ExitCode.REFUSED;
        }
        JsonNode answer = result.path("structuredContent");
        return answer.isObject() ? ofAnswer(tool, arguments, answer) : ExitCode.OK;
    }

    /** @param answer the tool's structured content */
    static int ofAnswer(String tool, ObjectNode arguments, JsonNode answer) {
        return SchemaCatalog.commandLine(tool)
                .path("exitCodes")
                .valueStream()
                .filter(rule -> fits(rule.path("answer"), answer) && fits(rule.path("arguments"), arguments))
                .findFirst()
                .map(rule -> rule.path("code").asInt(ExitCode.REFUSED))
                .orElse(ExitCode.OK);
    }

    /** Whether it has every field of the pattern, for each entry of a list one that fits, and nothing where it says null. */
    private static boolean fits(JsonNode pattern, JsonNode given) {
        if (pattern.isObject()) {
            return pattern.propertyStream().allMatch(field -> fits(field.getValue(), given.path(field.getKey())));
        }
        if (pattern.isArray()) {
            return pattern.valueStream().allMatch(entry -> given.valueStream().anyMatch(one -> fits(entry, one)));
        }
        return pattern.isMissingNode()
                || (pattern.isNull() ? given.isNull() || given.isMissingNode() : pattern.equals(given));
    }
}

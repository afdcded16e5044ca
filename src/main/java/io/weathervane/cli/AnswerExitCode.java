package io.weathervane.cli;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The exit code for a tool's answer, whichever command called the tool. What was asked for came true: 0. It did not: 1. It
 * did, and whether it is good is not known: 5. A tool that only tells is 0, whatever it tells. A dry run has the code
 * that the real call is to be expected to have. Of a worker's tool, and of an answer without
 * structured content, only {@code isError} is known.
 */
final class AnswerExitCode {
    /** The field by which a tool's answer says that it was done. */
    private static final Map<String, String> DONE = Map.of(
            "worker_start_canary", "started",
            "worker_stop_canary", "stopped",
            "worker_promote", "promoted",
            "worker_rollback", "rolledBack");

    private AnswerExitCode() {}

    /**
     * @param arguments that the tool was called with
     * @param result of {@code tools/call}
     */
    static int of(String tool, ObjectNode arguments, ObjectNode result) {
        if (result.path("isError").asBoolean(false)) {
            return ExitCode.REFUSED;
        }
        JsonNode answer = result.path("structuredContent");
        return answer.isObject() ? ofAnswer(tool, arguments, answer) : ExitCode.OK;
    }

    private static int ofAnswer(String tool, ObjectNode arguments, JsonNode answer) {
        return switch (tool) {
            case "upgrade_run" -> ofUpgrade(answer, arguments.path("wait").asBoolean(true));
            case "upgrade_abort" -> answer.path("promotionId").isString() ? ExitCode.REFUSED : ExitCode.OK;
            case "kill_switch_reset" -> ofReset(answer);
            default -> DONE.containsKey(tool) ? ofAction(answer, DONE.get(tool)) : ExitCode.OK;
        };
    }

    /**
     * @param upgrade as {@code upgrade_run} and {@code upgrade_status} answer it
     * @param awaited whether the caller wanted to know how it ends
     */
    static int ofUpgrade(JsonNode upgrade, boolean awaited) {
        return switch (upgrade.path("status").asString("")) {
            case "planned" -> upgrade.path("passes").asBoolean(true) ? ExitCode.OK : ExitCode.REFUSED;
            case "running" -> awaited ? ExitCode.UNVERIFIED : ExitCode.OK;
            case "waiting", "shadow-passed" -> ExitCode.OK;
            case "finished" -> ofOutcome(upgrade.path("outcome").asString(""));
            default -> ExitCode.REFUSED;
        };
    }

    /** A watch that ended by its time; an upgrade that an older release recorded has no outcome. */
    private static int ofOutcome(String outcome) {
        return switch (outcome) {
            case "healthy" -> ExitCode.OK;
            case "degraded" -> ExitCode.REFUSED;
            default -> ExitCode.UNVERIFIED;
        };
    }

    /** A reset that is off already has nothing to do, whatever its preconditions. */
    private static int ofReset(JsonNode answer) {
        boolean blocked = answer.path("dryRun").asBoolean(false)
                && answer.path("killSwitch").path("engaged").asBoolean(false)
                && answer.path("preconditions")
                        .valueStream()
                        .anyMatch(one -> !one.path("ok").asBoolean(true));
        return blocked ? ExitCode.REFUSED : ExitCode.OK;
    }

    private static int ofAction(JsonNode answer, String done) {
        if (answer.path("dryRun").asBoolean(false)) {
            return ExitCode.OK;
        }
        if (!answer.path(done).asBoolean(true)) {
            return ExitCode.REFUSED;
        }
        return answer.path("verified").asBoolean(true) ? ExitCode.OK : ExitCode.UNVERIFIED;
    }
}

package io.weathervane.tool.builtin;

import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagChangeResult;
import io.weathervane.flags.FlagHistoryRow;
import io.weathervane.flags.FlagsView;
import io.weathervane.flags.LiveFlags;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.FlagJson;
import io.weathervane.tool.presentation.JsonFields;
import io.weathervane.tool.presentation.KillSwitchJson;
import io.weathervane.tool.presentation.KillSwitchText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code mcp_admin_flags}: the runbook's own tool (part 2), for every live flag. */
public final class AdminFlagsTool implements Tool {
    private static final String KILL_SWITCH = FlagCatalog.KILL_SWITCH;
    private static final int HISTORY_DEFAULT = 20;

    private final ToolDefinition definition;
    private final LiveFlags flags;
    private final boolean resetNeedsApproval;

    /** @param resetNeedsApproval refuse {@code DISABLE_NEW=0} here and point to {@code kill_switch_reset} (production) */
    public AdminFlagsTool(SchemaCatalog schemas, LiveFlags flags, boolean resetNeedsApproval) {
        this.definition = schemas.definition("mcp_admin_flags");
        this.flags = flags;
        this.resetNeedsApproval = resetNeedsApproval;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public boolean needsWorkers() {
        return false;
    }

    /** Whether the call only gets flags: these are in memory, their history is not. */
    @Override
    public boolean answersAtOnce(ObjectNode arguments) {
        return arguments.path("action").asString("").equals("get");
    }

    /** To look, and to engage the kill switch and nothing else: for these a viewer needs no further role. */
    @Override
    public boolean makesSafe(ObjectNode arguments) {
        return switch (arguments.path("action").asString("get")) {
            case "get", "history" -> true;
            case "set" -> onlyEngages(arguments.path("flags"));
            default -> false;
        };
    }

    private static boolean onlyEngages(JsonNode flags) {
        JsonNode value = flags.path(KILL_SWITCH);
        return flags.size() == 1 && !value.isContainer() && !value.isMissingNode() && "1".equals(text(value));
    }

    @Override
    public boolean canMakeSafe() {
        return true;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        return switch (arguments.text("action").orElse("get")) {
            case "set" -> set(arguments);
            case "reset" -> reset(arguments);
            case "history" -> history(arguments);
            default -> get(arguments);
        };
    }

    private ToolResult get(ToolArguments arguments) {
        List<FlagsView.Flag> shown = arguments
                .text("flag")
                .map(this::one)
                .orElseGet(() -> flags.view().flags());
        ObjectNode answer = answer("get");
        ObjectNode nodes = answer.putObject("flags");
        shown.forEach(flag -> nodes.set(flag.definition().key(), FlagJson.of(flag)));
        String lines = shown.stream().map(FlagJson::line).collect(Collectors.joining("\n"));
        return ToolResult.of(lines + "\n" + KillSwitchText.sentence(flags.killSwitch()), answer);
    }

    private List<FlagsView.Flag> one(String key) {
        return List.of(flags.view(key)
                .orElseThrow(() -> new ToolFailureException(
                        ToolResultText.asSentence(flags.catalog().unknown(key)))));
    }

    private ToolResult set(ToolArguments arguments) {
        Map<String, String> wanted = new LinkedHashMap<>();
        arguments
                .json()
                .path("flags")
                .propertyStream()
                .forEach(flag -> wanted.put(flag.getKey(), text(flag.getValue())));
        if (wanted.isEmpty()) {
            throw new ToolFailureException(
                    "flags: set needs at least one flag, such as {\"PROMPT_MODE\": \"verbose\"}.");
        }
        refuseUnapprovedReset(wanted);
        return changed("set", flags.set(wanted, arguments.actor(), arguments.text("reason")));
    }

    private ToolResult reset(ToolArguments arguments) {
        String key = arguments
                .text("flag")
                .orElseThrow(() -> new ToolFailureException("flag: reset needs the key of one flag."));
        return changed("reset", flags.reset(key, arguments.actor(), arguments.text("reason")));
    }

    /** Also while it is off as far as we know: another program's SQL may have engaged it a moment ago. */
    private void refuseUnapprovedReset(Map<String, String> wanted) {
        if (resetNeedsApproval && "0".equals(wanted.get(KILL_SWITCH))) {
            throw new ToolFailureException(
                    "Not in the production preset: " + KILL_SWITCH + "=0 needs a reason, an approver "
                            + "and the preconditions. Call kill_switch_reset, with dry_run first. Nothing was changed. "
                            + KillSwitchText.sentence(flags.killSwitch()));
        }
    }

    private ToolResult changed(String action, FlagChangeResult change) {
        ObjectNode answer = answer(action);
        var nodes = answer.putArray("changed");
        change.changed()
                .forEach(one -> nodes.addObject()
                        .put("key", one.key())
                        .put("from", one.from().orElse(null))
                        .put("to", one.to()));
        String lines = change.changed().stream()
                .map(one -> one.key() + ": " + one.from().orElse("(none)") + " -> " + one.to())
                .collect(Collectors.joining("\n"));
        JsonFields.putOptional(answer, "warning", change.warning());
        String text = lines.isEmpty() ? "Nothing to change: every flag has that value already." : lines;
        String warning = change.warning().map(why -> "\nWarning: " + why).orElse("");
        return ToolResult.of(text + "\n" + KillSwitchText.sentence(flags.killSwitch()) + warning, answer);
    }

    private ToolResult history(ToolArguments arguments) {
        List<FlagHistoryRow> rows = flags.history(arguments.text("flag"), arguments.integer("limit", HISTORY_DEFAULT));
        ObjectNode answer = answer("history");
        var nodes = answer.putArray("history");
        rows.forEach(row -> nodes.addObject()
                .put("at", JsonFields.time(row.at()))
                .put("key", row.key())
                .put("from", row.from().orElse(null))
                .put("to", row.to().orElse(null))
                .put("actor", row.actor())
                .put("reason", cause(row).orElse(null)));
        String lines = rows.stream()
                .map(row -> JsonFields.time(row.at()) + "  " + row.key() + ": "
                        + row.from().orElse("(none)") + " -> " + row.to().orElse("(deleted)") + "  by " + row.actor()
                        + cause(row).map(why -> ": " + why).orElse(""))
                .collect(Collectors.joining("\n"));
        return ToolResult.of(lines.isEmpty() ? noHistory(arguments.text("flag")) : lines, answer);
    }

    private static Optional<String> cause(FlagHistoryRow row) {
        return row.audited().map(FlagHistoryRow.Audited::cause).filter(why -> !why.isEmpty());
    }

    /** A row that is no flag, such as a threshold, has a history too; a name that has none may be mistyped. */
    private String noHistory(Optional<String> key) {
        return key.map(name -> "No change of " + name + " is on record."
                        + (flags.catalog().find(name).isPresent()
                                ? ""
                                : " "
                                        + ToolResultText.asSentence(
                                                flags.catalog().unknown(name))))
                .orElse("No change of a flag is on record.");
    }

    private ObjectNode answer(String action) {
        ObjectNode answer = JsonFields.object()
                .put("action", action)
                .put("epoch", flags.snapshot().epoch());
        answer.set("killSwitch", KillSwitchJson.of(flags.killSwitch()));
        return answer;
    }

    /** A flag's value is text; true and false are taken as the runbook's 1 and 0. */
    private static String text(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue() ? "1" : "0";
        }
        return value.asString();
    }
}

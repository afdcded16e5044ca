package io.weathervane.tool.builtin;

import io.weathervane.control.Precondition;
import io.weathervane.control.RollbackMonitor;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.KillSwitchReset;
import io.weathervane.flags.KillSwitchStatus;
import io.weathervane.flags.LiveFlags;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailure;
import io.weathervane.tool.ToolResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code kill_switch_reset}: the risky direction; a reason, an approver, and preconditions that are shown. */
public final class KillSwitchResetTool implements Tool {
    private static final String OFF_ALREADY =
            "It was off already; nothing was changed. The kill switch is off (DISABLE_NEW=0).";

    private final ToolDefinition definition;
    private final RollbackMonitor monitor;
    private final LiveFlags flags;

    public KillSwitchResetTool(ToolDefinition definition, RollbackMonitor monitor, LiveFlags flags) {
        this.definition = definition;
        this.monitor = monitor;
        this.flags = flags;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public ToolResult call(ToolCall call) {
        Arguments arguments = Arguments.of(call);
        Optional<String> fix = arguments.text("fix_reference");
        List<Precondition> preconditions = monitor.preconditions(fix);
        if (arguments.isDryRun()) {
            return preview(preconditions);
        }
        String reason = required(arguments, "reason");
        String approver = required(arguments, "approver");
        if (!flags.killSwitch().engaged()) {
            return ToolResult.of(OFF_ALREADY, answer(false, false, preconditions, Map.of()));
        }
        KillSwitchReset reset = monitor.resetKillSwitch(
                reason, arguments.actor(), Optional.of(approver), fix, arguments.isSet("force"));
        ObjectNode answer = answer(reset.reset(), false, preconditions, reset.restored());
        String text = reset.reset()
                ? "Reset. " + Json.sentence(reset.status()) + named(" Restored: ", reset.restored())
                : OFF_ALREADY;
        return ToolResult.of(text, answer);
    }

    private ToolResult preview(List<Precondition> preconditions) {
        KillSwitchStatus status = flags.killSwitch();
        Map<String, String> held = status.engaged() ? held() : Map.of();
        boolean all = preconditions.stream().allMatch(Precondition::ok);
        String lines = preconditions.stream()
                .map(one -> (one.ok() ? "met:     " : "not met: ") + one.name() + ": " + one.value() + " (required: "
                        + one.required() + ")")
                .collect(Collectors.joining("\n"));
        String verdict = all ? "Every precondition is met." : "Not every precondition is met: the fix comes first.";
        return ToolResult.of(
                "Nothing was changed (dry run). " + Json.sentence(status) + "\n" + lines + "\n" + verdict
                        + named(" A reset would restore: ", held),
                answer(false, true, preconditions, held));
    }

    /** What the flags were before, where that differs from the defaults they have now. */
    private Map<String, String> held() {
        Map<String, String> held = new TreeMap<>();
        flags.view()
                .flags()
                .forEach(flag -> flag.held()
                        .filter(value -> !value.equals(flag.effective()))
                        .ifPresent(value -> held.put(flag.definition().key(), value)));
        held.remove(FlagCatalog.KILL_SWITCH);
        return held;
    }

    private ObjectNode answer(
            boolean reset, boolean dryRun, List<Precondition> preconditions, Map<String, String> restored) {
        ObjectNode answer = Json.object()
                .put("reset", reset)
                .put("dryRun", dryRun)
                .put("epoch", flags.snapshot().epoch());
        restored.forEach(answer.putObject("restored")::put);
        answer.set("killSwitch", Json.killSwitch(flags.killSwitch()));
        ArrayNode nodes = answer.putArray("preconditions");
        preconditions.forEach(one -> nodes.addObject()
                .put("name", one.name())
                .put("ok", one.ok())
                .put("value", one.value())
                .put("required", one.required()));
        return answer;
    }

    private static String named(String intro, Map<String, String> values) {
        return values.isEmpty()
                ? ""
                : new TreeMap<>(values)
                        .entrySet().stream()
                                .map(flag -> flag.getKey() + "=" + flag.getValue())
                                .collect(Collectors.joining(", ", intro, "."));
    }

    private static String required(Arguments arguments, String name) {
        return arguments
                .text(name)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> new ToolFailure(name
                        + " is required: a reset needs a reason and an approver. With dry_run the preconditions are shown "
                        + "without them. The kill switch stays as it is."));
    }
}

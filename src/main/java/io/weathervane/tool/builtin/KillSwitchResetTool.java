package io.weathervane.tool.builtin;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.approval.ChangeApprovalText;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.KillSwitchResetResult;
import io.weathervane.flags.KillSwitchStatus;
import io.weathervane.flags.LiveFlags;
import io.weathervane.reset.ResetPreconditionResult;
import io.weathervane.reset.ResetPreconditions;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.JsonFields;
import io.weathervane.tool.presentation.KillSwitchJson;
import io.weathervane.tool.presentation.KillSwitchText;
import io.weathervane.util.SafeText;
import io.weathervane.worker.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code kill_switch_reset}: the risky direction; a reason, an approver, and preconditions that are shown. */
public final class KillSwitchResetTool implements RiskyTool {
    private static final String OFF_ALREADY =
            "It was off already; nothing was changed. The kill switch is off (DISABLE_NEW=0).";

    private static final String HINT =
            " With dry_run the preconditions are shown without them. The kill switch stays as it is.";

    private static final String OF_SERVICE = " of service ";

    private final ToolDefinition definition;
    private final Supplier<List<RollbackMonitor>> monitors;
    private final LiveFlags flags;
    private final ApprovalStrategy approvals;

    /** @param monitors of all services that there are now: what should hold before the one switch of the server is reset is of each */
    public KillSwitchResetTool(
            SchemaCatalog schemas,
            Supplier<List<RollbackMonitor>> monitors,
            LiveFlags flags,
            ApprovalStrategy approvals) {
        this.definition = schemas.definition("kill_switch_reset");
        this.monitors = monitors;
        this.flags = flags;
        this.approvals = approvals;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        Optional<String> fix = arguments.text("fix_reference");
        List<ResetPreconditionResult> preconditions = preconditions(fix);
        if (arguments.isDryRun()) {
            return preview(preconditions);
        }
        String reason = arguments
                .text("reason")
                .filter(text -> !text.isBlank())
                .orElseThrow(() ->
                        new ToolFailureException("reason is required: a reset needs a reason and an approver." + HINT));
        KillSwitchStatus status = flags.killSwitch();
        if (!status.engaged()) {
            return ToolResult.of(OFF_ALREADY, answer(false, false, preconditions, Map.of()));
        }
        boolean force = arguments.isSet("force");
        if (!force) {
            first().requireMet(preconditions);
        }
        ChangeApproval approval = approvals.obtain(call, proposal(arguments, reason, status, preconditions));
        return done(
                first().resetKillSwitch(reason, arguments.actor(), fix, force, approval, ofOthers(fix)), preconditions);
    }

    private RollbackMonitor first() {
        return monitors.get().get(0);
    }

    /** Preconditions of every service; with several each of the others' names says whose it is. */
    private List<ResetPreconditionResult> preconditions(Optional<String> fix) {
        List<ResetPreconditionResult> all = new ArrayList<>(first().preconditions(fix));
        all.addAll(ofOthers(fix));
        return List.copyOf(all);
    }

    /** Of the other services but what the first has already: the fix is one for the whole server. */
    private List<ResetPreconditionResult> ofOthers(Optional<String> fix) {
        return monitors.get().stream()
                .skip(1)
                .flatMap(monitor -> monitor.preconditions(fix).stream()
                        .filter(one -> !one.name().equals(ResetPreconditions.FIX_REFERENCE))
                        .map(one -> named(one, monitor.service())))
                .toList();
    }

    private static ResetPreconditionResult named(ResetPreconditionResult one, ServiceName service) {
        return new ResetPreconditionResult(
                one.name() + OF_SERVICE + service, one.ok(), one.value(), one.required(), one.remedy());
    }

    private RiskyCallDescription proposal(
            ToolArguments arguments,
            String reason,
            KillSwitchStatus status,
            List<ResetPreconditionResult> preconditions) {
        return new RiskyCallDescription(
                definition.name(),
                ChangeApprovalText.reset(status, ResetPreconditionResult.unmet(preconditions)),
                reason,
                List.of(),
                facts(status, preconditions),
                new RiskyCallDescription.StatedApprover(
                        arguments.text("approver").filter(name -> !name.isBlank()),
                        "approver is required: this client cannot ask its user, so it has to name who approved the reset."
                                + HINT));
    }

    @Override
    public List<String> facts(ObjectNode arguments) {
        Optional<String> fix =
                Optional.ofNullable(arguments.get("fix_reference")).map(JsonNode::asString);
        KillSwitchStatus status = flags.killSwitch();
        return facts(status, preconditions(fix));
    }

    private List<String> facts(KillSwitchStatus status, List<ResetPreconditionResult> preconditions) {
        List<String> facts = new ArrayList<>();
        facts.add(SafeText.line(KillSwitchText.sentence(status)));
        preconditions.forEach(one -> facts.add(SafeText.line(line(one))));
        if (status.engaged() && !held().isEmpty()) {
            facts.add("restores:" + SafeText.line(named(" ", held())));
        }
        return facts;
    }

    private ToolResult done(KillSwitchResetResult reset, List<ResetPreconditionResult> preconditions) {
        ObjectNode answer = answer(reset.reset(), false, preconditions, reset.restored());
        String text = reset.reset()
                ? "Reset. " + KillSwitchText.sentence(reset.status()) + named(" Restored: ", reset.restored())
                : OFF_ALREADY;
        return ToolResult.of(text, answer);
    }

    private ToolResult preview(List<ResetPreconditionResult> preconditions) {
        KillSwitchStatus status = flags.killSwitch();
        Map<String, String> held = status.engaged() ? held() : Map.of();
        boolean all = preconditions.stream().allMatch(ResetPreconditionResult::ok);
        String lines = preconditions.stream().map(this::line).collect(Collectors.joining("\n"));
        String conclusion = all ? "Every precondition is met." : "Not every precondition is met: the fix comes first.";
        return ToolResult.of(
                "Nothing was changed (dry run). " + KillSwitchText.sentence(status) + "\n" + lines + "\n" + conclusion
                        + named(" A reset would restore: ", held)
                        + (status.engaged() ? " " + approvals.announcement() : ""),
                answer(false, true, preconditions, held));
    }

    private String line(ResetPreconditionResult one) {
        return (one.ok() ? "met:     " : "not met: ") + shownName(one) + ": " + one.value() + " (required: "
                + one.required() + (one.ok() ? ")" : "; " + one.remedy() + ")");
    }

    /** The first service's have the runbook's names; where there are others, a line says that they are the first's. */
    private String shownName(ResetPreconditionResult one) {
        boolean ofFirst = monitors.get().size() > 1
                && !one.name().equals(ResetPreconditions.FIX_REFERENCE)
                && !one.name().contains(OF_SERVICE);
        return ofFirst ? one.name() + OF_SERVICE + first().service() : one.name();
    }

    /** Flag values from before the engagement, where they differ from the defaults of now. */
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
            boolean reset, boolean dryRun, List<ResetPreconditionResult> preconditions, Map<String, String> restored) {
        ObjectNode answer = JsonFields.object()
                .put("reset", reset)
                .put("dryRun", dryRun)
                .put("epoch", flags.snapshot().epoch());
        restored.forEach(answer.putObject("restored")::put);
        answer.set("killSwitch", KillSwitchJson.of(flags.killSwitch()));
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
}

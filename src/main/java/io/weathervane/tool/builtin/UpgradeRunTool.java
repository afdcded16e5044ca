package io.weathervane.tool.builtin;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.upgrade.PromotionMode;
import io.weathervane.upgrade.Upgrade;
import io.weathervane.upgrade.UpgradeCommandsFingerprint;
import io.weathervane.upgrade.UpgradeManager;
import io.weathervane.upgrade.UpgradePreview;
import io.weathervane.upgrade.UpgradeRefusedException;
import io.weathervane.upgrade.UpgradeRequest;
import io.weathervane.upgrade.UpgradeState;
import io.weathervane.upgrade.UpgradeStepKind;
import io.weathervane.upgrade.UpgradeView;
import io.weathervane.util.SafeText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code upgrade_run}: begins an upgrade, or lets the one that waits go on, and stays until it has ended, waits, or the
 * call's time is up.
 */
public final class UpgradeRunTool implements RiskyTool {
    /** Less than a call may run, so that it ends with an answer and the upgrade goes on. */
    private static final Duration WAIT_MAX = Duration.ofMinutes(9);

    private static final String HOW_TO_STATE = "confirm is required: this client cannot ask its user, so with promote"
            + " confirm: true has to say that a person approved this promotion. Without promote the upgrade waits for"
            + " approval after its shadow comparison. Nothing was begun.";

    private final ToolDefinition definition;
    private final UpgradeManager upgrades;
    private final ApprovalStrategy approvals;

    public UpgradeRunTool(SchemaCatalog schemas, UpgradeManager upgrades, ApprovalStrategy approvals) {
        this.definition = schemas.definition("upgrade_run");
        this.upgrades = upgrades;
        this.approvals = approvals;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public boolean runsAsTask() {
        return true;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        Optional<Upgrade> waiting =
                arguments.isSet("promote") ? arguments.text("id").flatMap(upgrades::waiting) : Optional.empty();
        if (waiting.isPresent()) {
            return resume(call, waiting.get());
        }
        UpgradeRequest request = upgrades.resolved(
                UpgradeRequest.of(arguments.json()), call.caller().suppliesCommands());
        Upgrade planned = upgrades.planned(request, arguments.actor());
        if (arguments.isDryRun()) {
            UpgradePreview preview = upgrades.preview(planned);
            return UpgradeToolResult.planned(preview.passes(), preview.lines(), approvals.announcement());
        }
        upgrades.refuseSecond();
        UpgradeCommandsFingerprint fingerprint = upgrades.program(planned);
        requireBound(fingerprint);
        Optional<ChangeApproval> approval = needsApproval(fingerprint)
                ? Optional.of(approvals.obtain(call, proposal(arguments, fingerprint)))
                : Optional.empty();
        return follow(call, upgrades.begin(request, arguments.actor(), approval));
    }

    private boolean needsApproval(UpgradeCommandsFingerprint fingerprint) {
        return fingerprint.upgrade().request().promotionMode() == PromotionMode.PROMOTE
                || (approvals.coversCommands() && !fingerprint.configured());
    }

    /** Refuses commands that an approval could not be bound to: another program could run in their place. */
    private void requireBound(UpgradeCommandsFingerprint fingerprint) {
        if (needsApproval(fingerprint)
                && approvals.coversCommands()
                && !fingerprint.unbound().isEmpty()) {
            throw new ToolFailureException(
                    "Nothing was done: an approval could not be bound to all that this would run: "
                            + SafeText.line(String.join("; ", fingerprint.unbound()))
                            + ". Name fewer or smaller files, for example one script that the others are called from.");
        }
    }

    private ToolResult resume(ToolCall call, Upgrade waiting) {
        ToolArguments arguments = ToolArguments.of(call);
        boolean unverified = arguments.isSet("allow_unverified");
        upgrades.refuseChanged(waiting);
        upgrades.refuseUnverified(waiting, unverified);
        upgrades.refuseBrokenContract();
        UpgradeCommandsFingerprint promotion = upgrades.promotion(waiting);
        if (arguments.isDryRun()) {
            return UpgradeToolResult.planned(
                    /* passes= */ true,
                    List.of("would " + promotion.change() + ", after "
                            + (waiting.comparedNothing()
                                    ? "a shadow comparison that compared no call"
                                    : "its shadow comparison passed")),
                    approvals.announcement());
        }
        requireBound(promotion);
        ChangeApproval approval = approvals.obtain(call, proposal(arguments, promotion));
        return follow(call, upgrades.allow(waiting.id(), approval, unverified));
    }

    private ToolResult follow(ToolCall call, UpgradeView begun) {
        if (!call.arguments().path("wait").asBoolean(true)) {
            return UpgradeToolResult.of(begun);
        }
        CallChannel channel = call.channel();
        String id = begun.upgrade().id();
        UpgradeProgress progress = new UpgradeProgress(channel);
        UpgradeView last = upgrades.await(id, WAIT_MAX, progress::report, channel::cancelled);
        if (channel.cancelled() && !last.ended() && last.upgrade().status() != UpgradeState.WAITING) {
            return UpgradeToolResult.of(aborted(last, call));
        }
        return UpgradeToolResult.of(last);
    }

    /** A caller that takes the call back does not want the upgrade; one that has promoted is the monitor's. */
    private UpgradeView aborted(UpgradeView last, ToolCall call) {
        try {
            return upgrades.abort(
                    Optional.of(last.upgrade().id()),
                    ToolArguments.of(call).actor(),
                    Optional.of("the call was cancelled"));
        } catch (UpgradeRefusedException e) {
            return last;
        }
    }

    private RiskyCallDescription proposal(ToolArguments arguments, UpgradeCommandsFingerprint fingerprint) {
        return new RiskyCallDescription(
                definition.name(),
                fingerprint.change(),
                "Upgrade " + fingerprint.upgrade().id(),
                ApprovalCommandSanitizer.shown(fingerprint.lines()),
                facts(fingerprint.upgrade()),
                arguments.confirmedBy(HOW_TO_STATE));
    }

    private static List<String> facts(Upgrade upgrade) {
        List<String> facts = new ArrayList<>();
        upgrade.steps().stream()
                .filter(step -> step.step() == UpgradeStepKind.SHADOW)
                .forEach(step -> facts.add("the comparison found: " + SafeText.line(step.detail())));
        if (!upgrade.request().acceptedChanges().isEmpty()) {
            facts.add("changes accepted for this upgrade: "
                    + SafeText.line(String.join(", ", upgrade.request().acceptedChanges())));
        }
        if (upgrade.comparedNothing()) {
            facts.add("no call was compared, so nothing speaks for it");
        } else if (upgrade.request().comparison().allowUnverified()) {
            facts.add("it is promoted even if no call could be compared (allow_unverified)");
        }
        if (upgrade.request().promotionMode() == PromotionMode.PROMOTE) {
            facts.add("it is promoted after a preflight and a comparison that pass; watched, and rolled back by itself"
                    + " if it is bad");
        } else {
            facts.add("nothing is promoted by this: it gets no calls but those of the comparison, with WVO_DRY_RUN=1");
        }
        if (!upgrade.request().ramp().weights().isEmpty()) {
            facts.add("before it, canary weights in percent of the callers: "
                    + upgrade.request().ramp().weights() + ", each for "
                    + upgrade.request().ramp().stepTime().toMillis() / 1000.0 + " s");
        }
        return facts;
    }

    @Override
    public List<String> facts(ObjectNode arguments) {
        try {
            ToolArguments given = new ToolArguments(arguments, io.weathervane.audit.Actor.SYSTEM);
            Optional<Upgrade> waiting = given.text("id").flatMap(upgrades::waiting);
            waiting.ifPresent(upgrades::refuseChanged);
            UpgradeCommandsFingerprint fingerprint = waiting.map(upgrades::promotion)
                    .orElseGet(() -> upgrades.program(upgrades.planned(
                            upgrades.resolved(UpgradeRequest.of(given.json()), /* suppliesCommands= */ true),
                            given.actor())));
            List<String> facts = new ArrayList<>();
            facts.add("now it would " + fingerprint.change());
            facts.addAll(facts(fingerprint.upgrade()));
            return facts;
        } catch (UpgradeRefusedException | ToolFailureException e) {
            return List.of("now it would be refused: " + e.getMessage());
        }
    }

    /** Reports an upgrade as progress of the call: the steps that are over, and the activity. */
    private static final class UpgradeProgress {
        private final CallChannel channel;
        private double told;
        private String last = "";

        UpgradeProgress(CallChannel channel) {
            this.channel = channel;
        }

        void report(UpgradeView view) {
            int total = UpgradeStepKind.values().length;
            double done = Math.max(
                    told,
                    List.of(UpgradeStepKind.values()).indexOf(view.upgrade().step()));
            String message = view.ended() ? view.words().get(0) : view.activity();
            if (!message.isEmpty() && !message.equals(last)) {
                told = Math.min(done + 0.01, total);
                last = message;
                channel.progress(told, total, message);
            }
        }
    }
}

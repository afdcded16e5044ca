package io.weathervane.tool.builtin;

import io.weathervane.monitor.WatchOutcome;
import io.weathervane.tool.ToolResult;
import io.weathervane.upgrade.StepRecord;
import io.weathervane.upgrade.Upgrade;
import io.weathervane.upgrade.UpgradeView;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the upgrade tools answer: the upgrade as it is now. */
final class UpgradeToolResult {
    private UpgradeToolResult() {}

    static ToolResult of(UpgradeView view) {
        return ToolResult.of(
                String.join("\n", view.words()) + "\nRecords: " + view.folder() + " (" + records(view) + ").",
                json(view));
    }

    private static String records(UpgradeView view) {
        return view.records().isEmpty() ? "none yet" : String.join(", ", view.records());
    }

    static ObjectNode json(UpgradeView view) {
        Upgrade upgrade = view.upgrade();
        ObjectNode json = ToolResultFields.object()
                .put("id", upgrade.id())
                .put("status", upgrade.status().wireName())
                .put("step", upgrade.step().wireName())
                .put("activity", view.activity())
                .put("to", upgrade.to())
                .put("startedAt", ToolResultFields.time(upgrade.startedAt()))
                .put("folder", view.folder().toString())
                .put("durable", view.durable());
        ToolResultFields.putOptional(json, "from", upgrade.from());
        ToolResultFields.putOptional(json, "reason", upgrade.reason());
        ToolResultFields.putOptional(json, "promotionId", upgrade.promotionId());
        upgrade.outcome()
                .ifPresent(how -> json.put("outcome", how.wireName()).put("verified", how == WatchOutcome.HEALTHY));
        ToolResultFields.putOptional(json, "endedAt", upgrade.endedAt().map(ToolResultFields::time));
        steps(upgrade, json.putArray("steps"));
        ToolResultFields.putTexts(json, "records", view.records());
        ToolResultFields.putTexts(json, "unwrittenRecords", upgrade.unwrittenRecords());
        return json;
    }

    private static void steps(Upgrade upgrade, ArrayNode steps) {
        for (StepRecord step : upgrade.steps()) {
            steps.addObject()
                    .put("step", step.name())
                    .put("passed", step.passed())
                    .put("detail", step.detail())
                    .put("endedAt", ToolResultFields.time(step.endedAt()));
        }
    }

    static ToolResult none() {
        return ToolResult.of("There was no upgrade yet. upgrade_run begins one.", noneJson());
    }

    static ObjectNode noneJson() {
        return ToolResultFields.object().put("status", "none");
    }

    /** @param passes whether the preflight passes as things are, so that the upgrade would begin */
    static ToolResult planned(boolean passes, List<String> plan, String announcement) {
        ObjectNode json = ToolResultFields.object().put("status", "planned").put("passes", passes);
        ToolResultFields.putTexts(json, "plan", plan);
        return ToolResult.of(
                "Nothing was changed (dry run).\n" + String.join("\n", plan)
                        + (passes ? "" : "\nThis upgrade would be refused: its preflight does not pass.")
                        + Optional.of(announcement)
                                .filter(text -> !text.isEmpty())
                                .map(text -> "\n" + text)
                                .orElse(""),
                json);
    }
}

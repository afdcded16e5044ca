package io.weathervane.tool.builtin;

import io.weathervane.monitor.Outcome;
import io.weathervane.tool.ToolResult;
import io.weathervane.upgrade.StepRecord;
import io.weathervane.upgrade.Upgrade;
import io.weathervane.upgrade.UpgradeView;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the upgrade tools answer: the upgrade as it is now. */
final class UpgradeAnswer {
    private UpgradeAnswer() {}

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
        ObjectNode json = Json.object()
                .put("id", upgrade.id())
                .put("status", upgrade.status().wireName())
                .put("step", upgrade.step().wireName())
                .put("activity", view.activity())
                .put("to", upgrade.to())
                .put("startedAt", Json.time(upgrade.startedAt()))
                .put("folder", view.folder().toString())
                .put("durable", view.durable());
        Json.putOptional(json, "from", upgrade.from());
        Json.putOptional(json, "reason", upgrade.reason());
        Json.putOptional(json, "promotionId", upgrade.promotionId());
        upgrade.outcome().map(Outcome::wireName).ifPresent(how -> json.put("outcome", how));
        Json.putOptional(json, "endedAt", upgrade.endedAt().map(Json::time));
        steps(upgrade, json.putArray("steps"));
        Json.putTexts(json, "records", view.records());
        Json.putTexts(json, "unwrittenRecords", upgrade.unwrittenRecords());
        return json;
    }

    private static void steps(Upgrade upgrade, ArrayNode steps) {
        for (StepRecord step : upgrade.steps()) {
            steps.addObject()
                    .put("step", step.name())
                    .put("passed", step.passed())
                    .put("detail", step.detail())
                    .put("endedAt", Json.time(step.endedAt()));
        }
    }

    static ToolResult none() {
        return ToolResult.of("There was no upgrade yet. upgrade_run begins one.", noneJson());
    }

    static ObjectNode noneJson() {
        return Json.object().put("status", "none");
    }

    /** @param passes whether the preflight passes as things are, so that the upgrade would begin */
    static ToolResult planned(boolean passes, List<String> plan, String announcement) {
        ObjectNode json = Json.object().put("status", "planned").put("passes", passes);
        Json.putTexts(json, "plan", plan);
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

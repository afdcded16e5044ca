package io.weathervane.tool.presentation;

import io.weathervane.monitor.WatchOutcome;
import io.weathervane.upgrade.StepRecord;
import io.weathervane.upgrade.Upgrade;
import io.weathervane.upgrade.UpgradeView;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An upgrade as data. */
public final class UpgradeJson {
    private UpgradeJson() {}

    public static ObjectNode of(UpgradeView view) {
        Upgrade upgrade = view.upgrade();
        ObjectNode json = JsonFields.object()
                .put("id", upgrade.id())
                .put("status", upgrade.status().wireName())
                .put("step", upgrade.step().wireName())
                .put("activity", view.activity())
                .put("to", upgrade.to())
                .put("startedAt", JsonFields.time(upgrade.startedAt()))
                .put("folder", view.folder().toString())
                .put("durable", view.durable());
        JsonFields.putOptional(json, "from", upgrade.from());
        JsonFields.putOptional(json, "reason", upgrade.reason());
        JsonFields.putOptional(json, "promotionId", upgrade.promotionId());
        upgrade.outcome()
                .ifPresent(how -> json.put("outcome", how.wireName()).put("verified", how == WatchOutcome.HEALTHY));
        if (upgrade.needsAllowUnverified()) {
            json.put("verified", false);
        }
        if (!upgrade.advice().isEmpty()) {
            JsonFields.putTexts(json, "advice", upgrade.advice());
        }
        JsonFields.putOptional(json, "endedAt", upgrade.endedAt().map(JsonFields::time));
        steps(upgrade, json.putArray("steps"));
        JsonFields.putTexts(json, "records", view.records());
        JsonFields.putTexts(json, "unwrittenRecords", upgrade.unwrittenRecords());
        return json;
    }

    /** No upgrade was begun yet. */
    public static ObjectNode none() {
        return JsonFields.object().put("status", "none");
    }

    private static void steps(Upgrade upgrade, ArrayNode steps) {
        for (StepRecord step : upgrade.steps()) {
            steps.addObject()
                    .put("step", step.name())
                    .put("passed", step.passed())
                    .put("detail", step.detail())
                    .put("endedAt", JsonFields.time(step.endedAt()));
        }
    }
}

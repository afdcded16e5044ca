package io.weathervane.tool.builtin;

import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.JsonFields;
import io.weathervane.tool.presentation.UpgradeJson;
import io.weathervane.upgrade.UpgradeView;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The answers of the upgrade tools: the upgrade as it is now, or the plan of one. */
final class UpgradeToolResult {
    private UpgradeToolResult() {}

    static ToolResult of(UpgradeView view) {
        return ToolResult.of(
                String.join("\n", view.words()) + "\nRecords: " + view.folder() + " (" + records(view) + ").",
                UpgradeJson.of(view));
    }

    private static String records(UpgradeView view) {
        return view.records().isEmpty() ? "none yet" : String.join(", ", view.records());
    }

    static ToolResult none() {
        return ToolResult.of("There was no upgrade yet. upgrade_run begins one.", UpgradeJson.none());
    }

    /** @param passes whether the preflight passes as things are, so that the upgrade would begin */
    static ToolResult planned(boolean passes, List<String> plan, String announcement) {
        ObjectNode json = JsonFields.object().put("status", "planned").put("passes", passes);
        JsonFields.putTexts(json, "plan", plan);
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

package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.ToolBench;
import io.weathervane.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What can still be asked and done when the database is no database any more. */
class LostDatabaseToolsTest {
    private static final String WEBHOOK = """
        alerts: {webhooks: [{url: "http://127.0.0.1:9/hook", secretEnv: HOOK_SECRET}]}
        """;

    @Test
    void safetyStatusAndEvidenceDoNotNeedIt(@TempDir Path folder) throws IOException {
        try (ToolBench bench = ToolBench.start(folder, WEBHOOK, Map.of("HOOK_SECRET", "not for everyone"))) {
            Path garbage = Files.writeString(folder.resolve("garbage"), "garbage ".repeat(5000));
            Files.move(garbage, bench.workspace().database(), StandardCopyOption.REPLACE_EXISTING);
            Await.until(
                    "the loss is noticed",
                    () -> bench.told("monitor_status", "{}").contains("warning: the database cannot be read since"));

            ObjectNode engaged = bench.done("kill_switch_engage", "{'reason': 'the database is gone'}");
            String refusal = bench.refused("mcp_admin_flags", "{'action': 'history'}");
            ObjectNode bundle = bench.done("evidence_collect", "{}");

            assertThat(engaged.at("/killSwitch/engaged").asBoolean()).isTrue();
            assertThat(engaged.at("/killSwitch/durable").asBoolean()).isFalse();
            assertThat(engaged.path("warning").asString()).contains("not in the database yet");
            assertThat(bench.told("monitor_status", "{}"))
                    .contains("Only in memory", "alerts to 127.0.0.1", "the last known ones")
                    .doesNotContain("no webhook is configured");
            assertThat(refusal).contains("The database could not do it", "monitor_status");
            assertThat(bundle.path("warning").asString()).contains("not in the audit");
            assertThat(bundle.path("summary").asString()).contains("unavailable: audit.jsonl");
            assertThat(Path.of(bundle.path("folder").asString()).resolve("flags.txt"))
                    .exists();
        }
    }
}

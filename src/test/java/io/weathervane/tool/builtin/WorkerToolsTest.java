package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.ToolBench;
import io.weathervane.tool.ToolResult;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** The worker tools on real sample workers; each test leaves {@code stable} active and no canary. */
class WorkerToolsTest {
    @TempDir
    static Path folder;

    private static ToolBench bench;

    @BeforeAll
    static void start() {
        bench = ToolBench.start(folder, ToolBench.WITH_WORKERS);
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    @AfterEach
    void calmDown() {
        bench.call("worker_stop_canary", "{}");
        bench.call("kill_switch_reset", "{'reason': 'test', 'approver': 'dana', 'force': true}");
    }

    @Test
    void withoutACanaryOrAPreviousWorkerEachToolSaysWhatToDoFirst() {
        Map<String, String> before = bench.state();

        assertThat(bench.refused("worker_promote", "{}")).contains("no canary", "worker_start_canary");
        assertThat(bench.refused("worker_promote", "{'dry_run': true}")).contains("worker_start_canary");
        assertThat(bench.refused("worker_stop_canary", "{}")).contains("no canary", "worker_start_canary");
        assertThat(bench.refused("worker_stop_canary", "{'dry_run': true}")).contains("no canary");
        assertThat(bench.refused("worker_rollback", "{}")).contains("no previous worker", "kill_switch_engage");
        assertThat(bench.refused("worker_rollback", "{'dry_run': true}")).contains("no previous worker");
        assertThat(bench.state()).isEqualTo(before);
    }

    @Test
    void aReleaseThatIsNotThereIsNamedWithTheNearest() {
        assertThat(bench.refused("worker_start_canary", "{'release': 'goood'}"))
                .contains("goood", "stable", "ean good");
        assertThat(bench.refused("worker_start_canary", "{'release': 'goood', 'dry_run': true}"))
                .contains("goood", "stable", "ean good");
        assertThat(bench.refused("worker_start_canary", "{}")).contains("\"release\" is missing");
        assertThat(bench.refused("worker_start_canary", "{'release': 'broken'}"))
                .contains("/nowhere/worker");
    }

    @Test
    void aCanaryIsTriedDryStartedOnceAndStoppedWithItsActorInTheAudit() {
        Map<String, String> before = bench.state();
        assertThat(bench.told("worker_start_canary", "{'release': 'good', 'dry_run': true}"))
                .contains("Nothing was changed (dry run)", "start release good beside stable");
        assertThat(bench.state()).isEqualTo(before);

        ObjectNode started = bench.done("worker_start_canary", "{'release': 'good'}");
        assertThat(started.at("/canary/label").asString()).isEqualTo("good");
        assertThat(bench.newest("worker-started").path("actor").asString()).isEqualTo("alice");
        assertThat(bench.refused("worker_start_canary", "{'release': 'good'}")).contains("worker_stop_canary");
        assertThat(bench.refused("worker_start_canary", "{'release': 'good', 'dry_run': true}"))
                .contains("worker_stop_canary");
        assertThat(bench.told("worker_status", "{}"))
                .contains("active: stable", "canary: good", "goes back to: nothing");

        Map<String, String> running = bench.state();
        assertThat(bench.told("worker_stop_canary", "{'dry_run': true}")).contains("dry run", "stop canary good");
        assertThat(bench.told("worker_promote", "{'dry_run': true}"))
                .contains("dry run", "switch the calls from stable to good");
        assertThat(bench.state()).isEqualTo(running);

        assertThat(bench.told("worker_stop_canary", "{'reason': 'slow answers'}"))
                .contains("Canary good", "is stopped");
        assertThat(bench.newest("worker-stopped").toString()).contains("alice", "good", "slow answers");
        assertThat(bench.done("worker_status", "{}").path("canary").isNull()).isTrue();
    }

    @Test
    void whileTheKillSwitchIsOnNothingIsPromoted() {
        bench.done("worker_start_canary", "{'release': 'good'}");
        bench.done("kill_switch_engage", "{'reason': 'odd figures'}");

        assertThat(bench.refused("worker_promote", "{}"))
                .contains("The kill switch is engaged", "by alice: odd figures", "kill_switch_reset")
                .doesNotContain("force");
        assertThat(bench.refused("worker_promote", "{'dry_run': true}")).contains("engaged");
    }

    @Test
    void aPromotionIsWatchedAndARollbackByHandTakesItBack() {
        bench.done("worker_start_canary", "{'release': 'good'}");
        ObjectNode promoted = bench.done("worker_promote", "{'reason': 'a new version', 'confirm': true}");
        String id = promoted.path("promotionId").asString();

        assertThat(bench.told("monitor_status", "{}")).contains("Watching good (promotion " + id + ")");
        assertThat(bench.done("worker_status", "{}").path("rollbackTarget").asString())
                .isEqualTo("stable");
        Map<String, String> before = bench.state();
        assertThat(bench.told("worker_rollback", "{'dry_run': true}"))
                .contains("dry run", "switch the calls from good to stable");
        assertThat(bench.state()).isEqualTo(before);

        String back = bench.told("worker_rollback", "{'reason': 'customers call'}");
        assertThat(back).contains("Rolled back: stable is the active worker again and answers.", "done");
        assertThat(bench.newest("rollback-executed").toString()).contains("alice", "customers call", id);
        assertThat(bench.told("monitor_status", "{}")).contains("Not watching. The last watch");
        assertThat(bench.told("decision_explain", "{}")).contains("rollback", "nothing: alice asked for it");
        bench.done("evidence_collect", "{'title': 'by hand'}");
        assertThat(bench.told("incident_report", "{}")).contains("Rollback executed by hand", "customers call");
    }

    @Test
    void aCallReachesTheWorkerUnderItsOwnName() {
        ToolResult answer = bench.call("echo", "{'text': 'hello'}");

        assertThat(answer.json().toString()).contains("hello");
    }

    @Test
    void aCallWithoutAnAnswerIsToldInWholeSentences(@TempDir Path another) {
        String hanging =
                ToolBench.WITH_SAMPLES.replace("--label, stable]", "--label, stable, --hang], callTimeout: 1s");
        try (ToolBench stage = ToolBench.start(another, hanging)) {
            assertThat(ToolBench.text(stage.call("echo", "{'text': 'hello'}")))
                    .endsWith(" did not answer tools/call within 1000 ms. worker_status shows what is wrong.");
        }
    }
}

package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
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
class WorkerLifecycleToolsTest {
    @TempDir
    static Path folder;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(folder, TestServer.WITH_WORKERS);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void calmDown() {
        server.call("worker_stop_canary", "{}");
        server.call("kill_switch_reset", "{'reason': 'test', 'approver': 'dana', 'force': true}");
    }

    @Test
    void withoutACanaryOrAPreviousWorkerEachToolSaysWhatToDoFirst() {
        Map<String, String> before = server.state();

        assertThat(server.refused("worker_promote", "{}")).contains("no canary", "worker_start_canary");
        assertThat(server.refused("worker_promote", "{'dry_run': true}")).contains("worker_start_canary");
        assertThat(server.refused("worker_stop_canary", "{}")).contains("no canary", "worker_start_canary");
        assertThat(server.refused("worker_stop_canary", "{'dry_run': true}")).contains("no canary");
        assertThat(server.refused("worker_rollback", "{}")).contains("no previous worker", "kill_switch_engage");
        assertThat(server.refused("worker_rollback", "{'dry_run': true}")).contains("no previous worker");
        assertThat(server.state()).isEqualTo(before);
    }

    @Test
    void aReleaseThatIsNotThereIsNamedWithTheNearest() {
        assertThat(server.refused("worker_start_canary", "{'release': 'goood'}"))
                .contains("goood", "stable", "ean good");
        assertThat(server.refused("worker_start_canary", "{'release': 'goood', 'dry_run': true}"))
                .contains("goood", "stable", "ean good");
        assertThat(server.refused("worker_start_canary", "{}")).contains("\"release\" is missing");
        assertThat(server.refused("worker_start_canary", "{'release': 'broken'}"))
                .contains("/nowhere/worker");
    }

    @Test
    void aCanaryIsTriedDryStartedOnceAndStoppedWithItsActorInTheAudit() {
        Map<String, String> before = server.state();
        assertThat(server.textOf("worker_start_canary", "{'release': 'good', 'dry_run': true}"))
                .contains("Nothing was changed (dry run)", "start release good beside stable");
        assertThat(server.state()).isEqualTo(before);

        ObjectNode started = server.done("worker_start_canary", "{'release': 'good'}");
        assertThat(started.at("/canary/label").asString()).isEqualTo("good");
        assertThat(server.newest("worker-started").path("actor").asString()).isEqualTo("alice");
        assertThat(server.refused("worker_start_canary", "{'release': 'good'}")).contains("worker_stop_canary");
        assertThat(server.refused("worker_start_canary", "{'release': 'good', 'dry_run': true}"))
                .contains("worker_stop_canary");
        assertThat(server.textOf("worker_status", "{}"))
                .contains("active: stable", "canary: good", "goes back to: nothing");

        Map<String, String> running = server.state();
        assertThat(server.textOf("worker_stop_canary", "{'dry_run': true}")).contains("dry run", "stop canary good");
        assertThat(server.textOf("worker_promote", "{'dry_run': true}"))
                .contains("dry run", "switch the calls from stable to good");
        assertThat(server.state()).isEqualTo(running);

        assertThat(server.textOf("worker_stop_canary", "{'reason': 'slow answers'}"))
                .contains("Canary good", "is stopped");
        assertThat(server.newest("worker-stopped").toString()).contains("alice", "good", "slow answers");
        assertThat(server.done("worker_status", "{}").path("canary").isNull()).isTrue();
    }

    @Test
    void whileTheKillSwitchIsOnNothingIsPromoted() {
        server.done("worker_start_canary", "{'release': 'good'}");
        server.done("kill_switch_engage", "{'reason': 'odd figures'}");

        assertThat(server.refused("worker_promote", "{}"))
                .contains("The kill switch is engaged", "by alice: odd figures", "kill_switch_reset")
                .doesNotContain("force");
        assertThat(server.refused("worker_promote", "{'dry_run': true}")).contains("engaged");
    }

    @Test
    void aPromotionIsWatchedAndARollbackByHandTakesItBack() {
        server.done("worker_start_canary", "{'release': 'good'}");
        ObjectNode promoted = server.done("worker_promote", "{'reason': 'a new version', 'confirm': true}");
        String id = promoted.path("promotionId").asString();

        assertThat(server.textOf("monitor_status", "{}")).contains("Watching good (promotion " + id + ")");
        assertThat(server.done("worker_status", "{}").path("rollbackTarget").asString())
                .isEqualTo("stable");
        Map<String, String> before = server.state();
        assertThat(server.textOf("worker_rollback", "{'dry_run': true}"))
                .contains("dry run", "switch the calls from good to stable");
        assertThat(server.state()).isEqualTo(before);

        String back = server.textOf("worker_rollback", "{'reason': 'customers call'}");
        assertThat(back).contains("Rolled back: stable is the active worker again and answers.", "done");
        assertThat(server.newest("rollback-executed").toString()).contains("alice", "customers call", id);
        assertThat(server.textOf("monitor_status", "{}")).contains("Not watching. The last watch");
        assertThat(server.textOf("decision_explain", "{}")).contains("rollback", "nothing: alice asked for it");
        server.done("evidence_collect", "{'title': 'by hand'}");
        assertThat(server.textOf("incident_report", "{}")).contains("Rollback executed by hand", "customers call");
    }

    @Test
    void aCallReachesTheWorkerUnderItsOwnName() {
        ToolResult answer = server.call("echo", "{'text': 'hello'}");

        assertThat(answer.json().toString()).contains("hello");
    }

    @Test
    void aCallWithoutAnAnswerIsToldInWholeSentences(@TempDir Path another) {
        String hanging =
                TestServer.WITH_SAMPLES.replace("--label, stable]", "--label, stable, --hang], callTimeout: 1s");
        try (TestServer server = TestServer.start(another, hanging)) {
            assertThat(TestServer.text(server.call("echo", "{'text': 'hello'}")))
                    .endsWith(
                            " did not answer tools/call within 1000 ms. The call may have been executed. worker_status shows what is wrong.");
        }
    }
}

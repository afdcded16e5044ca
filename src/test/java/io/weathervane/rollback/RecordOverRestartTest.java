package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.event.EventType;
import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.testing.Await;
import io.weathervane.worker.WorkerRelease;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The server ends between what a release did and the promotion that is compared with it, or in the middle of the watch. */
class RecordOverRestartTest {
    private static final int CALLS = 150;

    @TempDir
    Path folder;

    @Test
    void aPromotionRightAfterARestartIsComparedWithWhatWasBefore() {
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            assertThat(server.textOf("monitor_status", "{}"))
                    .contains("a promotion now: no record of the previous release stable: judged against limits only");
            for (int i = 0; i < CALLS; i++) {
                server.work();
            }
        }
        String record = "compared with the record of stable: 0 of 150 calls (0.0%) failed";
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS)) {
            assertThat(server.done("upgrade_run", "{'canary': 'true', 'skip_promote': true, 'dry_run': true}")
                            .path("plan")
                            .toString())
                    .contains("record: " + record);
            server.done("worker_start_canary", "{'release': 'good'}");
            assertThat(server.textOf("worker_promote", "{'dry_run': true}")).contains(record);
            server.done("worker_promote", "{'confirm': true}");
            Await.until("a decision", () -> server.newest("decision").isObject());

            assertThat(server.textOf("monitor_status", "{}"))
                    .contains("this watch: " + record, "a promotion now: no record");
            assertThat(server.done("monitor_status", "{}")
                            .path("baseline")
                            .path("watch")
                            .asString())
                    .startsWith(record);
            assertThat(server.textOf("decision_explain", "{}")).contains(record);
        }

        // In the middle of the watch, blind for nearly all of it.
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(4).plusSeconds(50));
        try (TestServer server = TestServer.start(folder, TestServer.WITH_WORKERS, Map.of(), later)) {
            JsonNode status = server.done("monitor_status", "{}");

            assertThat(status.path("state").asString()).isEqualTo("watching");
            assertThat(status.path("timeLeft").asString()).startsWith("4m ");
            assertThat(status.path("baseline").path("watch").asString()).startsWith(record);
        }
    }

    @Test
    void aToolThatWentWellBeforeTheRestartAndIsGoneAfterItIsTheNewReleasesFault() {
        try (TestMonitor before = TestMonitor.in(folder).start()) {
            for (int i = 0; i < CALLS; i++) {
                assertThat(before.call()).isTrue();
            }
        }
        try (TestMonitor after =
                TestMonitor.in(folder).release(withoutTools("empty")).start()) {
            after.promote("empty");
            after.callUntil("the rollback", () -> after.published(EventType.ROLLBACK_EXECUTED));

            assertThat(after.active()).isEqualTo(TestMonitor.STABLE);
        }
    }

    @Test
    void theNextPromotionIsComparedWithTheReleaseThatIsReplacedAndNotWithAnOlderOne() {
        try (TestMonitor monitor =
                TestMonitor.in(folder).release("v2").release("v3").start()) {
            for (int i = 0; i < CALLS; i++) {
                monitor.call();
            }
            monitor.promote("v2");
            assertThat(monitor.monitor.baseline().text()).startsWith("no record of the previous release v2");
            for (int i = 0; i < 30; i++) {
                monitor.call();
            }
            monitor.promote("v3");
            BaselineRecord second = record(monitor);

            assertThat(second.calls()).isEqualTo(new CallCounts(30, 0));
            assertThat(second.text())
                    .startsWith("too small a record of the previous release v2: judged against limits");
        }
    }

    private static BaselineRecord record(TestMonitor monitor) {
        return monitor.monitor.status().watch().orElseThrow().state().target().record();
    }

    /** A worker in a few lines of shell that lists no tool and knows none. */
    private static WorkerRelease withoutTools(String label) {
        String script = """
            while read -r line; do
              id=${line#*'"id":'}; id=${id%%,*}
              reply='"error":{"code":-32601,"message":"Method not found"}'
              case "$line" in
                *'"notifications/'*) continue ;;
                *'"tools/list"'*) reply='"result":{"tools":[]}' ;;
                *'"initialize"'*) reply='"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}' ;;
                *'"ping"'*) reply='"result":{}' ;;
              esac
              printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "${id%\\}}" "$reply"
            done
            """;
        WorkerRelease usual = TestMonitor.worker(label);
        return usual.with(usual.launch().orElseThrow().withCommand(List.of("sh", "-c", script)));
    }
}

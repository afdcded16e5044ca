package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.mcp.ServerChangeListener;
import io.weathervane.testing.Await;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What is said of changes on real parts: flags on SQLite, worker processes, the monitor. How fast is on the log. */
class ChangePublisherTest {
    /** The promise is 100 ms; the machine that tests may be busy. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final int SQL_CHANGES = 20;

    @TempDir
    static Path folder;

    private static final Heard HEARD = new Heard();
    private static final List<String> MEASURED = new CopyOnWriteArrayList<>();
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(folder, TestServer.WITH_WORKERS);
        server.follow(HEARD);
    }

    @AfterAll
    static void stop() {
        server.close();
        System.out.println("Heard after the change: " + String.join(", ", MEASURED));
    }

    @BeforeEach
    void quiet() {
        HEARD.clear();
    }

    @Test
    void aFlagSetByToolIsSaidWithItsKey() {
        long begun = System.nanoTime();
        server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'UI_ENABLED': '1'}}");

        heard("weathervane://flags", begun);
        heard("weathervane://flags/UI_ENABLED", begun);
        heard("weathervane://audit/flag-changed", begun);
        assertThat(HEARD.all).doesNotContain("weathervane://flags/PROMPT_MODE", "tools", "weathervane://workers");
    }

    @Test
    void whatAValueWouldDoIsAnotherWithTheFlagAndForAllFlagsWithTheKillSwitch(@TempDir Path another) {
        try (TestServer server = TestServer.start(another, "environment: default\n")) {
            server.follow(HEARD);
            long begun = System.nanoTime();
            server.done("mcp_admin_flags", "{'action': 'set', 'flags': {'UI_ENABLED': '1'}}");
            heard("weathervane://flags/UI_ENABLED/", begun);
            assertThat(HEARD.all).doesNotContain("weathervane://flags/");

            server.done("kill_switch_engage", "{}");
            heard("weathervane://flags/", begun);
        }
    }

    @Test
    void aFlagSetBySqlIsSaidToo() {
        long begun = sql("UPDATE settings SET value = 'wsjf' WHERE key = 'SCHEDULER_MODE'");

        heard("weathervane://flags/SCHEDULER_MODE", begun);
        heard("weathervane://flags", begun);
    }

    @Test
    void everyChangeBySqlIsSaid() {
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < SQL_CHANGES; i++) {
            quiet();
            long begun = sql("UPDATE settings SET value = 1 - value WHERE key = 'OTEL_ENABLED'");
            took.add(heard("weathervane://flags/OTEL_ENABLED", begun));
        }
        took.sort(null);
        System.out.println("Heard after a change by SQL, ms, from least to most: " + took);
    }

    @Test
    void aRowThatHasNoEffectIsSaidBecauseItIsShown() {
        long begun = sql("UPDATE settings SET value = 'banana' WHERE key = 'SANDBOX_MODE'");

        heard("weathervane://flags/SANDBOX_MODE", begun);
    }

    @Test
    void aThresholdByRowIsAChangeOfTheMonitor() {
        long begun = sql("INSERT OR REPLACE INTO settings (key, value) VALUES ('ROLLBACK_ERROR_THRESHOLD', '0.15')");

        heard("weathervane://monitor", begun);
    }

    @Test
    void aNewBundleAndItsReportChangeTheList() {
        long begun = System.nanoTime();
        server.done("evidence_collect", "{}");

        heard("resources", begun);
        heard("weathervane://incidents", begun);
        quiet();
        server.done("incident_report", "{}");
        heard("resources", begun);
    }

    @Test
    void aCanaryIsAChangeOfTheWorkersAndNotOfTheTools() {
        long begun = System.nanoTime();
        server.done("worker_start_canary", "{'release': 'good'}");
        heard("weathervane://workers", begun);
        quiet();
        begun = System.nanoTime();
        server.done("worker_stop_canary", "{}");

        heard("weathervane://workers", begun);
        heard("weathervane://monitor", begun);
        assertThat(HEARD.all).doesNotContain("tools");
    }

    @Test
    void onlyAPromotionToOtherToolsChangesTheListOfTools(@TempDir Path another) {
        try (TestServer server = TestServer.start(another, TestServer.WITH_WORKERS + releaseWithOtherTools())) {
            server.follow(HEARD);
            promote(server, "good");
            heard("weathervane://workers", promoted);
            heard("weathervane://monitor", promoted);
            assertThat(HEARD.all).as("the same tools").doesNotContain("tools");

            promote(server, "plain");
            heard("tools", promoted);
            assertThat(HEARD.all).as("once").containsOnlyOnce("tools");

            quiet();
            promoted = System.nanoTime();
            server.done("worker_rollback", "{}");
            heard("tools", promoted);
        }
    }

    @Test
    void whatTheServerDoesByItselfIsSaid(@TempDir Path another) {
        try (TestServer server = TestServer.start(another, TestServer.WITH_WORKERS)) {
            server.follow(HEARD);
            quiet();
            long pid = server.done("worker_status", "{}").at("/active/pid").asLong();
            long begun = System.nanoTime();
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();

            heard("weathervane://workers", begun);
            heard("weathervane://flags/DISABLE_NEW", begun);
            heard("weathervane://monitor", begun);
            Await.until(
                    "another process",
                    () -> server.done("worker_status", "{}").at("/active/pid").asLong() != pid);
            assertThat(HEARD.all).as("the same tools").doesNotContain("tools");
        }
    }

    @Test
    void whatWaitsForASecondPersonIsSaidAndShown(@TempDir Path another) {
        try (TestServer server = TestServer.start(another, "environment: production\n")) {
            server.follow(HEARD);
            server.done("kill_switch_engage", "{}");
            long begun = System.nanoTime();
            server.refused("kill_switch_reset", "{'reason': 'fixed', 'fix_reference': 'commit 4f2a', 'force': true}");

            heard("weathervane://approvals", begun);
            assertThat(server.resources()
                            .read(
                                    "weathervane://approvals",
                                    new Caller("vera", Caller.Transport.HTTP, Set.of(CallerRole.VIEWER)))
                            .orElseThrow()
                            .json()
                            .path("text")
                            .asString())
                    .contains("\"state\" : \"pending\"", "kill_switch_reset", "alice", "commit 4f2a");
        }
    }

    /** When the newest promotion was asked for. */
    private long promoted;

    private void promote(TestServer server, String release) {
        server.done("worker_start_canary", "{'release': '" + release + "'}");
        quiet();
        promoted = System.nanoTime();
        server.done("worker_promote", "{'confirm': true}");
    }

    /** A release like the good one, but of a plain worker with one tool. */
    private static String releaseWithOtherTools() {
        String good = TestServer.WITH_SAMPLES
                .lines()
                .filter(line -> line.contains("good: "))
                .findFirst()
                .orElseThrow();
        return good.replace("good: {kind: mcp", "plain: {kind: json-rpc")
                        .replace("good]}", "plain, --kind, json-rpc], tools: [{name: get_forecast}]}")
                + "\n";
    }

    private static long sql(String statement) {
        server.sql(statement);
        return System.nanoTime();
    }

    /** The milliseconds that it took. */
    private static long heard(String what, long begunNanos) {
        Await.until(what, SOON, () -> HEARD.all.contains(what));
        long took = Math.max(0, HEARD.at.get(what) - begunNanos) / 1_000_000;
        MEASURED.add(what + " " + took + " ms");
        return took;
    }

    /** A client that asked for everything. */
    private static final class Heard implements ServerChangeListener {
        @Override
        public void logged(ObjectNode params) {}

        private final List<String> all = new CopyOnWriteArrayList<>();

        /** When each was heard first. */
        private final Map<String, Long> at = new ConcurrentHashMap<>();

        private void add(String what) {
            at.putIfAbsent(what, System.nanoTime());
            all.add(what);
        }

        private void clear() {
            all.clear();
            at.clear();
        }

        @Override
        public void toolsChanged() {
            add("tools");
        }

        @Override
        public void promptsChanged() {
            add("prompts");
        }

        @Override
        public void resourcesChanged() {
            add("resources");
        }

        @Override
        public void resourceUpdated(String uri) {
            add(uri);
        }

        @Override
        public void resourcesUpdatedBelow(String uri) {
            add(uri + "/");
        }
    }
}

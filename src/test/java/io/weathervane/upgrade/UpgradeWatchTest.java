package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.testing.AheadClock;
import io.weathervane.testing.Await;
import io.weathervane.testing.ShellWorker;
import io.weathervane.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Releases that turn bad during their watch, and what goes wrong around the promotion. */
class UpgradeWatchTest {
    private static final Duration WATCH = Duration.ofMinutes(10);
    private static final AheadClock CLOCK = new AheadClock();

    @RegisterExtension
    static final UpgradeBench bench = UpgradeBench.ofShells(CLOCK);

    @Test
    void turnsBadInTheLastTenthOfItsWatch() throws Exception {
        String id = bench.begin(ShellWorker.command("late"), "{'id': 'late', 'promote': true}");
        bench.awaitStep(id, "watch");
        Instant promoted = endOf(id, "promote");
        callUntil("three checks", () -> monitor().path("checkCount").asInt() >= 3);
        assertThat(monitor().path("lastDecision").path("decision").asString("")).isEqualTo("healthy");

        CLOCK.advance(WATCH.multipliedBy(9).dividedBy(10));
        callUntil(
                "a check late in the watch",
                () -> lastCheck().isAfter(promoted.plus(WATCH.multipliedBy(9).dividedBy(10))));
        assertThat(bench.status(id).path("status").asString("")).isEqualTo("running");
        Path bad = Files.createFile(bench.folder().resolve("bad"));
        callUntil("it has ended", () -> bench.hasEnded(id));
        Files.delete(bad);

        assertUndone(id, "rolled-back", "late was rolled back to stable: High error rate");
        assertThat(endOf(id, "watch"))
                .as("in the last tenth")
                .isBetween(promoted.plus(WATCH.multipliedBy(9).dividedBy(10)), promoted.plus(WATCH));
    }

    private static Instant lastCheck() {
        return Instant.parse(monitor().path("lastDecision").path("at").asString("1970-01-01T00:00:00Z"));
    }

    @Test
    void anAbortPointsToTheRollback() {
        String id = bench.begin(ShellWorker.command("fine"), "{'id': 'too-late', 'promote': true}");
        bench.awaitStep(id, "watch");

        String refused = bench.tools().refused("upgrade_abort", "{}");

        assertThat(refused).contains("promoted already", "worker_rollback");
        bench.tools().done("worker_rollback", "{'reason': 'changed my mind'}");
        ObjectNode done = bench.awaitEnd(id);
        assertThat(done.path("status").asString("")).isEqualTo("rolled-back");
        assertThat(done.path("reason").asString("")).contains("by hand");
    }

    @Test
    void leaksOpenFilesDuringItsWatch() throws Exception {
        String id = bench.begin("bash worker.sh leaks", "{'id': 'leaks', 'promote': true}");
        bench.awaitStep(id, "watch");
        Path leak = Files.createFile(bench.folder().resolve("leak"));

        callUntil("it has ended", () -> bench.hasEnded(id));
        Files.delete(leak);

        assertUndone(
                id, "escalated", "leaks was escalated, the kill switch is on: Escalation: open files of the limit");
    }

    @Test
    void leaksMemoryDuringItsWatch() throws Exception {
        String id = bench.begin(ShellWorker.command("grows"), "{'id': 'grows', 'promote': true}");
        bench.awaitStep(id, "watch");
        Path grow = Files.createFile(bench.folder().resolve("grow"));

        callUntil("it has ended", () -> bench.hasEnded(id));
        Files.delete(grow);

        assertUndone(id, "escalated", "grows was escalated, the kill switch is on: Escalation: memory");
    }

    @Test
    void diesWhileItIsPromoted() throws Exception {
        Files.deleteIfExists(bench.folder().resolve("blocked"));
        Path hold = Files.createFile(bench.folder().resolve("hold"));
        String id = bench.begin(ShellWorker.command("hold"), "{'id': 'dies-promoted', 'promote': true}");
        long asked = ShellWorker.awaitBlocked(bench.folder());

        kill(asked);
        ObjectNode done = bench.awaitEnd(id);
        Files.delete(hold);

        assertThat(done.path("step").asString("")).isEqualTo("promote");
        assertUndone(id, "aborted", "the canary dies-promoted is not healthy");
        assertThat(done.path("reason").asString("")).contains("nothing was promoted");
    }

    @Test
    void diesDuringItsWatch() {
        String id = bench.begin(ShellWorker.command("mortal"), "{'id': 'dies-watched', 'promote': true}");
        bench.awaitStep(id, "watch");

        kill(bench.worker("active").path("pid").asLong());

        bench.awaitEnd(id);
        assertUndone(
                id,
                "escalated",
                "dies-watched was escalated, the kill switch is on: Escalation: active worker dies-watched exited"
                        + " unexpectedly (exit code 137)");
        look();
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    /** A record is written beside its file first, where something lies here that cannot be replaced. */
    @Test
    void itsRecordsCannotBeWrittenFromThePromotionOn() throws Exception {
        Path hold = Files.createFile(bench.folder().resolve("hold"));
        String id = bench.begin(ShellWorker.command("hold"), "{'id': 'full', 'promote': true}");
        bench.awaitStep(id, "promote");
        blocked(id, "steps.json");
        Files.delete(hold);
        bench.awaitStep(id, "watch");
        assertThat(bench.record(id, "steps.json").path("next").asString(""))
                .as("lost, so as it was before")
                .isEqualTo("promote");
        blocked(id, "report.json");
        Path bad = Files.createFile(bench.folder().resolve("bad"));
        callUntil("it has ended", () -> bench.hasEnded(id));
        Files.delete(bad);

        ObjectNode done = bench.status(id);
        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("rolled-back");
        assertThat(done.path("unwrittenRecords").toString()).contains("report.json could not be written: ");
        assertThat(done.path("records").toString()).doesNotContain("report.json");
        assertThat(bench.tools().told("upgrade_status", "{}"))
                .contains("undid itself", "Not written: ", "report.json could not be written: ");
        JsonNode audited = bench.tools().newest("upgrade-ended").path("payload");
        assertThat(audited.path("status").asString("")).isEqualTo("rolled-back");
        assertThat(audited.path("unwrittenRecords").toString()).contains("report.json could not be written");
        bench.assertNothingLeft(id);
    }

    @Test
    void changesItsToolsWhileItIsShadowed() throws Exception {
        ObjectNode done = bench.run(ShellWorker.command("relists"), "{'id': 'relists', 'promote': true}");

        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("aborted");
        assertThat(done.path("step").asString("")).isEqualTo("shadow");
        assertThat(done.path("reason").asString(""))
                .contains("the shadow comparison did not pass: the canary changed its tools while it was compared:"
                        + " more1");
        assertThat(bench.record("relists", "shadow.json").path("differences").toString())
                .contains("\"source\":\"drift\",\"tool\":\"more1\",\"kind\":\"added\"");
        bench.assertNothingLeft("relists");
    }

    /** Puts a folder that is not empty where the file's next content is written. */
    private static void blocked(String id, String name) throws IOException {
        Files.createFile(
                Files.createDirectory(bench.file(id, "." + name + ".new")).resolve("in-the-way"));
    }

    private static void assertUndone(String id, String status, String why) {
        ObjectNode done = bench.status(id);
        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo(status);
        assertThat(done.path("reason").asString("")).startsWith(why);
        bench.awaitUntil("stable serves again", () -> bench.label("active").equals("stable"));
        bench.assertNothingLeft(id);
    }

    private static void callUntil(String what, Callable<Boolean> condition) {
        Await.until(what, Duration.ofSeconds(60), () -> {
            look();
            return condition.call();
        });
    }

    private static void look() {
        try {
            ToolResult result = bench.tools().call("look", "{}");
            assertThat(result).isNotNull();
        } catch (JsonRpcException e) {
            assertThat(e).hasMessageContaining("bad");
        }
    }

    private static Instant endOf(String id, String step) {
        return bench.status(id)
                .path("steps")
                .valueStream()
                .filter(one -> one.path("step").asString("").equals(step))
                .map(one -> Instant.parse(one.path("endedAt").asString("")))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode monitor() {
        return bench.tools().done("monitor_status", "{}");
    }
}

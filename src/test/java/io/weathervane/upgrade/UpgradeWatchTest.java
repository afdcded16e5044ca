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
    static final TestUpgrades upgrades = TestUpgrades.ofShells(CLOCK);

    @Test
    void turnsBadInTheLastTenthOfItsWatch() throws Exception {
        String id = upgrades.begin(ShellWorker.command("late"), "{'id': 'late', 'promote': true}");
        upgrades.awaitStep(id, "watch");
        Instant promoted = endOf(id, "promote");
        callUntil("three checks", () -> monitor().path("checkCount").asInt() >= 3);
        assertThat(monitor().path("lastDecision").path("decision").asString("")).isEqualTo("healthy");

        CLOCK.advance(WATCH.multipliedBy(9).dividedBy(10));
        callUntil(
                "a check late in the watch",
                () -> lastCheck().isAfter(promoted.plus(WATCH.multipliedBy(9).dividedBy(10))));
        assertThat(upgrades.status(id).path("status").asString("")).isEqualTo("running");
        Path bad = Files.createFile(upgrades.folder().resolve("bad"));
        callUntil("it has ended", () -> upgrades.hasEnded(id));
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
        String id = upgrades.begin(ShellWorker.command("fine"), "{'id': 'too-late', 'promote': true}");
        upgrades.awaitStep(id, "watch");

        String refused = upgrades.tools().refused("upgrade_abort", "{}");

        assertThat(refused).contains("promoted already", "worker_rollback");
        upgrades.tools().done("worker_rollback", "{'reason': 'changed my mind'}");
        ObjectNode done = upgrades.awaitEnd(id);
        assertThat(done.path("status").asString("")).isEqualTo("rolled-back");
        assertThat(done.path("reason").asString("")).contains("by hand");
    }

    @Test
    void leaksOpenFilesDuringItsWatch() throws Exception {
        String id = upgrades.begin("bash worker.sh leaks", "{'id': 'leaks', 'promote': true}");
        upgrades.awaitStep(id, "watch");
        Path leak = Files.createFile(upgrades.folder().resolve("leak"));

        callUntil("it has ended", () -> upgrades.hasEnded(id));
        Files.delete(leak);

        assertUndone(
                id, "escalated", "leaks was escalated, the kill switch is on: Escalation: open files of the limit");
    }

    @Test
    void leaksMemoryDuringItsWatch() throws Exception {
        String id = upgrades.begin(ShellWorker.command("grows"), "{'id': 'grows', 'promote': true}");
        upgrades.awaitStep(id, "watch");
        Path grow = Files.createFile(upgrades.folder().resolve("grow"));

        callUntil("it has ended", () -> upgrades.hasEnded(id));
        Files.delete(grow);

        assertUndone(id, "escalated", "grows was escalated, the kill switch is on: Escalation: memory");
    }

    @Test
    void diesWhileItIsPromoted() throws Exception {
        Files.deleteIfExists(upgrades.folder().resolve("blocked"));
        Path hold = Files.createFile(upgrades.folder().resolve("hold"));
        String id = upgrades.begin(ShellWorker.command("hold"), "{'id': 'dies-promoted', 'promote': true}");
        long asked = ShellWorker.awaitBlocked(upgrades.folder());

        kill(asked);
        ObjectNode done = upgrades.awaitEnd(id);
        Files.delete(hold);

        assertThat(done.path("step").asString("")).isEqualTo("promote");
        assertUndone(id, "aborted", "the canary dies-promoted is not healthy");
        assertThat(done.path("reason").asString("")).contains("nothing was promoted");
    }

    @Test
    void diesDuringItsWatch() {
        String id = upgrades.begin(ShellWorker.command("mortal"), "{'id': 'dies-watched', 'promote': true}");
        upgrades.awaitStep(id, "watch");

        kill(upgrades.worker("active").path("pid").asLong());

        upgrades.awaitEnd(id);
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
        Path hold = Files.createFile(upgrades.folder().resolve("hold"));
        String id = upgrades.begin(ShellWorker.command("hold"), "{'id': 'full', 'promote': true}");
        upgrades.awaitStep(id, "promote");
        blocked(id, "steps.json");
        Files.delete(hold);
        upgrades.awaitStep(id, "watch");
        assertThat(upgrades.record(id, "steps.json").path("next").asString(""))
                .as("lost, so as it was before")
                .isEqualTo("promote");
        blocked(id, "report.json");
        Path bad = Files.createFile(upgrades.folder().resolve("bad"));
        callUntil("it has ended", () -> upgrades.hasEnded(id));
        Files.delete(bad);

        ObjectNode done = upgrades.status(id);
        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("rolled-back");
        assertThat(done.path("unwrittenRecords").toString()).contains("report.json could not be written: ");
        assertThat(done.path("records").toString()).doesNotContain("report.json");
        assertThat(upgrades.tools().textOf("upgrade_status", "{}"))
                .contains("undid itself", "Not written: ", "report.json could not be written: ");
        JsonNode audited = upgrades.tools().newest("upgrade-ended").path("payload");
        assertThat(audited.path("status").asString("")).isEqualTo("rolled-back");
        assertThat(audited.path("unwrittenRecords").toString()).contains("report.json could not be written");
        upgrades.assertNothingLeft(id);
    }

    @Test
    void changesItsToolsWhileItIsShadowed() throws Exception {
        ObjectNode done = upgrades.run(ShellWorker.command("relists"), "{'id': 'relists', 'promote': true}");

        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("aborted");
        assertThat(done.path("step").asString("")).isEqualTo("shadow");
        assertThat(done.path("reason").asString(""))
                .contains("the shadow comparison did not pass: the canary changed its tools while it was compared:"
                        + " more1");
        assertThat(upgrades.record("relists", "shadow.json").path("differences").toString())
                .contains("\"source\":\"drift\",\"tool\":\"more1\",\"kind\":\"added\"");
        upgrades.assertNothingLeft("relists");
    }

    /** Puts a folder that is not empty where the file's next content is written. */
    private static void blocked(String id, String name) throws IOException {
        Files.createFile(
                Files.createDirectory(upgrades.file(id, "." + name + ".new")).resolve("in-the-way"));
    }

    private static void assertUndone(String id, String status, String why) {
        ObjectNode done = upgrades.status(id);
        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo(status);
        assertThat(done.path("reason").asString("")).startsWith(why);
        upgrades.awaitUntil(
                "stable serves again", () -> upgrades.label("active").equals("stable"));
        upgrades.assertNothingLeft(id);
    }

    private static void callUntil(String what, Callable<Boolean> condition) {
        Await.until(what, () -> {
            look();
            return condition.call();
        });
    }

    private static void look() {
        try {
            ToolResult result = upgrades.tools().call("look", "{}");
            assertThat(result).isNotNull();
        } catch (JsonRpcException e) {
            assertThat(e).hasMessageContaining("bad");
        }
    }

    private static Instant endOf(String id, String step) {
        return upgrades.status(id)
                .path("steps")
                .valueStream()
                .filter(one -> one.path("step").asString("").equals(step))
                .map(one -> Instant.parse(one.path("endedAt").asString("")))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode monitor() {
        return upgrades.tools().done("monitor_status", "{}");
    }
}

package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Upgrades that go as they should, and those that are stopped, on real workers. */
class UpgradesTest {
    @RegisterExtension
    static final UpgradeBench bench = UpgradeBench.ofEchoes();

    @Test
    void promotesACommandAndWatchesItToTheEnd() throws Exception {
        bench.withTraffic();

        ObjectNode done = bench.run(
                UpgradeBench.echo(), "{'id': 'v2', 'promote': true, 'build': 'echo built', 'test': 'echo tested'}");

        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("finished");
        assertThat(bench.label("active")).isEqualTo("v2");
        assertThat(bench.label("previous")).isEqualTo("stable");
        assertThat(done.path("records").valueStream().map(JsonNode::asString))
                .containsExactly("preflight.json", "shadow.json", "promotion_plan.json", "steps.json", "report.json");
        assertThat(Files.readString(bench.file("v2", "build.log"))).isEqualTo("built\n");
        JsonNode report = bench.record("v2", "report.json");
        assertThat(report.path("status").asString("")).isEqualTo("finished");
        assertThat(report.path("words").path(0).asString("")).contains("v2 is finished", "is healthy");
        assertThat(report.path("promotionId").asString("")).startsWith("p-");
        assertThat(bench.folder().resolve("state/upgrade.lock")).doesNotExist();
        assertThat(bench.tools()
                        .newest("upgrade-ended")
                        .path("payload")
                        .path("upgrade")
                        .asString(""))
                .isEqualTo("v2");
    }

    @Test
    void endsAfterTheShadowWhenNoPromotionIsWanted() {
        ObjectNode done = bench.run("good", "{'id': 'only-shadow', 'skip_promote': true}");

        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("shadow-passed");
        bench.assertNothingLeft("only-shadow");
    }

    @Test
    void waitsForAWordAndGoesOnWithIt() {
        bench.withTraffic();
        ObjectNode waiting = bench.run("good", "{'id': 'asked'}");
        assertThat(waiting.path("status").asString(""))
                .as(waiting.toPrettyString())
                .isEqualTo("waiting");
        assertThat(bench.label("active")).isEqualTo("stable");
        long inDryRun = bench.worker("canary").path("pid").asLong();

        String refused = bench.tools().refused("upgrade_run", "{'id': 'asked', 'promote': true}");
        assertThat(refused).contains("confirm is required");
        ObjectNode allowed =
                bench.tools().done("upgrade_run", "{'id': 'asked', 'promote': true, 'confirm': true, 'wait': false}");
        assertThat(allowed.path("status").asString(""))
                .as("it does not wait for approval any more")
                .isNotEqualTo("waiting");

        ObjectNode done = bench.awaitEnd("asked");
        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("finished");
        assertThat(bench.worker("active").path("pid").asLong())
                .as("started again without WVO_DRY_RUN")
                .isNotEqualTo(inDryRun);
    }

    @Test
    void givesTheCanaryAShareOfTheCallersBeforeItIsPromoted() throws Exception {
        bench.withTraffic();

        ObjectNode done = bench.run(
                "good", "{'id': 'shares', 'promote': true, 'canary_weights': [25, 50], 'step_duration': '1500ms'}");

        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("finished");
        assertThat(done.path("steps")
                        .valueStream()
                        .map(step -> step.path("step").asString("")))
                .containsSubsequence("restart", "weight 25 %", "weight 50 %", "promote", "watch");
        assertThat(bench.record("shares", "promotion_plan.json")
                        .path("plan")
                        .valueStream()
                        .map(JsonNode::asString))
                .startsWith(
                        "give 25 % of the callers to good for 1.5 s",
                        "give 50 % of the callers to good for 1.5 s", "probe good");
    }

    @Test
    void aShareWithoutTrafficIsNotAPass() {
        ObjectNode done =
                bench.run("good", "{'id': 'quiet', 'promote': true, 'canary_weights': [25], 'step_duration': '300ms'}");

        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains("could not be judged good", "inconclusive");
        bench.assertNothingLeft("quiet");
    }

    @Test
    void isRefusedByThePreflightAndSaysWhy() throws Exception {
        ObjectNode done = bench.run("/nowhere/server --x", "{'id': 'nowhere', 'skip_promote': true}");

        assertThat(done.path("status").asString("")).isEqualTo("refused");
        assertThat(done.path("reason").asString("")).contains("canary's program", "/nowhere/server");
        JsonNode checks = bench.record("nowhere", "preflight.json").path("checks");
        assertThat(checks.valueStream().map(check -> check.path("name").asString("")))
                .contains("disk", "database", "canary's program", "versions", "git", "rollback target", "kill switch");
        bench.assertNothingLeft("nowhere");
    }

    @Test
    void aProgramThatIsThereAndMayNotBeRunIsNotSaidToBeMissing() throws Exception {
        Files.writeString(bench.folder().resolve("server.sh"), "#!/bin/sh\n");

        ObjectNode done = bench.run("./server.sh --x", "{'id': 'no-x', 'skip_promote': true}");

        assertThat(done.path("status").asString("")).isEqualTo("refused");
        assertThat(done.path("reason").asString(""))
                .contains("server.sh is not executable; chmod +x it")
                .doesNotContain("not found");
    }

    @Test
    void aFailingTestEndsItWithItsOutputKept() throws Exception {
        ObjectNode done =
                bench.run("good", "{'id': 'red', 'skip_promote': true, 'test': 'echo two of three failed; exit 3'}");

        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains("exit code 3", "test.log");
        assertThat(Files.readString(bench.file("red", "test.log"))).isEqualTo("two of three failed\n");
        bench.assertNothingLeft("red");
    }

    @Test
    void aSecondOneIsRefusedNamingTheFirst() {
        String id = bench.begin("good", "{'id': 'first', 'build': 'sleep 600'}");
        bench.awaitStep(id, "build");

        String refused = bench.tools().refused("upgrade_run", "{'canary': 'good', 'skip_promote': true}");

        assertThat(refused).contains("upgrade first", "under way");
        assertThat(bench.tools().refused("upgrade_run", "{'canary': 'good', 'promote': true}"))
                .as("before anybody is asked to agree")
                .contains("upgrade first", "under way");
        bench.tools().done("upgrade_abort", "{}");
        bench.assertNothingLeft("first");
    }

    @Test
    void canBeAbortedWhileItBuildsAndTheBuildEndsWithIt() throws Exception {
        String id = bench.begin("good", "{'id': 'stop-build', 'build': 'echo $$ > pid; exec sleep 600'}");
        Await.until(
                "it builds",
                () -> Files.exists(bench.folder().resolve("pid"))
                        && Files.size(bench.folder().resolve("pid")) > 0);
        long pid =
                Long.parseLong(Files.readString(bench.folder().resolve("pid")).strip());

        bench.tools().done("upgrade_abort", "{'reason': 'not today'}");

        ObjectNode done = bench.status(id);
        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains("aborted by alice: not today");
        Await.until(
                "the build is over",
                () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        bench.assertNothingLeft(id);
    }

    @Test
    void canBeAbortedWhileItWaits() {
        ObjectNode waiting = bench.run("good", "{'id': 'stop-wait'}");
        assertThat(waiting.path("status").asString(""))
                .as(waiting.toPrettyString())
                .isEqualTo("waiting");

        bench.tools().done("upgrade_abort", "{}");

        assertThat(bench.status("stop-wait").path("status").asString("")).isEqualTo("aborted");
        bench.assertNothingLeft("stop-wait");
    }

    @Test
    void canBeAbortedWhileCallersAreWithTheCanary() {
        bench.withTraffic();
        String id = bench.begin(
                "good", "{'id': 'stop-weight', 'promote': true, 'canary_weights': [50], 'step_duration': '1m'}");
        bench.awaitStep(id, "weight");

        bench.tools().done("upgrade_abort", "{}");

        assertThat(bench.status(id).path("status").asString("")).isEqualTo("aborted");
        bench.assertNothingLeft(id);
    }

    @Test
    void givesWayWhenSomebodyEngagesTheKillSwitch() {
        String id = bench.begin("good", "{'id': 'killed'}");
        bench.awaitStep(id, "approval");

        bench.tools().done("kill_switch_engage", "{'reason': 'fire'}");

        ObjectNode done = bench.awaitEnd(id);
        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains("kill switch was engaged by alice: fire");
        bench.assertNothingLeft(id);
    }

    @Test
    void givesWayWhenSomebodyStopsTheCanary() {
        String id = bench.begin("good", "{'id': 'stopped-by-hand'}");
        bench.awaitStep(id, "approval");

        bench.tools().done("worker_stop_canary", "{}");

        ObjectNode done = bench.awaitEnd(id);
        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains("stopped by hand");
        bench.assertNothingLeft(id);
    }

    @Test
    void givesWayWhenSomebodyPromotesTheCanaryAndLeavesItAlone() {
        String id = bench.begin("good", "{'id': 'promoted-by-hand'}");
        bench.awaitStep(id, "approval");

        bench.tools().done("worker_promote", "{'confirm': true}");

        ObjectNode done = bench.awaitEnd(id);
        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains("promoted by hand");
        assertThat(bench.label("active")).isEqualTo("good");
    }

    @Test
    void aDryRunKeepsNothing() {
        ObjectNode planned =
                bench.tools().done("upgrade_run", "{'canary': 'good', 'dry_run': true, 'canary_weights': [5]}");

        assertThat(planned.path("plan").toString()).contains("ok      disk", "5 % of the callers");
        assertThat(bench.folder().resolve("state/upgrade.lock")).doesNotExist();
    }
}

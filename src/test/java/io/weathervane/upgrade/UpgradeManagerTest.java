package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** UpgradeManager that go as they should, and those that are stopped, on real workers. */
class UpgradeManagerTest {
    @RegisterExtension
    static final TestUpgrades upgrades = TestUpgrades.ofEchoes();

    @Test
    void promotesACommandAndWatchesItToTheEnd() throws Exception {
        upgrades.withTraffic();

        ObjectNode done = upgrades.run(
                TestUpgrades.echo(), "{'id': 'v2', 'promote': true, 'build': 'echo built', 'test': 'echo tested'}");

        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("finished");
        assertThat(upgrades.label("active")).isEqualTo("v2");
        assertThat(upgrades.label("previous")).isEqualTo("stable");
        assertThat(done.path("records").valueStream().map(JsonNode::asString))
                .containsExactly("preflight.json", "shadow.json", "promotion_plan.json", "steps.json", "report.json");
        assertThat(Files.readString(upgrades.file("v2", "build.log"))).isEqualTo("built\n");
        JsonNode report = upgrades.record("v2", "report.json");
        assertThat(report.path("status").asString("")).isEqualTo("finished");
        assertThat(report.path("words").path(0).asString("")).contains("v2 is finished", "is healthy");
        assertThat(report.path("promotionId").asString("")).startsWith("p-");
        assertThat(upgrades.folder().resolve("state/upgrade.lock")).doesNotExist();
        assertThat(upgrades.tools()
                        .newest("upgrade-ended")
                        .path("payload")
                        .path("upgrade")
                        .asString(""))
                .isEqualTo("v2");
    }

    @Test
    void endsAfterTheShadowWhenNoPromotionIsWanted() {
        ObjectNode done = upgrades.run("good", "{'id': 'only-shadow', 'skip_promote': true}");

        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("shadow-passed");
        upgrades.assertNothingLeft("only-shadow");
    }

    @Test
    void waitsForAWordAndGoesOnWithIt() {
        upgrades.withTraffic();
        ObjectNode waiting = upgrades.run("good", "{'id': 'asked'}");
        assertThat(waiting.path("status").asString(""))
                .as(waiting.toPrettyString())
                .isEqualTo("waiting");
        assertThat(upgrades.label("active")).isEqualTo("stable");
        long inDryRun = upgrades.worker("canary").path("pid").asLong();

        String refused = upgrades.tools().refused("upgrade_run", "{'id': 'asked', 'promote': true}");
        assertThat(refused).contains("confirm is required");
        ObjectNode allowed = upgrades.tools()
                .done("upgrade_run", "{'id': 'asked', 'promote': true, 'confirm': true, 'wait': false}");
        assertThat(allowed.path("status").asString(""))
                .as("it does not wait for approval any more")
                .isNotEqualTo("waiting");

        ObjectNode done = upgrades.awaitEnd("asked");
        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("finished");
        assertThat(upgrades.worker("active").path("pid").asLong())
                .as("started again without WVO_DRY_RUN")
                .isNotEqualTo(inDryRun);
    }

    @Test
    void givesTheCanaryAShareOfTheCallersBeforeItIsPromoted() throws Exception {
        upgrades.withTraffic();

        ObjectNode done = upgrades.run(
                "good", "{'id': 'shares', 'promote': true, 'canary_weights': [25, 50], 'step_duration': '1500ms'}");

        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("finished");
        assertThat(done.path("steps")
                        .valueStream()
                        .map(step -> step.path("step").asString("")))
                .containsSubsequence("restart", "weight 25 %", "weight 50 %", "promote", "watch");
        assertThat(upgrades.record("shares", "promotion_plan.json")
                        .path("plan")
                        .valueStream()
                        .map(JsonNode::asString))
                .startsWith(
                        "give 25 % of the callers to good for 1.5 s",
                        "give 50 % of the callers to good for 1.5 s", "probe good");
    }

    @Test
    void aShareWithoutTrafficIsNotAPass() {
        ObjectNode done = upgrades.run(
                "good", "{'id': 'quiet', 'promote': true, 'canary_weights': [25], 'step_duration': '300ms'}");

        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains("could not be judged good", "inconclusive");
        upgrades.assertNothingLeft("quiet");
    }

    @Test
    void isRefusedByThePreflightAndSaysWhy() throws Exception {
        ObjectNode done = upgrades.run("/nowhere/server --x", "{'id': 'nowhere', 'skip_promote': true}");

        assertThat(done.path("status").asString("")).isEqualTo("refused");
        assertThat(done.path("reason").asString("")).contains("canary's program", "/nowhere/server");
        JsonNode checks = upgrades.record("nowhere", "preflight.json").path("checks");
        assertThat(checks.valueStream().map(check -> check.path("name").asString("")))
                .contains("disk", "database", "canary's program", "versions", "git", "rollback target", "kill switch");
        upgrades.assertNothingLeft("nowhere");
    }

    @Test
    void aProgramThatIsThereAndMayNotBeRunIsNotSaidToBeMissing() throws Exception {
        Files.writeString(upgrades.folder().resolve("server.sh"), "#!/bin/sh\n");

        ObjectNode done = upgrades.run("./server.sh --x", "{'id': 'no-x', 'skip_promote': true}");

        assertThat(done.path("status").asString("")).isEqualTo("refused");
        assertThat(done.path("reason").asString(""))
                .contains("server.sh is not executable; chmod +x it")
                .doesNotContain("not found");
    }

    @Test
    void aScriptWhoseInterpreterIsNotThereIsRefusedBeforeItIsStarted() throws Exception {
        Path script = Files.writeString(upgrades.folder().resolve("script.sh"), "#!/opt/nowhere/node\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();

        ObjectNode done = upgrades.run("./script.sh --x", "{'id': 'no-node', 'skip_promote': true}");

        assertThat(done.path("status").asString("")).isEqualTo("refused");
        assertThat(done.path("reason").asString("")).contains("canary's program", "/opt/nowhere/node", "first line");
    }

    @Test
    void aFailingTestEndsItWithItsOutputKept() throws Exception {
        ObjectNode done =
                upgrades.run("good", "{'id': 'red', 'skip_promote': true, 'test': 'echo two of three failed; exit 3'}");

        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains("exit code 3", "test.log");
        assertThat(Files.readString(upgrades.file("red", "test.log"))).isEqualTo("two of three failed\n");
        upgrades.assertNothingLeft("red");
    }

    @Test
    void aSecondOneIsRefusedNamingTheFirst() {
        String id = upgrades.begin("good", "{'id': 'first', 'build': 'sleep 600'}");
        upgrades.awaitStep(id, "build");

        String refused = upgrades.tools().refused("upgrade_run", "{'canary': 'good', 'skip_promote': true}");

        assertThat(refused).contains("upgrade first", "under way");
        assertThat(upgrades.tools().refused("upgrade_run", "{'canary': 'good', 'promote': true}"))
                .as("before a person is asked to agree")
                .contains("upgrade first", "under way");
        upgrades.tools().done("upgrade_abort", "{}");
        upgrades.assertNothingLeft("first");
    }

    @Test
    void canBeAbortedWhileItBuildsAndTheBuildEndsWithIt() throws Exception {
        String id = upgrades.begin("good", "{'id': 'stop-build', 'build': 'echo $$ > pid; exec sleep 600'}");
        Await.until(
                "it builds",
                () -> Files.exists(upgrades.folder().resolve("pid"))
                        && Files.size(upgrades.folder().resolve("pid")) > 0);
        long pid = Long.parseLong(
                Files.readString(upgrades.folder().resolve("pid")).strip());

        upgrades.tools().done("upgrade_abort", "{'reason': 'not today'}");

        ObjectNode done = upgrades.status(id);
        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains("aborted by alice: not today");
        Await.until(
                "the build is over",
                () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        upgrades.assertNothingLeft(id);
    }

    @Test
    void canBeAbortedWhileItWaits() {
        ObjectNode waiting = upgrades.run("good", "{'id': 'stop-wait'}");
        assertThat(waiting.path("status").asString(""))
                .as(waiting.toPrettyString())
                .isEqualTo("waiting");

        upgrades.tools().done("upgrade_abort", "{}");

        assertThat(upgrades.status("stop-wait").path("status").asString("")).isEqualTo("aborted");
        upgrades.assertNothingLeft("stop-wait");
    }

    @Test
    void canBeAbortedWhileCallersAreWithTheCanary() {
        upgrades.withTraffic();
        String id = upgrades.begin(
                "good", "{'id': 'stop-weight', 'promote': true, 'canary_weights': [50], 'step_duration': '1m'}");
        upgrades.awaitStep(id, "weight");

        upgrades.tools().done("upgrade_abort", "{}");

        assertThat(upgrades.status(id).path("status").asString("")).isEqualTo("aborted");
        upgrades.assertNothingLeft(id);
    }

    @Test
    void givesWayWhenSomebodyEngagesTheKillSwitch() {
        String id = upgrades.begin("good", "{'id': 'killed'}");
        upgrades.awaitStep(id, "approval");

        upgrades.tools().done("kill_switch_engage", "{'reason': 'fire'}");

        ObjectNode done = upgrades.awaitEnd(id);
        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains("kill switch was engaged by alice: fire");
        upgrades.assertNothingLeft(id);
    }

    @Test
    void givesWayWhenSomebodyStopsTheCanary() {
        String id = upgrades.begin("good", "{'id': 'stopped-by-hand'}");
        upgrades.awaitStep(id, "approval");

        upgrades.tools().done("worker_stop_canary", "{}");

        ObjectNode done = upgrades.awaitEnd(id);
        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains("stopped by hand");
        upgrades.assertNothingLeft(id);
    }

    @Test
    void givesWayWhenSomebodyPromotesTheCanaryAndLeavesItAlone() {
        String id = upgrades.begin("good", "{'id': 'promoted-by-hand'}");
        upgrades.awaitStep(id, "approval");

        upgrades.tools().done("worker_promote", "{'confirm': true}");

        ObjectNode done = upgrades.awaitEnd(id);
        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains("promoted by hand");
        assertThat(upgrades.label("active")).isEqualTo("good");
    }

    @Test
    void aDryRunKeepsNothing() {
        ObjectNode planned =
                upgrades.tools().done("upgrade_run", "{'canary': 'good', 'dry_run': true, 'canary_weights': [5]}");

        assertThat(planned.path("plan").toString()).contains("ok      disk", "5 % of the callers");
        assertThat(upgrades.folder().resolve("state/upgrade.lock")).doesNotExist();
    }
}

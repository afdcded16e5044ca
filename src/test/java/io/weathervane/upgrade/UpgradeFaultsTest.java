package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.node.ObjectNode;

/** Canaries that misbehave in each way there is, and what else can go wrong: what is left is what was there before. */
class UpgradeFaultsTest {
    @RegisterExtension
    static final TestUpgrades upgrades = TestUpgrades.ofSamples();

    private static void assertAborted(String id, ObjectNode done, String... why) {
        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("aborted");
        assertThat(done.path("reason").asString("")).contains(why);
        upgrades.assertNothingLeft(id);
    }

    @Test
    void aCanaryThatDiesAtItsStart() {
        ObjectNode done =
                upgrades.run(TestUpgrades.sample("--die-at-start"), "{'id': 'stillborn', 'skip_promote': true}");

        assertAborted("stillborn", done, "did not start", "Cannot find module");
    }

    @Test
    void aCanaryThatDiesInAShadowCall() {
        ObjectNode done =
                upgrades.run(TestUpgrades.sample("--exit-on-call"), "{'id': 'dies-in-call', 'skip_promote': true}");

        assertAborted("dies-in-call", done, "dies-in-call");
        assertThat(done.path("reason").asString(""))
                .as("seen by its exit, or by its closed output a moment before it")
                .containsAnyOf("the canary dies-in-call died", "the canary ended in a call of get_forecast");
    }

    @Test
    void aCanaryThatHangsInAShadowCall() throws Exception {
        ObjectNode done = upgrades.run(TestUpgrades.sample("--hang"), "{'id': 'hangs', 'skip_promote': true}");

        assertAborted("hangs", done, "the shadow comparison did not pass: the canary failed to answer 3 calls");
        assertThat(upgrades.firstFailure("hangs")).isEqualTo("no answer within 2000 ms");
    }

    @Test
    void aCanaryThatIsTenTimesSlowerIsStoppedByTheShadow() throws Exception {
        ObjectNode done = upgrades.run(
                TestUpgrades.sample("--latency 700ms"), "{'id': 'slow', 'promote': true, 'canary_weights': [50]}");

        assertAborted("slow", done, "the shadow comparison did not pass", "slower");
        assertThat(done.path("step").asString("")).isEqualTo("shadow");
        assertThat(upgrades.record("slow", "shadow.json").path("reasons"))
                .as("no other rule had anything to say")
                .hasSize(1);
    }

    @Test
    void aCanaryThatIsTenTimesSlowerForItsCallersOnlyIsStoppedByItsShare() throws Exception {
        Files.writeString(
                upgrades.folder().resolve("slow.sh"),
                "[ -z \"$WVO_DRY_RUN\" ] && set -- --latency 300ms\nexec sh sample.sh --label canary \"$@\"\n");
        upgrades.withTraffic();

        ObjectNode done = upgrades.run(
                "sh slow.sh", "{'id': 'slows', 'promote': true, 'canary_weights': [50], 'step_duration': '20s'}");

        assertAborted("slows", done, "50 % of the callers", "much slower", "of the active worker");
        assertThat(done.path("reason").asString(""))
                .as("its 300 ms, and what a busy machine adds")
                .containsPattern("much slower: p95 ([3-9]\\d\\d|\\d{4})");
        assertThat(done.path("step").asString("")).isEqualTo("weight");
    }

    @Test
    void aCanaryThatDiesWhileItWaitsForApproval() {
        String id = upgrades.begin("good", "{'id': 'dies-waiting'}");
        upgrades.awaitStep(id, "approval");

        ProcessHandle.of(upgrades.worker("canary").path("pid").asLong())
                .orElseThrow()
                .destroyForcibly();

        assertAborted(id, upgrades.awaitEnd(id), "the canary good died");
    }

    @Test
    void aCanaryThatDiesWhenItIsStartedForRealCalls() throws Exception {
        Files.writeString(
                upgrades.folder().resolve("only-dry.sh"),
                "[ -z \"$WVO_DRY_RUN\" ] && echo 'no real calls' >&2 && exit 7\nexec sh sample.sh --label canary\n");

        ObjectNode done = upgrades.run("sh only-dry.sh", "{'id': 'only-dry', 'promote': true}");

        assertAborted("only-dry", done, "worker only-dry did not start", "exit code 7", "no real calls");
        assertThat(done.path("step").asString("")).isEqualTo("restart");
        assertThat(upgrades.worker("active").path("state").asString("")).isEqualTo("ready");
    }

    @Test
    void aCanaryThatDiesWithAShareOfTheCallers() {
        upgrades.withTraffic();
        String id = upgrades.begin(
                "good", "{'id': 'dies-sharing', 'promote': true, 'canary_weights': [50], 'step_duration': '1m'}");
        upgrades.awaitDoing(id, "50 % of the callers");

        ProcessHandle.of(upgrades.worker("canary").path("pid").asLong())
                .orElseThrow()
                .destroyForcibly();

        assertAborted(id, upgrades.awaitEnd(id), "with 50 % of the callers", "the canary good died");
    }

    @Test
    void aCanaryThatFailsTheCallersItGot() {
        upgrades.withTraffic();

        ObjectNode done = upgrades.run(
                TestUpgrades.sample("--fail-rate 0.7 --fail-after-calls 12"),
                "{'id': 'fails-callers', 'promote': true, 'canary_weights': [50], 'step_duration': '1m'}");

        assertAborted("fails-callers", done, "50 % of the callers", "High error rate");
        assertThat(upgrades.label("active")).isEqualTo("stable");
    }

    @Test
    void theActiveWorkerDiesWhileTheCanaryHasAQuarter() {
        upgrades.withTraffic();
        String id = upgrades.begin(
                "good", "{'id': 'active-dies', 'promote': true, 'canary_weights': [25], 'step_duration': '1m'}");
        upgrades.awaitDoing(id, "25 % of the callers");

        ProcessHandle.of(upgrades.worker("active").path("pid").asLong())
                .orElseThrow()
                .destroyForcibly();

        ObjectNode done = upgrades.awaitEnd(id);
        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("aborted");
        assertThat(done.path("reason").asString(""))
                .containsAnyOf("the active worker stable ended", "the kill switch was engaged");
        upgrades.awaitUntil(
                "the active worker is back", () -> upgrades.label("active").equals("stable"));
        upgrades.assertNothingLeft(id);
    }

    @Test
    void aRecordThatCannotBeWrittenEndsItAndIsNotClaimed() throws Exception {
        String build = "while [ ! -e go ]; do sleep 0.05; done";
        String id = upgrades.begin("good", "{'id': 'no-room', 'build': '" + build + "'}");
        upgrades.awaitStep(id, "build");
        // A folder in the record's place cannot be replaced by a file, whichever user runs the test.
        Files.createDirectories(upgrades.file(id, "shadow.json").resolve("in-the-way"));
        Files.createDirectories(upgrades.file(id, "report.json").resolve("in-the-way"));
        Files.createFile(upgrades.folder().resolve("go"));

        ObjectNode done = upgrades.awaitEnd(id);

        assertAborted(id, done, "shadow.json could not be written");
        assertThat(done.path("unwrittenRecords").toString())
                .contains("shadow.json", "report.json could not be written");
        assertThat(done.path("records").toString()).doesNotContain("report.json", "shadow.json");
    }

    @Test
    void aBuildThatSaysTooMuchIsKeptInPart() throws Exception {
        ObjectNode done = upgrades.run(
                "good", "{'id': 'chatty', 'skip_promote': true, 'build': 'head -c 20000000 /dev/zero; exit 1'}");

        assertThat(done.path("status").asString("")).isEqualTo("aborted");
        assertThat(Files.size(upgrades.file("chatty", "build.log"))).isBetween(5_000_000L, 5_300_000L);
    }
}

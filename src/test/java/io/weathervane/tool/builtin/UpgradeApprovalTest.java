package io.weathervane.tool.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.TestServer;
import io.weathervane.testing.Await;
import io.weathervane.testing.ShellWorker;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** In production nothing of an upgrade's commands runs before a second person has approved them. */
class UpgradeApprovalTest {
    private static final Caller ALICE = new Caller("alice", Caller.Transport.SOCKET);
    private static final Caller BOB =
            new Caller("bob", Caller.Transport.HTTP, Set.of(CallerRole.VIEWER, CallerRole.APPROVER));
    private static final Pattern ID = Pattern.compile("a-[0-9a-f]{8}");
    private static final String RUN = "upgrade_run";
    private static final String YAML = """
        environment: production
        monitor: {checkInterval: 100ms, gracePeriod: 500ms, minRequests: 5}
        upgrade: {probes: [{tool: look, arguments: {}}]}
        workers:
          initial: stable
          drainTimeout: 500ms
          stopTimeout: 1s
          releases:
            stable: {kind: mcp, command: [sh, worker.sh, well], probe: {timeout: 1m}}
            next: {kind: mcp, command: [sh, worker.sh, well, next], probe: {timeout: 1m}, environment: {KEY: s3cret}}
        """;

    @TempDir
    private Path folder;

    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        ShellWorker.write(folder);
        server = TestServer.start(folder, YAML);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void neitherABuildNorATestNorACanaryGivenAsACommandRunsUnapproved() {
        for (String command : new String[] {
            "'canary': 'next', 'build': 'touch ran'",
            "'canary': 'next', 'test': 'touch ran'",
            "'canary': 'sh -c \"touch ran\"'"
        }) {
            for (String goal : new String[] {"", ", 'skip_promote': true", ", 'promote': true", ", 'confirm': true"}) {
                String text = refused("{" + command + goal + "}", ALICE);

                assertThat(text).as(command + goal).contains("Nothing was done yet", "another person's approval");
            }
        }
        assertThat(folder.resolve("ran")).doesNotExist();
        assertThat(server.newest("upgrade-started").isMissingNode()).isTrue();
        assertThat(folder.resolve("experiments/mcp/upgrade/u-1")).doesNotExist();
    }

    @Test
    void whatIsConfiguredIsComparedWithoutAnApproval() {
        JsonNode done = json(resultOf(RUN, "{'canary': 'next', 'skip_promote': true}", ALICE));

        assertThat(done.path("status").asString("")).as(done.toPrettyString()).isEqualTo("shadow-passed");
    }

    @Test
    void whoGrantsSeesTheCommandsTheFolderTheNamesOfTheEnvironmentAndTheHash() {
        refused("{'canary': 'next', 'build': 'make all', 'skip_promote': true}", ALICE);

        String shown = text(resultOf("approval_grant", "{}", BOB));

        assertThat(shown)
                .contains("run the commands of the upgrade to next and compare it with stable (sha256 ")
                .contains("runs build: make all", "runs command: sh worker.sh well next", "runs folder: " + folder)
                .contains("runs environment: KEY (values are not shown)")
                .doesNotContain("s3cret");
    }

    @Test
    void anApprovalForAComparisonIsUsedUpAtTheStartAndThePromotionNeedsItsOwn() throws IOException {
        String upgrade = "'id': 'v2', 'canary': 'sh worker.sh well', 'build': 'echo built >>ran'";
        String first = granted("{" + upgrade + "}");

        JsonNode waiting = json(resultOf(RUN, "{" + upgrade + ", 'approval_id': '" + first + "'}", ALICE));

        assertThat(waiting.path("status").asString("")).isEqualTo("waiting");
        assertThat(Files.readString(folder.resolve("ran"))).isEqualTo("built\n");
        String goOn = "'id': 'v2', 'promote': true";
        assertThat(refused("{" + goOn + ", 'approval_id': '" + first + "'}", ALICE))
                .contains("was used already");
        String second = granted("{" + goOn + "}");
        assertThat(second).isNotEqualTo(first);
        resultOf(RUN, "{" + goOn + ", 'approval_id': '" + second + "'}", ALICE);
        Await.until("v2 is active", () -> active().equals("v2"));
    }

    @Test
    void whoPromotesAfterAComparisonSeesWhatItFound() {
        resultOf(RUN, "{'id': 'seen', 'canary': 'next'}", ALICE);
        refused("{'id': 'seen', 'promote': true}", ALICE);

        assertThat(text(resultOf("approval_grant", "{}", BOB))).contains("the comparison found: ");
        resultOf("upgrade_abort", "{}", ALICE);
    }

    @Test
    void anApprovalOfAPromotionCoversItsBuildAndDoesNotExpireMeanwhile() {
        String upgrade = "'id': 'v3', 'canary': 'sh worker.sh well', 'build': 'while [ ! -e go ]; do sleep 0.05; done',"
                + " 'promote': true";
        String id = granted("{" + upgrade + "}");

        resultOf(RUN, "{" + upgrade + ", 'wait': false, 'approval_id': '" + id + "'}", ALICE);
        assertThat(server.newest("approval-used").toString()).contains(id);
        server.sql("UPDATE approvals SET expires_at = requested_at");
        awaitDoing("v3", "build: ");
        write("go", "");
        Await.until(
                "v3 has ended",
                () -> server.done("upgrade_status", "{'id': 'v3'}")
                        .path("endedAt")
                        .isString());

        assertThat(active()).isEqualTo("v3");
        assertThat(server.newest("monitoring-started").at("/payload/approver").asString(""))
                .isEqualTo("bob");
        assertThat(refused("{" + upgrade.replace("v3", "v4") + ", 'approval_id': '" + id + "'}", ALICE))
                .contains("was used already");
    }

    @Test
    void anotherBuildThanTheApprovedOneDoesNotRun() {
        String id = granted("{'id': 'b', 'canary': 'next', 'build': 'true', 'promote': true}");

        assertThat(refused(
                        "{'id': 'b', 'canary': 'next', 'build': 'touch ran', 'promote': true, 'approval_id': '" + id
                                + "'}",
                        ALICE))
                .contains("Approved: promote next in place of stable (sha256 ")
                .contains("The call would now promote next in place of stable (sha256 ", "Request approval again.");
        assertThat(folder.resolve("ran")).doesNotExist();
    }

    @Test
    void aScriptThatChangedSinceTheApprovalIsNotPromoted() throws IOException {
        write("other.sh", Files.readString(folder.resolve("worker.sh")));
        String upgrade = "'id': 'c', 'canary': 'sh other.sh well', 'promote': true";
        String id = granted("{" + upgrade + "}");
        write("other.sh", Files.readString(folder.resolve("worker.sh")) + "touch ran\n");

        assertThat(refused("{" + upgrade + ", 'approval_id': '" + id + "'}", ALICE))
                .contains("Approved: ", "The file other.sh has changed since.", "Request approval again.");
        assertThat(server.newest("upgrade-started").isMissingNode()).isTrue();
        assertThat(active()).isEqualTo("stable");
    }

    @Test
    void aScriptThatChangesWhileTheUpgradeGoesOnIsNotPromoted() throws IOException {
        write("other.sh", Files.readString(folder.resolve("worker.sh")));
        String upgrade =
                "'id': 'd', 'canary': 'sh other.sh well', 'test': 'echo \"# more\" >>other.sh', 'promote': true";
        String id = granted("{" + upgrade + "}");

        JsonNode ended = json(resultOf(RUN, "{" + upgrade + ", 'approval_id': '" + id + "'}", ALICE));

        assertThat(ended.path("status").asString("")).as(ended.toPrettyString()).isEqualTo("aborted");
        assertThat(ended.path("reason").asString(""))
                .startsWith(
                        "the file other.sh has changed since the upgrade was approved, so the canary was not started.")
                .contains("Approved: ", "Request approval again.");
        assertThat(active()).isEqualTo("stable");
    }

    @Test
    void aScriptThatTheBuildNamesIsPartOfWhatIsApproved() {
        write("b.sh", "touch harmless\n");
        String upgrade = "'id': 'e', 'canary': 'next', 'build': 'sh b.sh', 'skip_promote': true";
        String id = granted("{" + upgrade + "}");
        write("b.sh", "touch ran\n");

        assertThat(refused("{" + upgrade + ", 'approval_id': '" + id + "'}", ALICE))
                .contains("The file b.sh has changed since.", "Request approval again.");
        assertThat(folder.resolve("ran")).doesNotExist();
        assertThat(text(resultOf("approval_grant", "{}", BOB))).doesNotContain("touch");

        String again = granted("{" + upgrade + "}");
        resultOf(RUN, "{" + upgrade + ", 'approval_id': '" + again + "'}", ALICE);
        assertThat(folder.resolve("ran")).exists();
    }

    @Test
    void whoGrantsSeesWhichFilesABuildAndATestName() {
        write("b.sh", "");
        write("Makefile", "check:\n");

        refused("{'canary': 'next', 'build': 'sh b.sh', 'test': 'make check'}", ALICE);

        assertThat(text(resultOf("approval_grant", "{}", BOB)))
                .contains("runs file: b.sh sha256 ", "runs file: Makefile sha256 ", "runs file: worker.sh sha256 ");
    }

    @Test
    void whatTheBuildLeftIsWhatStarts() throws IOException {
        String worker = Files.readString(folder.resolve("worker.sh"));
        String upgrade = "'id': 'f', 'canary': 'sh made.sh well', 'build': 'cp worker.sh made.sh',"
                + " 'test': 'while [ ! -e go ]; do sleep 0.05; done', 'promote': true";
        String id = granted("{" + upgrade + "}");

        resultOf(RUN, "{" + upgrade + ", 'wait': false, 'approval_id': '" + id + "'}", ALICE);
        awaitDoing("f", "test: ");
        write("made.sh", "touch ran\n" + worker);
        write("go", "");

        awaitEnd("f");
        JsonNode ended = server.done("upgrade_status", "{'id': 'f'}");
        assertThat(ended.path("status").asString("")).isEqualTo("aborted");
        assertThat(ended.path("reason").asString(""))
                .startsWith("the file made.sh has changed since the build ended, so the canary was not started.")
                .contains("Request approval again");
        assertThat(folder.resolve("ran")).doesNotExist();
    }

    @Test
    void noApprovalIsAskedForWhenWhatWasComparedHasChanged() throws IOException {
        String worker = Files.readString(folder.resolve("worker.sh"));
        String upgrade = "'id': 'g', 'canary': 'sh made.sh well', 'build': 'cp worker.sh made.sh'";
        resultOf(RUN, "{" + upgrade + ", 'approval_id': '" + granted("{" + upgrade + "}") + "'}", ALICE);
        String goOn = "'id': 'g', 'promote': true";
        String granted = granted("{" + goOn + "}");
        write("made.sh", "[ -z \"$WVO_DRY_RUN\" ] && touch ran\n" + worker);

        for (String call :
                new String[] {goOn, goOn + ", 'dry_run': true", goOn + ", 'approval_id': '" + granted + "'"}) {
            assertThat(refused("{" + call + "}", ALICE))
                    .as(call)
                    .contains("he file made.sh has changed since the canary was started and compared."
                            + " Run the upgrade again.")
                    .doesNotContain("Request approval again", "another person's approval");
        }
        resultOf("upgrade_abort", "{}", ALICE);
        assertThat(folder.resolve("ran")).doesNotExist();
        assertThat(active()).isEqualTo("stable");
    }

    @Test
    void whatWasComparedIsWhatIsPromoted() throws IOException {
        write("made.sh", "echo '#' >>made.sh\n" + Files.readString(folder.resolve("worker.sh")));
        String upgrade = "'id': 'h', 'canary': 'sh made.sh well', 'promote': true";

        JsonNode ended =
                json(resultOf(RUN, "{" + upgrade + ", 'approval_id': '" + granted("{" + upgrade + "}") + "'}", ALICE));

        assertThat(ended.path("status").asString("")).as(ended.toPrettyString()).isEqualTo("aborted");
        assertThat(ended.path("reason").asString(""))
                .startsWith("the file made.sh has changed since the canary was started and compared."
                        + " Run the upgrade again.")
                .doesNotContain("..", "Request approval again");
        assertThat(active()).isEqualTo("stable");
    }

    /** Where cargo is not installed its line fails and the next one runs all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"x1", "x"})
    void aLockFileThatTheCanaryWritesAtItsStartIsNoOtherProgram(String dryRun) {
        String upgrade = "'id': 'k', 'canary': 'sh -c \"cargo >/dev/null 2>&1;"
                + " test x$WVO_DRY_RUN = " + dryRun + " && echo >Cargo.lock; exec sh worker.sh well\"',"
                + " 'promote': true";
        String id = granted("{" + upgrade + "}");

        JsonNode ended = json(resultOf(RUN, "{" + upgrade + ", 'approval_id': '" + id + "'}", ALICE));

        assertThat(ended.path("promotionId").isString())
                .as(ended.toPrettyString())
                .isTrue();
        assertThat(folder.resolve("Cargo.lock")).exists();
        assertThat(active()).isEqualTo("k");
    }

    @Test
    void whatAnApprovalCannotBeBoundToIsNotAskedFor() {
        String many = IntStream.range(0, 300).mapToObj(i -> "f" + i).collect(Collectors.joining(" "));
        for (String name : many.split(" ", -1)) {
            write(name, "");
        }

        assertThat(refused("{'canary': 'next', 'build': 'cat " + many + "'}", ALICE))
                .contains("Nothing was done", "more than 256 files are named");
        assertThat(text(resultOf("approval_grant", "{}", BOB))).doesNotContain("cat f0");
    }

    private void awaitDoing(String id, String what) {
        Await.until(
                id + " does " + what,
                () -> server.done("upgrade_status", "{'id': '" + id + "'}")
                        .path("activity")
                        .asString("")
                        .startsWith(what));
    }

    private void awaitEnd(String id) {
        Await.until(
                id + " has ended",
                () -> server.done("upgrade_status", "{'id': '" + id + "'}")
                        .path("endedAt")
                        .isString());
    }

    private String granted(String arguments) {
        Matcher id = ID.matcher(refused(arguments, ALICE));
        assertThat(id.find()).isTrue();
        resultOf("approval_grant", "{'id': '" + id.group() + "'}", BOB);
        return id.group();
    }

    private String active() {
        return server.done("worker_status", "{}").at("/active/label").asString("");
    }

    private void write(String file, String content) {
        try {
            Files.writeString(folder.resolve(file), content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String refused(String arguments, Caller caller) {
        ToolResult result = call(RUN, arguments, caller);
        assertThat(result.isError()).as(TestServer.text(result)).isTrue();
        return TestServer.text(result);
    }

    private ToolResult resultOf(String tool, String arguments, Caller caller) {
        ToolResult result = call(tool, arguments, caller);
        assertThat(result.isError()).as(TestServer.text(result)).isFalse();
        return result;
    }

    private ToolResult call(String tool, String arguments, Caller caller) {
        return server.call(
                tool, TestServer.json(arguments.replace("\"", "\\\"").replace('\'', '"')), caller, CallChannel.none());
    }

    private static JsonNode json(ToolResult result) {
        return result.structured().orElseThrow();
    }

    private static String text(ToolResult result) {
        return TestServer.text(result);
    }
}

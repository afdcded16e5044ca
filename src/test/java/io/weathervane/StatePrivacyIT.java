package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.LiveFolder;
import io.weathervane.testing.OtherUser;
import io.weathervane.testing.ServerProcess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who can use what a server leaves on the disk. */
@Tag("slow")
class StatePrivacyIT {
    private static final int FOLDER = 0700;
    private static final int FILE = 0600;

    @TempDir
    private Path folder;

    private Path workspace;

    private record Ended(int exitCode, String text) {}

    @BeforeEach
    void makeWorkspace() throws IOException {
        open(folder);
        workspace = Files.createDirectory(folder.resolve("workspace"));
        open(workspace);
        ServerProcess.configure(workspace, "upgrade: {steps: {compile: echo built}}", "stable", "next");
    }

    @Tag("essential")
    @Test
    void whatAServerMakesIsForItsOwnerAloneWhateverTheUmaskIs() throws Exception {
        try (ServerProcess server = ServerProcess.start(withUmask("000", ServerProcess.serving(workspace)))) {
            server.operate("upgrade_run", "{\"canary\": \"next\", \"build\": \"compile\"}");
            server.operate("kill_switch_engage", "{\"reason\": \"x\"}");
            server.operate("evidence_collect", "{}");

            // The files follow the database.
            Set<String> made = Set.of(
                    "state/orchestrator.db-wal",
                    "state/orchestrator.db-shm",
                    "state/weathervane.sock",
                    "state/weathervane.lock",
                    "state/analytics/worker_manager.json",
                    "state/analytics/kill_switch_audit.log");
            Await.until("all is there", () -> entries("state").keySet().containsAll(made));
            assertPrivate("state", ".codex", "experiments");
        }
        assertPrivate("state", ".codex", "experiments");
    }

    @Test
    void whatCommandsMakeWhileNoServerRunsIsForTheOwnerAlone() throws Exception {
        ServerProcess.serve(workspace).close();
        Files.delete(workspace.resolve("state/weathervane.lock"));

        Ended rollback =
                run(withUmask("000", ServerProcess.weathervane("rollback", "--workspace", workspace.toString())));
        Ended token = run(withUmask(
                "000",
                ServerProcess.weathervane(
                        "token",
                        "create",
                        "--name",
                        "ops",
                        "--role",
                        "viewer",
                        "--file",
                        workspace.resolve("keys/tokens.json").toString())));

        assertThat(rollback.text()).contains("no previous release");
        assertThat(token.exitCode()).as(token.text()).isZero();
        assertPrivate("state", "keys");
        assertThat(entries("state")).containsKey("state/weathervane.lock");
    }

    @Test
    void whatAnOlderVersionLeftOpenIsNarrowedAtTheStart() throws Exception {
        ServerProcess.serve(workspace).close();
        Path old = Files.createDirectories(workspace.resolve("experiments/mcp/upgrade/u-1/staging/lib"));
        Path program = Files.createFile(old.resolve("program"));
        Files.createFile(old.resolve("../../report.json").normalize());
        Files.createDirectories(workspace.resolve("state/incidents/20261129-1/deep"));
        Files.createFile(workspace.resolve("state/incidents/20261129-1/report.md"));
        run(new ProcessBuilder("chmod", "-R", "a+rwX", workspace.toString()));

        try (ServerProcess server = ServerProcess.serve(workspace)) {
            assertThat(server.health().path("code").asInt()).isEqualTo(200);
            assertThat(entries("state", ".codex", "experiments"))
                    .allSatisfy((path, entry) -> assertThat(entry.mode() & 0077)
                            .as(path)
                            .satisfies(others -> assertThat(others != 0).isEqualTo(path.contains("staging/"))));
        }
        assertThat(mode(program)).as("what a build made is not changed").isEqualTo(0666);
        assertThat(mode(workspace)).as("nor is the workspace itself").isEqualTo(0777);
    }

    @Test
    void othersWorkBesideOursIsLeftAsItIs() throws Exception {
        Path theirs = Files.createDirectories(workspace.resolve(".codex/prompts"));
        open(workspace.resolve(".codex"));
        open(theirs);

        ServerProcess.serve(workspace).close();

        assertThat(mode(theirs)).isEqualTo(0755);
        assertThat(mode(workspace.resolve(".codex"))).isEqualTo(0755);
        assertThat(mode(workspace.resolve(".codex/sessions"))).isEqualTo(FOLDER);
    }

    @Tag("essential")
    @Test
    void anotherUserCanOpenNothingAndSoLockNothing() throws Exception {
        assumeThat(OtherUser.isPossible()).isTrue();
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            for (String path : entries("state", ".codex").keySet()) {
                Ended read = run(new ProcessBuilder(OtherUser.command(List.of(
                        "sh",
                        "-c",
                        "exec 3<\"$1\"",
                        "sh",
                        workspace.resolve(path).toString()))));
                assertThat(read.exitCode()).as(path + " " + read.text()).isNotZero();
            }
            assertThat(server.health().path("status").asString("")).isEqualTo("ok");
        }
    }

    @Tag("essential")
    @Test
    void anothersWorkspaceIsRefusedInWords() throws Exception {
        assumeThat(OtherUser.isPossible()).isTrue();
        ServerProcess.serve(workspace).close();

        Ended server = run(new ProcessBuilder(OtherUser.command(ServerProcess.serving(workspace))));
        Ended rollback = run(new ProcessBuilder(
                OtherUser.command(ServerProcess.weathervane("rollback", "--workspace", workspace.toString()))));

        assertThat(server.text()).contains("belongs to root", "sudo -u root");
        assertThat(server.exitCode()).isEqualTo(2);
        assertThat(rollback.text()).contains("belongs to root", "sudo -u root");
        assertThat(rollback.exitCode()).isNotZero();
    }

    @Test
    void rootUsesAnothersWorkspaceAndLeavesItToItsOwner() throws Exception {
        assumeThat(OtherUser.isPossible()).isTrue();
        OtherUser.own(workspace);
        List<String> asOwner = OtherUser.command(ServerProcess.serving(workspace));
        ServerProcess first = ServerProcess.start(new ProcessBuilder(asOwner));
        first.operate("worker_start_canary", "{\"release\": \"next\"}");
        first.operate("worker_promote", "{\"reason\": \"x\", \"confirm\": true}");
        first.kill();
        Files.delete(workspace.resolve("state/weathervane.lock"));

        Ended rollback =
                run(new ProcessBuilder(ServerProcess.weathervane("rollback", "--workspace", workspace.toString())));
        assertThat(rollback.exitCode()).as(rollback.text()).isZero();
        assertOwnedByOther();
        try (ServerProcess byRoot = ServerProcess.serve(workspace)) {
            byRoot.operate("kill_switch_engage", "{\"reason\": \"x\"}");
            byRoot.operate("evidence_collect", "{}");
            assertOwnedByOther();
            Ended call = run(new ProcessBuilder(OtherUser.command(
                    ServerProcess.weathervane("call", "monitor_status", "--workspace", workspace.toString()))));
            assertThat(call.exitCode())
                    .as("the owner may speak to it: " + call.text())
                    .isZero();
        }
        assertOwnedByOther();
        try (ServerProcess again = ServerProcess.start(new ProcessBuilder(asOwner))) {
            assertThat(again.health().path("killSwitch").asString("")).isEqualTo("engaged");
        }
    }

    @Test
    void rootIsLedByNoLinkOfTheOwnerToItsOwnFiles() throws Exception {
        assumeThat(OtherUser.isPossible()).isTrue();
        Path rootsFile = Files.writeString(folder.resolve("file"), "root's");
        Path lock = workspace.resolve("state/weathervane.lock");
        Files.createDirectory(lock.getParent());
        OtherUser.own(workspace);
        run(new ProcessBuilder(OtherUser.command(List.of("ln", "-s", rootsFile.toString(), lock.toString()))));

        Ended server = run(new ProcessBuilder(ServerProcess.serving(workspace)));
        Ended rollback =
                run(new ProcessBuilder(ServerProcess.weathervane("rollback", "--workspace", workspace.toString())));

        assertThat(server.text()).contains("nothing was changed", "rm " + lock);
        assertThat(server.exitCode()).isEqualTo(2);
        assertThat(rollback.text()).contains("nothing was changed", "rm " + lock);
        assertThat(rollback.exitCode()).isNotZero();
        assertThat(rootsFile).hasContent("root's");
        assertThat(mode(lock.getParent())).as("nothing was narrowed").isEqualTo(0755);
    }

    @Test
    void rootCopiesNothingOfItsOwnIntoTheOwnersEvidence() throws Exception {
        assumeThat(OtherUser.isPossible()).isTrue();
        Path rootsFile = Files.writeString(folder.resolve("file"), "only-root-reads-this");
        OtherUser.own(workspace);
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            Path config = workspace.resolve("weathervane.yaml");
            run(new ProcessBuilder(OtherUser.command(List.of("ln", "-sf", rootsFile.toString(), config.toString()))));
            server.operate("evidence_collect", "{}");
        }
        Map<String, LiveFolder.Entry> evidence = entries("state/incidents");
        assertThat(evidence).hasSizeGreaterThan(2);
        for (Map.Entry<String, LiveFolder.Entry> file : evidence.entrySet()) {
            assertThat(file.getValue().isFolder() ? "" : Files.readString(workspace.resolve(file.getKey())))
                    .as(file.getKey())
                    .doesNotContain("only-root-reads-this");
        }
    }

    @Test
    void theOperatorsGroupSharesTheStateAndNobodyElseDoes() throws Exception {
        assumeThat(OtherUser.isPossible()).isTrue();
        int group = (int) Files.getAttribute(Path.of("/var/mail"), "unix:gid");
        assumeThat(Files.getAttribute(Path.of("/var/mail"), "unix:group").toString())
                .isEqualTo("mail");
        ServerProcess.configure(workspace, "server: {operatorsGroup: mail}", "stable", "next");
        List<String> call = ServerProcess.weathervane(
                "call", "kill_switch_engage", "--reason", "x", "--workspace", workspace.toString());

        try (ServerProcess server = ServerProcess.start(withUmask("077", ServerProcess.serving(workspace)))) {
            Ended stranger = run(new ProcessBuilder(OtherUser.command(call)));
            Ended operator = run(new ProcessBuilder(OtherUser.commandIn(group, call)));
            server.operate("evidence_collect", "{}");

            assertThat(stranger.exitCode()).isNotZero();
            assertThat(stranger.text()).contains("belongs to root", "sudo -u root", "server.operatorsGroup");
            assertThat(operator.exitCode()).as(operator.text()).isZero();
            assertEventually(new String[] {"state", ".codex"}, (path, entry) -> {
                assertThat(entry.mode()).as(path).isEqualTo(entry.isFolder() ? 02770 : 0660);
                assertThat(entry.group()).as(path).isEqualTo(group);
            });
        }
        Ended verify = run(new ProcessBuilder(OtherUser.commandIn(
                group, ServerProcess.weathervane("audit", "verify", "--workspace", workspace.toString()))));
        assertThat(verify.exitCode()).as(verify.text()).isZero();
    }

    @Test
    void aGroupThatIsNotThereIsNamed() throws Exception {
        ServerProcess.configure(workspace, "server: {operatorsGroup: nosuchgroup}", "stable");

        Ended ended = run(new ProcessBuilder(ServerProcess.serving(workspace)));

        assertThat(ended.text()).contains("server.operatorsGroup", "there is no group nosuchgroup");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    @Test
    void aProcessThatMerelyHoldsTheLockIsNamed() throws Exception {
        assumeThat(Files.isReadable(Path.of("/proc/locks"))).isTrue();
        ServerProcess.serve(workspace).kill();
        try (FileChannel stranger =
                FileChannel.open(workspace.resolve("state/weathervane.lock"), StandardOpenOption.READ)) {
            assertThat(stranger.lock(0, Long.MAX_VALUE, /* shared= */ true).isShared())
                    .isTrue();
            String named = "process " + ProcessHandle.current().pid() + " (user " + System.getProperty("user.name");

            Ended server = run(new ProcessBuilder(ServerProcess.serving(workspace)));
            Ended rollback =
                    run(new ProcessBuilder(ServerProcess.weathervane("rollback", "--workspace", workspace.toString())));

            assertThat(server.text()).contains(named, "is not the server", "which is gone");
            assertThat(server.exitCode()).isEqualTo(1);
            assertThat(rollback.text()).contains(named, "nothing was changed");
        }
    }

    private void assertPrivate(String... tops) throws IOException {
        assertThat(entries(tops))
                .allSatisfy(
                        (path, entry) -> assertThat(entry.mode()).as(path).isEqualTo(entry.isFolder() ? FOLDER : FILE));
    }

    private void assertOwnedByOther() throws IOException {
        assertEventually(
                new String[] {"state", ".codex"},
                (path, entry) -> assertThat(entry.owner()).as(path).isEqualTo(OtherUser.UID));
    }

    /** A new file is its maker's alone for a moment, until it is given to those whom its folder is for. */
    private void assertEventually(String[] tops, BiConsumer<String, LiveFolder.Entry> holds) throws IOException {
        try {
            Await.until("all is given to whom it is for", Duration.ofSeconds(20), () -> holds(tops, holds));
        } catch (AssertionError e) {
            assertThat(entries(tops)).allSatisfy(holds);
            throw e;
        }
    }

    private boolean holds(String[] tops, BiConsumer<String, LiveFolder.Entry> holds) throws IOException {
        try {
            assertThat(entries(tops)).allSatisfy(holds);
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    private Map<String, LiveFolder.Entry> entries(String... tops) throws IOException {
        TreeMap<String, LiveFolder.Entry> entries = new TreeMap<>();
        for (String top : tops) {
            LiveFolder.entries(workspace.resolve(top))
                    .forEach((path, entry) ->
                            entries.put(workspace.relativize(path).toString(), entry));
        }
        return entries;
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    private static void open(Path path) throws IOException {
        Files.setAttribute(path, "unix:mode", 0755);
    }

    private static ProcessBuilder withUmask(String umask, List<String> command) {
        List<String> all = new ArrayList<>(List.of("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh"));
        all.addAll(command);
        return new ProcessBuilder(all);
    }

    private static Ended run(ProcessBuilder program) throws IOException, InterruptedException {
        Process process = program.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), text);
    }
}

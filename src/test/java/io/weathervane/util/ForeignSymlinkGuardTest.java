package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a link in another user's folder makes a process do. What needs two users is tried where the tests run as root. */
class ForeignSymlinkGuardTest {
    private static final int ROOT = 0;
    private static final int ME = 1000;
    private static final int OTHER = 65534;
    private static final String CONTENT = "root's\n";

    @TempDir
    private Path folder;

    private Path roots;
    private Path rootsFile;
    private Path others;

    @BeforeEach
    void makeFolders() throws IOException {
        folder = folder.toRealPath();
        roots = Files.createDirectory(folder.resolve("roots"));
        rootsFile = Files.writeString(roots.resolve("file"), CONTENT);
        others = Files.createDirectory(folder.resolve("others"));
    }

    @ParameterizedTest(name = "user {0}, folder of {1}, link of {2} to what is of {3}: {4}")
    @CsvSource({
        "1000, 1000, 1000, 1000, true",
        "1000, 1000, 1000, 0, true",
        "1000, 0, 0, 65534, true",
        "1000, 65534, 1000, 1000, true",
        "1000, 1000, 65534, 1000, false",
        "1000, 1000, 65534, 65534, true",
        "0, 0, 0, 65534, true",
        "0, 0, 65534, 0, false",
        "0, 65534, 65534, 0, false",
        "0, 65534, 65534, 1000, false",
        "0, 65534, 0, 0, false",
        "0, 65534, 65534, 65534, true",
    })
    void anothersLinkIsFollowedOnlyToWhatIsTheirs(int self, int in, int link, int target, boolean may) {
        assertThat(ForeignSymlinkGuard.mayFollow(self, in, link, Optional.of(target)))
                .isEqualTo(may);
    }

    @Test
    void anothersLinkToWhatIsMissingIsNotFollowed() {
        assertThat(ForeignSymlinkGuard.mayFollow(ROOT, OTHER, OTHER, Optional.empty()))
                .isFalse();
        assertThat(ForeignSymlinkGuard.mayFollow(ME, ME, ME, Optional.empty())).isTrue();
    }

    @Test
    void ownLinksToFoldersAndFilesAreFollowed() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), roots);
        Path file = Files.createSymbolicLink(others.resolve("file"), rootsFile);

        assertThat(PrivateFiles.createFolders(link.resolve("new"))).isDirectory();
        PrivateFiles.write(file, "x".getBytes(StandardCharsets.UTF_8));

        assertThat(rootsFile).hasContent("x");
    }

    @Test
    void rootWritesThroughNoLinkOfAnotherUser() throws IOException {
        assumeRoot();
        Path link = give(Files.createSymbolicLink(others.resolve("weathervane.lock"), rootsFile));
        give(others);

        assertRefused(() -> PrivateFiles.open(link, StandardOpenOption.WRITE).close(), link);
        assertRefused(() -> PrivateFiles.write(link, new byte[0]), link);
        assertRefused(() -> PrivateFiles.createIfMissing(link), link);
        assertRefused(() -> PrivateFiles.requireOwn(link), link);
    }

    @Test
    void rootMakesNothingInAFolderBehindALinkOfAnotherUser() throws IOException {
        assumeRoot();
        Path link = give(Files.createSymbolicLink(others.resolve("analytics"), roots));
        give(others);

        assertRefused(() -> PrivateFiles.createFolders(link.resolve("deep/er")), link);
        assertRefused(() -> PrivateFiles.createFolders(link), link);
        assertRefused(() -> AtomicFiles.replace(link.resolve("file"), new byte[0]), link);
        assertThat(roots).isDirectoryNotContaining("glob:**/deep");
    }

    @Test
    void rootMakesNothingWhereALinkOfAnotherUserIsToEnd() throws IOException {
        assumeRoot();
        Path link = give(Files.createSymbolicLink(others.resolve("pending.journal"), roots.resolve("made")));
        give(others);

        assertRefused(() -> PrivateFiles.open(link, StandardOpenOption.WRITE).close(), link);
        assertThat(roots.resolve("made")).doesNotExist();
    }

    @Test
    void rootWritesToNoSecondNameOfAnothersFile() throws IOException {
        assumeRoot();
        Path name = Files.createLink(others.resolve("telemetry.jsonl"), rootsFile);
        give(others);

        assertRefused(() -> PrivateFiles.write(name, new byte[0]), name);
    }

    @Test
    void rootWritesInAnothersFolderAndBehindTheirLinkToWhatIsTheirs() throws IOException {
        assumeRoot();
        Path disk = give(Files.createDirectory(folder.resolve("disk")));
        Path link = give(Files.createSymbolicLink(others.resolve("state"), disk));
        give(others);

        PrivateFiles.write(PrivateFiles.createFolders(link.resolve("analytics")).resolve("a"), new byte[] {'x'});
        try (FileChannel again = PrivateFiles.open(link.resolve("analytics/a"), StandardOpenOption.APPEND)) {
            assertThat(again.size()).isEqualTo(1);
        }

        assertThat(Files.getAttribute(disk.resolve("analytics/a"), "unix:uid")).isEqualTo(OTHER);
    }

    @Test
    void aFolderThatIsSwappedForRootsIsNoticedWhenItIsOpened() throws IOException {
        assumeRoot();
        Path file = Files.writeString(others.resolve("file"), "x");
        give(others);

        try (FileChannel opened = UntrustedFolderFileOpener.open(file, StandardOpenOption.WRITE)) {
            assertThat(opened.size()).isEqualTo(1);
        }

        assertThatThrownBy(() -> UntrustedFolderFileOpener.open(rootsFile, StandardOpenOption.WRITE))
                .isInstanceOf(AccessDeniedException.class);
        Files.delete(file);
        Files.createSymbolicLink(file, rootsFile);
        assertThatThrownBy(() -> UntrustedFolderFileOpener.open(file, StandardOpenOption.WRITE))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state",
                "state/analytics",
                "state/incidents",
                ".codex",
                ".codex/sessions",
                "experiments",
                "experiments/mcp/upgrade"
            })
    void aWorkspaceWhoseFolderLeadsToRootsIsRefusedBeforeAnythingChanges(String name) throws IOException {
        assumeRoot();
        Files.setAttribute(roots, "unix:mode", 0755);
        link(name, roots);

        assertThatThrownBy(() -> Workspace.in(others).create())
                .isInstanceOf(WorkspaceException.class)
                .hasMessageContainingAll(
                        "nothing was changed", others.resolve(name).toString(), "rm ", "sudo -u ");

        assertThat((int) Files.getAttribute(roots, "unix:mode") & 07777).isEqualTo(0755);
        assertThat(roots.toFile().list()).containsExactly("file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state/weathervane.lock",
                "state/orchestrator.db",
                "state/orchestrator.db-wal",
                "state/pending.journal",
                "state/analytics/rollback_audit.jsonl",
                "state/analytics/.worker_manager.json.new"
            })
    void aWorkspaceWhoseFileLeadsToRootsIsRefusedBeforeAnythingChanges(String name) throws IOException {
        assumeRoot();
        link(name, rootsFile);

        assertThatThrownBy(() -> Workspace.in(others))
                .isInstanceOf(WorkspaceException.class)
                .hasMessageContainingAll(
                        "nothing was changed", others.resolve(name).toString());

        assertThat(rootsFile).hasContent(CONTENT.strip());
    }

    @Test
    void aLinkOfAnotherUserToAWorkspaceOfRootIsRefused() throws IOException {
        assumeRoot();
        Path link = give(Files.createSymbolicLink(others.resolve("workspace"), roots));
        give(others);

        assertThatThrownBy(() -> Workspace.in(link))
                .isInstanceOf(WorkspaceException.class)
                .hasMessageContaining(link.toString());
    }

    private static void assumeRoot() {
        assumeThat(OsUser.isRoot()).isTrue();
    }

    private void link(String name, Path target) throws IOException {
        Path link = others.resolve(name);
        Files.createDirectories(link.getParent());
        give(Files.createSymbolicLink(link, target));
        for (Path above = link.getParent(); above.startsWith(others); above = above.getParent()) {
            give(above);
        }
    }

    private static Path give(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", OTHER, LinkOption.NOFOLLOW_LINKS);
        return path;
    }

    private interface Action {
        void run() throws IOException;
    }

    private void assertRefused(Action action, Path link) {
        assertThatThrownBy(action::run)
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContainingAll(link.toString(), "rm ");
        assertThat(rootsFile).hasContent(CONTENT.strip());
    }
}

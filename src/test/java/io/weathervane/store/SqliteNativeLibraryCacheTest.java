package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weathervane.testing.OtherUser;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteNativeLibraryCacheTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void closeToOthers() throws Exception {
        mode("rwx------");
    }

    @Test
    void isUnpackedOnceAndKept() throws Exception {
        Path first = SqliteNativeLibraryCache.keptIn(folder).orElseThrow();
        Object written = Files.readAttributes(first, "unix:ino").get("ino");

        Path second = SqliteNativeLibraryCache.keptIn(folder).orElseThrow();

        assertThat(second).isEqualTo(first);
        assertThat(Files.readAttributes(second, "unix:ino")).containsEntry("ino", written);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(first);
        }
    }

    @Test
    void aTornOrChangedFileIsReplaced() throws Exception {
        Path file = SqliteNativeLibraryCache.keptIn(folder).orElseThrow();
        byte[] right = Files.readAllBytes(file);

        byte[] changed = right.clone();
        changed[right.length / 2]++;
        Files.write(file, changed);
        assertThat(SqliteNativeLibraryCache.keptIn(folder)).contains(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(right);

        Files.write(file, new byte[7]);
        assertThat(SqliteNativeLibraryCache.keptIn(folder)).contains(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(right);
    }

    @Test
    void aLinkInItsPlaceIsNotFollowed() throws Exception {
        Path file = SqliteNativeLibraryCache.keptIn(folder).orElseThrow();
        Path elsewhere = Files.move(file, folder.resolve("elsewhere"));
        Files.createSymbolicLink(file, elsewhere);

        assertThat(SqliteNativeLibraryCache.keptIn(folder)).contains(file);
        assertThat(Files.isSymbolicLink(file)).isFalse();
    }

    @Test
    void aFileThatOthersMayWriteToIsReplaced() throws Exception {
        Path file = SqliteNativeLibraryCache.keptIn(folder).orElseThrow();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertThat(SqliteNativeLibraryCache.keptIn(folder)).contains(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aFileOfAnotherUserIsReplaced() throws Exception {
        assumeTrue(OtherUser.isPossible(), "needs root");
        Path file = SqliteNativeLibraryCache.keptIn(folder).orElseThrow();
        Files.setAttribute(file, "unix:uid", OtherUser.UID);

        assertThat(SqliteNativeLibraryCache.keptIn(folder)).contains(file);

        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(0);
    }

    /** The umask is the process's, so it takes one of its own. */
    @Test
    void isNotOpenToOthersWhateverTheUmaskIs() throws Exception {
        Process unpacking = new ProcessBuilder(
                        "sh",
                        "-c",
                        "umask 000; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Unpacking.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(unpacking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(unpacking.waitFor()).as(said).isZero();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files)
                    .singleElement()
                    .satisfies(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }

    /** What a start does, in a process that has a umask of its own. */
    static final class Unpacking {
        private Unpacking() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println(
                    SqliteNativeLibraryCache.keptIn(Path.of(arguments[0])).orElseThrow());
        }
    }

    @Test
    void aFolderThatOthersMayWriteToIsNotUsed() throws Exception {
        mode("rwxrwx---");
        assertThat(SqliteNativeLibraryCache.keptIn(folder)).isEmpty();

        mode("rwx----w-");
        assertThat(SqliteNativeLibraryCache.keptIn(folder)).isEmpty();
    }

    private void mode(String permissions) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
    }
}

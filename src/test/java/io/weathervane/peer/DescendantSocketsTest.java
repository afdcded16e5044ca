package io.weathervane.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a folder made as the kernel makes {@code /proc}: the server is 10, its worker 11, a stranger 20. */
class DescendantSocketsTest {
    @TempDir
    private Path proc;

    @BeforeEach
    void processes() throws IOException {
        process(10, 1);
        holds(process(11, 10), "3", "socket:[77]");
        holds(proc.resolve("11"), "4", "pipe:[79]");
        holds(process(20, 1), "3", "socket:[78]");
    }

    @Test
    void namesTheSocketsOfDescendantsOnly() {
        assertThat(new DescendantSockets(proc).socketsOfDescendants(10)).containsExactly(77L);
    }

    @Test
    void doesNotTakeAWorkerForAStrangerWhenItsParentCannotBeRead() throws IOException {
        Files.delete(proc.resolve("11/stat"));
        Files.createDirectory(proc.resolve("11/stat"));

        assertThatThrownBy(() -> new DescendantSockets(proc).socketsOfDescendants(10))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void doesNotTakeAWorkersSocketForAStrangersWhenItsDescriptorsCannotBeRead() throws IOException {
        Files.move(proc.resolve("11/fd"), proc.resolve("11/old"));
        Files.createFile(proc.resolve("11/fd"));

        assertThatThrownBy(() -> new DescendantSockets(proc).socketsOfDescendants(10))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void doesNotTakeAllForStrangersWhenNoProcessCanBeListed() {
        assertThatThrownBy(() -> new DescendantSockets(proc.resolve("gone")).socketsOfDescendants(10))
                .isInstanceOf(UncheckedIOException.class);
    }

    private Path process(long pid, long parent) throws IOException {
        Path folder = Files.createDirectory(proc.resolve(String.valueOf(pid)));
        Files.writeString(folder.resolve("stat"), pid + " (a name) with ) S " + parent + " 1 1 0");
        Files.createDirectory(folder.resolve("fd"));
        return folder;
    }

    private static void holds(Path process, String descriptor, String target) throws IOException {
        Files.createSymbolicLink(process.resolve("fd").resolve(descriptor), Path.of(target));
    }
}

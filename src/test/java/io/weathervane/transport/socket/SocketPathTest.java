package io.weathervane.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.util.WorkspaceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketPathTest {
    @TempDir
    private Path folder;

    @Test
    void refusesAFolderThatOthersCanGetInto() throws IOException {
        Path state = longFolder();
        Path socket = SocketPath.of(state);
        Path shortFolder = Files.createDirectory(socket.getParent());
        try {
            Files.setPosixFilePermissions(shortFolder, PosixFilePermissions.fromString("rwxrwxrwx"));

            assertThatThrownBy(() -> SocketPath.prepareFolderOf(socket, state))
                    .isInstanceOf(WorkspaceException.class)
                    .hasMessageContaining(shortFolder.toString());
        } finally {
            Files.delete(shortFolder);
        }
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        assertThatThrownBy(() -> SocketPath.of(folder.resolve("missing"))).isInstanceOf(WorkspaceException.class);
    }

    @Test
    void liesInTheStateFolder() throws IOException {
        assertThat(SocketPath.of(folder)).isEqualTo(folder.toRealPath().resolve("weathervane.sock"));
    }

    @Test
    void isShortAndTheSameForEveryProcessWhenTheStateFolderIsDeep() throws IOException {
        Path state = longFolder();
        Path link = Files.createSymbolicLink(folder.resolve("link"), state);

        Path socket = SocketPath.of(state);

        assertThat(socket.toString()).hasSizeLessThanOrEqualTo(SocketPath.PATH_BYTES_MAX);
        assertThat(SocketPath.of(link)).isEqualTo(socket);
        assertThat(SocketPath.of(Files.createDirectory(state.resolve("other")))).isNotEqualTo(socket);
    }

    private Path longFolder() throws IOException {
        return Files.createDirectories(folder.resolve("deep".repeat(20)).resolve("deeper".repeat(10)));
    }
}

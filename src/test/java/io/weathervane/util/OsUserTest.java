package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who runs this process. */
class OsUserTest {
    @TempDir
    private Path folder;

    @Test
    void isWhoOwnsWhatThisProcessMakes() throws IOException {
        assertThat(OsUser.name())
                .isEqualTo(
                        Files.getOwner(Files.createFile(folder.resolve("mine"))).getName());
    }
}

package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteAheadLogSyncTest {
    @TempDir
    Path folder;

    @Test
    void doesNotSayThatACommitAfterTheCloseIsOnDisk() throws IOException {
        WriteAheadLogSync log = WriteAheadLogSync.open(Files.createFile(folder.resolve("a.db-wal")));
        long before = log.committed();
        log.close();
        long after = log.committed();

        assertThatCode(() -> log.sync(before)).doesNotThrowAnyException();
        assertThatThrownBy(() -> log.sync(after)).isInstanceOf(IOException.class);
        assertThatCode(log::close).as("a second close").doesNotThrowAnyException();
    }

    @Test
    void anInterruptDoesNotCloseIt() throws IOException {
        try (WriteAheadLogSync log = WriteAheadLogSync.open(Files.createFile(folder.resolve("a.db-wal")))) {
            Thread.currentThread().interrupt();
            log.sync(log.committed());
            assertThat(Thread.interrupted()).isTrue();

            assertThatCode(() -> log.sync(log.committed())).doesNotThrowAnyException();
        }
    }

    @Test
    void refusesALogThatIsNotThere() {
        assertThatThrownBy(() -> WriteAheadLogSync.open(folder.resolve("none")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("none");
    }
}

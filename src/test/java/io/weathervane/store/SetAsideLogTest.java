package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.util.FileStamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetAsideLogTest {
    @TempDir
    Path folder;

    private Path database;
    private Path log;
    private SetAsideLog setAside;

    @BeforeEach
    void aDatabaseWithItsLog() throws IOException {
        database = Files.writeString(folder.resolve("a.db"), "the first database");
        log = Files.writeString(folder.resolve("a.db-wal"), "its newest changes");
        Files.writeString(folder.resolve("a.db-shm"), "index of the log");
        setAside = new SetAsideLog(database);
    }

    @Test
    void anotherDatabaseAtThePathGetsNoLogOfItsPredecessor() throws IOException {
        FileStamp first = FileStamp.read(database);
        Files.move(database, folder.resolve("moved.db"));
        Files.writeString(database, "a restored backup");

        setAside.setAside(first);
        setAside.bringBack();

        assertThat(log).doesNotExist();
        assertThat(folder.resolve("a.db-shm")).doesNotExist();
        assertThat(folder.resolve("a.db.replaced-wal")).hasContent("its newest changes");
    }

    @Test
    void theVeryDatabaseGetsItsLogBack() throws IOException {
        FileStamp first = FileStamp.read(database);
        Files.move(database, folder.resolve("moved.db"));
        setAside.setAside(first);

        Files.move(folder.resolve("moved.db"), database);
        setAside.bringBack();

        assertThat(log).hasContent("its newest changes");
    }

    @Test
    void aDatabaseThatWasChangedMeanwhileDoesNotGetItsLogBack() throws IOException {
        FileStamp first = FileStamp.read(database);
        setAside.setAside(first);
        Files.writeString(database, "the first database, changed by another program");

        setAside.bringBack();

        assertThat(log).doesNotExist();
    }

    @Test
    void aLogThatIsThereIsNotReplaced() throws IOException {
        setAside.setAside(FileStamp.read(database));
        Files.writeString(log, "of the one who opened it meanwhile");

        setAside.bringBack();

        assertThat(log).hasContent("of the one who opened it meanwhile");
    }
}

package io.weathervane.store;

import io.weathervane.util.FileStamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write-ahead log of a database that was taken away. A log belongs to the database it was written for, but SQLite would
 * replay it into any other that stands at the same path: a restored backup would be damaged by the log of its predecessor.
 * So it is set aside, and brought back when the very database is back. To be called while no connection is open.
 */
final class SetAsideLog {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);

    private final Path database;

    /** The database whose log was set aside, as it was then. */
    private Optional<FileStamp> owner = Optional.empty();

    SetAsideLog(Path database) {
        this.database = database;
    }

    /** @param lastSound the database that wrote the log, as it was when it was last found sound */
    void setAside(FileStamp lastSound) throws IOException {
        Files.move(log(), aside(), StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(beside("-shm"));
        owner = Optional.of(lastSound);
        LOG.warn("the log of the replaced database was set aside file={}", aside());
    }

    /** Brings the log back when its database is back, untouched: the log has its newest changes. */
    void bringBack() throws IOException {
        boolean untouched =
                owner.isPresent() && SqliteConnections.stampOf(database).equals(owner);
        if (untouched && !Files.exists(log()) && Files.exists(aside())) {
            Files.move(aside(), log());
            owner = Optional.empty();
            LOG.warn("the database is back, and its log with it file={}", database);
        }
    }

    private Path log() {
        return beside("-wal");
    }

    private Path aside() {
        return beside(".replaced-wal");
    }

    private Path beside(String ending) {
        return database.resolveSibling(database.getFileName() + ending);
    }
}

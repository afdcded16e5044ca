package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weathervane.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other programs, full disks and hasty operators do to the file while it is open. */
class SqliteFaultsTest {
    private static final Duration BUSY_TIMEOUT = Duration.ofMillis(300);
    private static final long SIZE_LIMIT = 256 * 1024;
    private static final List<List<String>> NOTES =
            List.of(List.of("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"));

    @TempDir
    Path folder;

    private Path file;
    private Path backup;
    private SqliteDatabase database;

    @BeforeEach
    void open() throws Exception {
        file = folder.resolve("orchestrator.db");
        backup = folder.resolve("backup.db");
        database = SqliteDatabase.open(file, new StoreOptions(BUSY_TIMEOUT, SIZE_LIMIT));
        database.migrate("notes", NOTES);
        add("in the backup");
        Sqlite3.run(file, "VACUUM INTO '" + backup + "'");
        add("after the backup");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aTableLockedByAnotherProgramIsBusyAndThenFreeAgain() throws Exception {
        try (Connection other = Sqlite3.connect(file);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");

            assertFails(StoreException.Kind.BUSY, () -> add("locked out"));
            assertThat(texts()).containsExactly("in the backup", "after the backup");

            statement.execute("ROLLBACK");
        }
        add("free again");
        assertThat(texts()).endsWith("free again");
    }

    /** The write in front may itself wait for the other program: that one is the reason. */
    @Test
    void namesTheOtherProgramToAWriterBehindAnotherOfOurs() throws Exception {
        assertThat(SqliteErrorMapper.behindAnotherWrite(file, BUSY_TIMEOUT))
                .hasMessageContaining("another write of this process")
                .hasMessageNotContaining("another program");
        assumeTrue(Sqlite3.isInstalled() && Files.isReadable(Path.of("/proc/locks")), "nothing tells who holds a lock");

        Process holder = Sqlite3.holdLock(file);
        try {
            assertThat(SqliteErrorMapper.behindAnotherWrite(file, BUSY_TIMEOUT))
                    .hasMessageContaining("another program holds the lock on " + file + ": process " + holder.pid())
                    .hasMessageContaining("sqlite3")
                    .hasMessageNotContaining("of this process");
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    @Test
    void aWriterWaitsForALockThatIsShorterThanTheTimeout() throws Exception {
        try (SqliteDatabase patient = SqliteDatabase.open(file, StoreOptions.defaults());
                Connection other = Sqlite3.connect(file);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");
            Thread writer =
                    new Thread(() -> patient.write(sql -> sql.update("INSERT INTO notes (text) VALUES ('patient')")));
            writer.start();
            Await.until("the writer waits inside SQLite", () -> writer.getState() == Thread.State.RUNNABLE);
            statement.execute("ROLLBACK");
            writer.join();
        }
        assertThat(texts()).endsWith("patient");
    }

    @Test
    void aDeletedFileIsMissingAndNeverMadeAnew() throws Exception {
        deleteAll();

        assertFails(StoreException.Kind.MISSING, () -> add("to nowhere"));
        assertFails(StoreException.Kind.MISSING, this::texts);
        assertFails(StoreException.Kind.MISSING, database::dataVersion);
        assertFails(StoreException.Kind.MISSING, database::checkReadable);
        assertThat(file).doesNotExist();
    }

    @Test
    void aDatabasePutBackIsOpenedAgain() throws Exception {
        long before = database.dataVersion();
        deleteAll();
        assertFails(StoreException.Kind.MISSING, this::texts);

        Files.copy(backup, file);

        database.checkReadable();
        assertThat(texts()).containsExactly("in the backup");
        assertThat(database.dataVersion()).isNotEqualTo(before);
        add("goes on");
        assertThat(texts()).containsExactly("in the backup", "goes on");
    }

    @Test
    void aDatabaseMovedOverTheFileIsNotDamagedByTheOldLog() throws Exception {
        Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);

        assertThat(texts()).containsExactly("in the backup");
        add("goes on");
        assertThat(texts()).containsExactly("in the backup", "goes on");
        assertThat(folder.resolve("orchestrator.db.replaced-wal")).exists();
    }

    @Test
    void anEmptyFileInItsPlaceIsDamageAndStaysAsItIs() throws Exception {
        deleteAll();
        Files.createFile(file);

        assertFails(StoreException.Kind.CORRUPT, this::texts);
        assertFails(StoreException.Kind.CORRUPT, () -> add("x"));
        assertThat(file).isEmptyFile();
    }

    @Test
    void garbageInItsPlaceIsDamageUntilADatabaseIsBack() throws Exception {
        Path garbage = Files.writeString(folder.resolve("garbage"), "garbage ".repeat(5000));
        Files.move(garbage, file, StandardCopyOption.REPLACE_EXISTING);

        assertFails(StoreException.Kind.CORRUPT, this::texts);
        assertFails(StoreException.Kind.CORRUPT, () -> add("x"));
        Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);

        assertThat(texts()).containsExactly("in the backup");
    }

    @Test
    void theDatabaseThatWasTakenAwayComesBackWithItsNewestChanges() throws Exception {
        Sqlite3.run(file, "PRAGMA wal_checkpoint(TRUNCATE)");
        add("only in the log");
        Path away = Files.move(file, folder.resolve("away.db"));
        Files.writeString(file, "garbage ".repeat(5000));
        assertFails(StoreException.Kind.CORRUPT, this::texts);
        assertFails(StoreException.Kind.CORRUPT, this::texts);

        Files.move(away, file, StandardCopyOption.REPLACE_EXISTING);

        assertThat(texts()).containsExactly("in the backup", "after the backup", "only in the log");
    }

    @Test
    void garbageWrittenOverTheFileInPlaceIsNoticed() throws Exception {
        Sqlite3.run(file, "PRAGMA wal_checkpoint(TRUNCATE)");
        assertThat(texts()).hasSize(2);
        Files.writeString(file, "garbage ".repeat(5000), StandardOpenOption.TRUNCATE_EXISTING);

        assertFails(StoreException.Kind.CORRUPT, database::checkReadable);
        assertFails(StoreException.Kind.CORRUPT, () -> add("x"));
        Files.write(file, Files.readAllBytes(backup));
        assertThat(texts()).containsExactly("in the backup");
    }

    @Test
    void aFileCutToNothingInPlaceIsNoticed() throws Exception {
        Sqlite3.run(file, "PRAGMA wal_checkpoint(TRUNCATE)");
        Files.write(file, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);

        assertFails(StoreException.Kind.CORRUPT, () -> add("x"));
        assertThat(file).isEmptyFile();
    }

    @Test
    void aFileCutToItsFirstPageInPlaceIsNoticed() throws Exception {
        Sqlite3.run(file, "PRAGMA wal_checkpoint(TRUNCATE)");
        assertThat(texts()).hasSize(2);
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 4096), StandardOpenOption.TRUNCATE_EXISTING);

        assertFails(StoreException.Kind.CORRUPT, database::checkReadable);
        assertFails(StoreException.Kind.CORRUPT, () -> add("x"));
    }

    @Test
    void garbageInPlaceIsRepairedWhenTheWriteAheadLogHasEveryPage() throws Exception {
        Files.writeString(file, "garbage ".repeat(5000), StandardOpenOption.TRUNCATE_EXISTING);

        assertThat(texts()).containsExactly("in the backup", "after the backup");
        add("goes on");
        assertThat(Sqlite3.text(file, "PRAGMA integrity_check")).isEqualTo("ok");
    }

    @Test
    void garbageInPlaceIsDamageWhenTheWriteAheadLogHasOnlySomePages() throws Exception {
        Sqlite3.run(file, "PRAGMA wal_checkpoint(TRUNCATE)");
        add("in the log");
        Files.writeString(file, "garbage ".repeat(5000), StandardOpenOption.TRUNCATE_EXISTING);

        assertFails(StoreException.Kind.CORRUPT, this::texts);
        assertFails(StoreException.Kind.CORRUPT, () -> add("x"));
    }

    @Test
    void aDatabaseOfSomebodyElseIsRefused() throws Exception {
        Path other = folder.resolve("other.db");
        Sqlite3.run(other, "CREATE TABLE songs (title)");
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

        assertFails(StoreException.Kind.CORRUPT, this::texts);
        Sqlite3.run(folder.resolve("app.db"), "PRAGMA application_id = 7", "CREATE TABLE songs (title)");
        assertThatThrownBy(() -> SqliteDatabase.open(folder.resolve("app.db"), StoreOptions.defaults()))
                .hasMessageContaining("belongs to another program");
    }

    @Test
    void aDeletedWriteAheadLogLosesNothing() throws Exception {
        Files.delete(folder.resolve("orchestrator.db-wal"));

        add("goes on");

        assertThat(texts()).containsExactly("in the backup", "after the backup", "goes on");
        assertThat(Sqlite3.text(file, "SELECT count(*) FROM notes")).isEqualTo("3");
    }

    @Test
    void aFullStoreRefusesAndServesReadsAndRecovers() throws Exception {
        assertFails(StoreException.Kind.FULL, () -> {
            for (int i = 0; i < 100; i++) {
                add("x".repeat(10_000));
            }
        });
        int kept = texts().size();

        assertFails(StoreException.Kind.FULL, () -> add("y".repeat(10_000)));
        assertThat(texts()).hasSize(kept);
        database.write(sql -> sql.update("DELETE FROM notes"));
        add("room again");
        assertThat(texts()).containsExactly("room again");
    }

    @Test
    void aReadOnlyStoreSaysSoAndIsTriedAnew() throws Exception {
        assertFails(
                StoreException.Kind.READ_ONLY,
                () -> database.write(sql -> {
                    sql.update("PRAGMA query_only = ON");
                    return sql.update("INSERT INTO notes (text) VALUES ('x')");
                }));

        add("writable again");
        assertThat(texts()).endsWith("writable again");
    }

    @Test
    void aDamagedPageIsReportedAndTheBackupTakenUp() throws Exception {
        add("z".repeat(20_000));
        Sqlite3.run(file, "PRAGMA wal_checkpoint(TRUNCATE)");
        database.close();
        damageSecondPage();
        database = SqliteDatabase.open(file, new StoreOptions(BUSY_TIMEOUT, SIZE_LIMIT));

        assertFails(
                StoreException.Kind.CORRUPT,
                () -> database.read(
                        sql -> sql.query("SELECT * FROM schema_versions, notes", row -> row.text("component"))));
        assertFails(StoreException.Kind.CORRUPT, database::checkReadable);
        Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);

        assertThat(texts()).containsExactly("in the backup");
    }

    private void damageSecondPage() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 4096; i < bytes.length; i++) {
            bytes[i] = (byte) 0xa5;
        }
        Files.write(file, bytes);
    }

    private void deleteAll() throws IOException {
        for (String end : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(folder.resolve("orchestrator.db" + end));
        }
    }

    private void add(String text) {
        database.write(sql -> sql.update("INSERT INTO notes (text) VALUES (?)", text));
    }

    private List<String> texts() {
        return database.read(sql -> sql.query("SELECT text FROM notes ORDER BY id", row -> row.text("text")));
    }

    private interface Act {
        void run() throws Exception;
    }

    private static void assertFails(StoreException.Kind kind, Act act) {
        assertThatThrownBy(act::run)
                .isInstanceOf(StoreException.class)
                .extracting(e -> ((StoreException) e).kind())
                .isEqualTo(kind);
    }
}

package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.testing.Await;
import io.weathervane.testing.UnsafeCharacters;
import io.weathervane.util.Ticker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What has happened is written in order, once, whatever the database does meanwhile and whatever process dies. */
final class DeferredWritesTest {
    private static final String KIND = "note";

    /** A tenth of a server's pause. */
    private static final Duration PACE = Duration.ofMillis(35);

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final NextExternalCommitPredictor others = new NextExternalCommitPredictor(nanos::get);
    private SqliteDatabase database;

    @BeforeEach
    void open() {
        database = opened();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theJournalHasNothingThatSteersATerminalAndLosesNothing() throws Exception {
        String body = JsonMapper.shared()
                .writeValueAsString(JsonMapper.shared().createObjectNode().put("reason", UnsafeCharacters.ALL));
        whileLocked("IMMEDIATE", () -> {
            note(body);
            Await.until("it is kept", () -> database.deferredWrites().lag().kept() == 1);
            UnsafeCharacters.assertNoneIn(journal());
            database.close();
        });

        database = opened();

        assertThat(JsonMapper.shared()
                        .readTree(database.deferredWrites().left(KIND).get(0))
                        .path("reason")
                        .asString())
                .isEqualTo(UnsafeCharacters.ALL);
    }

    /** The transaction stands, so the unit must not come twice, and is not said to be written before the disk has it. */
    @Test
    void writesAUnitOnceWhenTheDiskFailsAfterItsCommit() throws Exception {
        note("first");
        Await.until("it is written", () -> notes().equals(List.of("first")));
        database.writeAheadLog().close();

        note("second");

        Await.until("it is written", () -> notes().size() > 1);
        Await.until("it is on disk", () -> database.deferredWrites().lag().waiting() == 0);
        assertThat(notes()).containsExactly("first", "second");
    }

    @Test
    void isOnDiskAtOnceWhenNothingIsInTheWay() {
        WriteReceipt one = note("one");
        assertThat(one.within(Duration.ofSeconds(60))).isTrue();
        assertThat(one.promptly()).isTrue();

        assertThat(notes()).containsExactly("one");
        assertThat(database.deferredWrites().lag().degraded()).isFalse();
    }

    @Test
    void handsOverAtOnceWhileAnotherProgramHoldsTheLockAndWritesInOrderWhenItIsGone() throws Exception {
        whileLocked("EXCLUSIVE", () -> {
            long begun = System.nanoTime();
            List<WriteReceipt> receipt =
                    IntStream.range(0, 200).mapToObj(i -> note("n" + i)).toList();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
            Await.until(
                    "the lag is noticed", () -> database.deferredWrites().lag().degraded());

            assertThat(receipt.get(0).promptly()).isFalse();
            assertThat(database.deferredWrites().lag().notes().get(0))
                    .startsWith("the database cannot be written: ")
                    .contains("200 changes wait");
        });

        Await.until("all is written", () -> database.deferredWrites().lag().waiting() == 0);
        assertThat(notes())
                .isEqualTo(IntStream.range(0, 200).mapToObj(i -> "n" + i).toList());
        assertThat(database.deferredWrites().lag().notes()).isEmpty();
    }

    @Test
    void isSafeFromACrashWhileTheLockIsHeldAlsoWhenItComesDuringAPause() throws Exception {
        whileLocked("EXCLUSIVE", () -> {
            note("one");
            Await.until("it is kept", () -> database.deferredWrites().lag().kept() == 1);

            WriteReceipt second = note("two");

            assertThat(second.safely()).isTrue();
            assertThat(second.isDone()).isFalse();
            assertThat(new PendingJournal(database.file()).read()).hasSize(2);
        });
        Await.until("all is written", () -> database.deferredWrites().lag().waiting() == 0);
        assertThat(notes()).containsExactly("one", "two");
    }

    @Test
    void isNotHeldUpByAPatientWriterOfThisProcess() throws Exception {
        AtomicReference<String> patient = new AtomicReference<>("");
        Thread writer = new Thread(() -> patient.set(database.write(
                sql -> {
                    sql.update("INSERT INTO notes (text) VALUES ('patient')");
                    return "written";
                },
                Duration.ofMinutes(1))));
        whileLocked("EXCLUSIVE", () -> {
            writer.start();
            Await.until("it waits inside SQLite", () -> writer.getState() == Thread.State.RUNNABLE);

            note("late");

            Await.until("it is kept", () -> database.deferredWrites().lag().kept() == 1);
            assertThat(database.deferredWrites().lag().notes().get(0)).contains("another program holds the lock");
        });
        writer.join();
        Await.until("all is written", () -> database.deferredWrites().lag().waiting() == 0);
        assertThat(patient.get()).isEqualTo("written");
        assertThat(notes()).containsExactlyInAnyOrder("patient", "late");
    }

    @Test
    void noticesALockAlsoWhileNothingIsToBeWritten() throws Exception {
        database.deferredWrites().catchUp();
        whileLocked("IMMEDIATE", () -> {
            Await.until(
                    "the lock is noticed", () -> database.deferredWrites().lag().degraded());
        });
        Await.until("it is gone", () -> !database.deferredWrites().lag().degraded());
    }

    @Test
    void refusesWhatNeedsTheDatabaseWhileSomethingWaits() throws Exception {
        whileLocked("IMMEDIATE", () -> {
            note("waits");

            assertThatThrownBy(() -> database.deferredWrites().requireWritten())
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("earlier changes are not written yet");
        });
        Await.until("all is written", () -> database.deferredWrites().lag().waiting() == 0);
        database.deferredWrites().requireWritten();
    }

    @Test
    void theNextServerWritesWhatThisOneCouldNotInOrderAndOnce() throws Exception {
        assertThat(note("before").within(Duration.ofSeconds(60))).isTrue();
        whileLocked("EXCLUSIVE", () -> {
            note("one");
            note("two");
            database.close();
        });

        database = opened();
        assertThat(database.deferredWrites().left(KIND)).containsExactly("one", "two");
        database.deferredWrites().catchUp();
        assertThat(notes()).containsExactly("before", "one", "two");
        assertThat(database.deferredWrites().left(KIND)).isEmpty();
    }

    @Test
    void doesNotWriteTwiceWhatADeadServerWroteAndHadNoTimeToForget() throws Exception {
        AtomicReference<String> id = new AtomicReference<>();
        whileLocked("IMMEDIATE", () -> {
            note("one");
            Await.until("it is kept", () -> database.deferredWrites().lag().kept() == 1);
            id.set(new PendingJournal(database.file()).read().get(0).id());
            database.close();
        });
        sql("INSERT INTO notes (text) VALUES ('one')");
        sql("CREATE TABLE IF NOT EXISTS late_writes (id TEXT PRIMARY KEY)");
        sql("INSERT INTO late_writes (id) VALUES ('" + id.get() + "')");

        database = opened();
        database.deferredWrites().catchUp();

        assertThat(notes()).containsExactly("one");
        assertThat(database.deferredWrites().left(KIND)).isEmpty();
    }

    @Test
    void passesOverALineThatADyingServerLeftUnfinished() throws Exception {
        whileLocked("IMMEDIATE", () -> {
            note("whole");
            Await.until("it is kept", () -> database.deferredWrites().lag().kept() == 1);
            database.close();
        });
        Files.writeString(journal(), "\n8badf00d\tx\tnote\tto", StandardOpenOption.APPEND);

        database = opened();
        database.deferredWrites().catchUp();

        assertThat(notes()).containsExactly("whole");
    }

    @Test
    void keepsRoomForAFullDiskInAFileOfItsOwner() throws Exception {
        database.deferredWrites().catchUp();

        Await.until(
                "there is room", () -> Files.exists(journal()) && Files.size(journal()) == PendingJournal.ROOM_BYTES);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(journal())))
                .isEqualTo("rw-------");
    }

    @Test
    void takesTheRoomLaterWhenItCannotBeTakenAtFirst() throws Exception {
        Files.createSymbolicLink(journal(), journal().resolveSibling("nowhere").resolve("file"));
        database.deferredWrites().catchUp();
        Await.until(
                "the database was looked at without room",
                () -> database.deferredWrites().lag().waiting() == 0);
        Files.delete(journal());

        Await.until(
                "there is room", () -> Files.exists(journal()) && Files.size(journal()) == PendingJournal.ROOM_BYTES);
    }

    @Test
    void leavesOutOnlyWhatMayBeAndCountsIt() throws Exception {
        whileLocked("IMMEDIATE", () -> {
            note("decision");
            for (int i = 0; i < DeferredQueue.BATCHES_MAX + 5; i++) {
                database.deferredWrites().submitUneventful(List.of(new DeferredRecord(KIND, "check " + i)));
            }
            note("last");

            assertThat(database.deferredWrites().lag().leftOut()).isEqualTo(7);
            assertThat(database.deferredWrites().waiting(KIND, Duration.ZERO))
                    .contains("decision", "last", "check 7")
                    .doesNotContain("check 6");
            assertThat(database.deferredWrites().lag().notes())
                    .anyMatch(note -> note.startsWith("7 records of uneventful"));
        });
    }

    @Test
    void whatIsUneventfulWaitsForAPauseOfOtherProgramsAndIsNoLag() throws Exception {
        aRowOfOthers();

        WriteReceipt check = database.deferredWrites().submitUneventful(List.of(new DeferredRecord(KIND, "check")));

        assertThat(check.within(Duration.ofMillis(150))).isFalse();
        assertThat(check.promptly()).isFalse();
        assertThat(database.deferredWrites().lag().degraded()).isFalse();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        Await.until("the pause is used", check::isDone);
    }

    @Test
    void whatIsPutOffComesBeforeWhatIsNot() {
        aRowOfOthers();
        database.deferredWrites().submitUneventful(List.of(new DeferredRecord(KIND, "check")));

        assertThat(note("decision").within(Duration.ofSeconds(20))).isTrue();

        assertThat(notes()).containsExactly("check", "decision");
    }

    @Test
    void whatIsPutOffIsWrittenForThoseWhoNeedIt() {
        aRowOfOthers();
        WriteReceipt check = database.deferredWrites().submitUneventful(List.of(new DeferredRecord(KIND, "check")));

        database.deferredWrites().requireWritten();

        assertThat(check.isDone()).isTrue();
    }

    @Test
    void whatIsPutOffIsWrittenAtTheEnd() {
        aRowOfOthers();
        database.deferredWrites().submitUneventful(List.of(new DeferredRecord(KIND, "check")));

        database.close();

        database = opened();
        assertThat(notes()).containsExactly("check");
    }

    @Test
    void whatIsUneventfulIsWrittenTogether() {
        Map<String, SqlTransaction> transactions = new ConcurrentHashMap<>();
        database.deferredWrites().register("counted", (sql, body) -> transactions.put(body, sql));
        aRowOfOthers();
        for (int i = 0; i < 20; i++) {
            database.deferredWrites().submitUneventful(List.of(new DeferredRecord("counted", "check " + i)));
        }

        database.deferredWrites().requireWritten();

        assertThat(transactions).hasSize(20);
        assertThat(new HashSet<>(transactions.values())).hasSizeLessThan(4);
    }

    /** Its last commit was a while ago, and its end is still to come, until the time is moved. */
    private void aRowOfOthers() {
        others.nothingSince(nanos.get());
        others.seenSince(nanos.get());
        others.nothingSince(nanos.get());
        others.seenSince(nanos.get());
        nanos.addAndGet(Duration.ofMillis(200).toNanos());
    }

    @Test
    void aRecordThatIsRefusedByItselfDoesNotKeepTheOthersForEver() {
        database.deferredWrites().register("bad", (sql, body) -> sql.update("INSERT INTO no_such_table VALUES (1)"));
        database.deferredWrites().submit(List.of(new DeferredRecord("bad", "{}")));
        note("good");

        Await.until("the good one is written", () -> notes().contains("good"));
        Await.until("it waits no more", () -> database.deferredWrites().lag().waiting() == 1);
    }

    private WriteReceipt note(String text) {
        return database.deferredWrites().submit(List.of(new DeferredRecord(KIND, text)));
    }

    private SqliteDatabase opened() {
        SqliteDatabase opened = SqliteDatabase.open(
                folder.resolve("orchestrator.db"),
                new StoreOptions(Duration.ofSeconds(5), 1 << 30, PACE),
                others,
                Ticker.system());
        opened.migrate("test", List.of(List.of("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")));
        opened.deferredWrites().register(KIND, (sql, body) -> write(sql, body));
        return opened;
    }

    private static void write(SqlTransaction sql, String body) throws SQLException {
        sql.update("INSERT INTO notes (text) VALUES (?)", body);
    }

    private Path journal() {
        return folder.resolve(PendingJournal.NAME);
    }

    private List<String> notes() {
        return database.read(
                sql -> new ArrayList<>(sql.query("SELECT text FROM notes ORDER BY id", row -> row.text("text"))));
    }

    /** Does it while another program holds the lock. */
    private void whileLocked(String how, Act act) throws Exception {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database.file());
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN " + how);
            act.run();
        }
    }

    private interface Act {
        void run() throws Exception;
    }

    private void sql(String statement) throws SQLException {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("orchestrator.db"));
                Statement plain = other.createStatement()) {
            plain.execute(statement);
        }
    }
}

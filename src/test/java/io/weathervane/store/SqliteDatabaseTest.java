package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.testing.Await;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest {
    private static final List<List<String>> NOTES =
            List.of(List.of("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"));

    @TempDir
    Path folder;

    private SqliteDatabase database;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("state/a b?c%20.db"), StoreOptions.defaults());
        database.migrate("notes", NOTES);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aThrowUndoesAllOfAWrite() {
        assertThatThrownBy(() -> database.write(sql -> {
                    sql.update("INSERT INTO notes (text) VALUES ('lost')");
                    throw new IllegalArgumentException("changed my mind");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(texts()).isEmpty();
        add("kept");
        assertThat(texts()).containsExactly("kept");
    }

    @Test
    void aChangeThatTheDiskDoesNotTakeStandsAndIsToldOfAsOneThatStands() throws Exception {
        AtomicBoolean told = new AtomicBoolean();
        database.writeAheadLog().close();

        boolean result = database.write(sql -> {
            sql.afterCommit(() -> told.set(true));
            return sql.update("INSERT INTO notes (text) VALUES ('one')") == 1;
        });

        assertThat(result).isTrue();
        assertThat(told).isTrue();
        assertThat(database.deferredWrites().lag().failure().orElse("")).contains("may not be on disk");
        Await.until(
                "the store is opened anew",
                () -> database.deferredWrites().lag().failure().isEmpty());
        long rows = database.read(sql -> sql.first("SELECT count(*) AS n FROM notes", row -> row.number("n")))
                .orElseThrow();
        assertThat(rows).isEqualTo(1);
    }

    @Test
    void manyReadsLeaveNoMoreStatementsOpenThanTheReadersKeep() throws Exception {
        add("one");
        long before = openStatements(); // also those of databases that other tests in this process have open
        for (int i = 0; i < 2_000; i++) {
            assertThat(texts()).containsExactly("one");
        }

        assertThat(openStatements() - before).isLessThan(500);
    }

    /** The driver has one such object for each statement that it was not told to close. */
    private static long openStatements() throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .filter(line -> line.contains(" org.sqlite.core.SafeStmtPtr"))
                .mapToLong(line -> Long.parseLong(line.strip().split("\\s+", -1)[1]))
                .sum();
    }

    @Test
    void aStatementThatDoesNotFitUndoesAllOfAWrite() {
        assertThatThrownBy(() -> database.write(sql -> {
                    sql.update("INSERT INTO notes (text) VALUES ('lost')");
                    return sql.update("INSERT INTO no_such_table VALUES (1)");
                }))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("no_such_table");

        assertThat(texts()).isEmpty();
    }

    @Test
    void refusesAWriteInsideAWrite() {
        assertThatThrownBy(() -> database.write(sql -> {
                    add("inner");
                    return true;
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("write inside a write");
    }

    @Test
    void refusesToWriteInARead() {
        assertThatThrownBy(() -> database.read(sql -> sql.update("INSERT INTO notes (text) VALUES ('x')")))
                .isInstanceOf(StoreException.class);
        assertThat(texts()).isEmpty();
    }

    @Test
    void refusesASqlWhoseTransactionIsOver() {
        List<SqlTransaction> kept = new ArrayList<>();
        database.write(kept::add);

        assertThatThrownBy(() -> kept.get(0).update("INSERT INTO notes (text) VALUES ('late')"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesAFileThatIsNotADatabase() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.txt"), "dear diary, ".repeat(1000));

        assertThatThrownBy(() -> SqliteDatabase.open(text, StoreOptions.defaults()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("not a SQLite database")
                .extracting(e -> ((StoreException) e).kind())
                .isEqualTo(StoreException.Kind.CORRUPT);
        assertThat(text).hasContent("dear diary, ".repeat(1000));
    }

    @Test
    void refusesTablesOfANewerRelease() {
        database.migrate("future", List.of(List.of("CREATE TABLE a (x)"), List.of("CREATE TABLE b (x)")));

        assertThatThrownBy(() -> database.migrate("future", List.of(List.of("CREATE TABLE a (x)"))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("newer release");
    }

    @Test
    void appliesEachMigrationOnce() {
        database.migrate("notes", List.of(NOTES.get(0), List.of("INSERT INTO notes (text) VALUES ('seed')")));
        database.migrate("notes", List.of(NOTES.get(0), List.of("INSERT INTO notes (text) VALUES ('seed')")));

        assertThat(texts()).containsExactly("seed");
    }

    @Test
    void aBriefWriteComputesWhileAnotherProgramWrites() throws Exception {
        List<Long> seen = new ArrayList<>();

        database.writeBriefly(
                sql -> {
                    long count = count(sql);
                    if (seen.isEmpty()) {
                        other("INSERT INTO notes (text) VALUES ('of another program')");
                    }
                    seen.add(count);
                    sql.updateLater("INSERT INTO notes (text) VALUES (?)", "after " + count);
                    return true;
                },
                StoreOptions.defaults().busyTimeout());

        assertThat(seen).as("run anew, on the state that it writes to").containsExactly(0L, 1L);
        assertThat(texts()).containsExactly("of another program", "after 1");
    }

    @Test
    void aBriefWriteTakesTheLockWhenOthersAreAlwaysFaster() throws Exception {
        List<Long> seen = new ArrayList<>();

        database.writeBriefly(
                sql -> {
                    long count = count(sql);
                    seen.add(count);
                    boolean last = seen.size() > 3;
                    if (!last) {
                        other("INSERT INTO notes (text) VALUES ('fast')");
                    }
                    sql.updateLater("INSERT INTO notes (text) VALUES (?)", "after " + count);
                    return true;
                },
                StoreOptions.defaults().busyTimeout());

        assertThat(seen).containsExactly(0L, 1L, 2L, 3L);
        assertThat(texts()).containsExactly("fast", "fast", "fast", "after 3");
    }

    @Test
    void whatWasPutOffIsThereForTheNextReadAndAtTheEnd() {
        long between = database.write(sql -> {
            sql.updateLater("INSERT INTO notes (text) VALUES ('one')");
            long count = count(sql);
            sql.updateLater("INSERT INTO notes (text) VALUES ('two')");
            return count;
        });

        assertThat(between).isEqualTo(1);
        assertThat(texts()).containsExactly("one", "two");
        assertThatThrownBy(() -> database.write(sql -> {
                    sql.updateLater("INSERT INTO no_such_table VALUES (1)");
                    return sql.update("INSERT INTO notes (text) VALUES ('lost')");
                }))
                .isInstanceOf(StoreException.class);
        assertThat(texts()).containsExactly("one", "two");
    }

    /** The lock is free while the disk is waited for, which the hooks come after. */
    @Test
    void aCommitIsOnDiskBeforeAnyoneHearsOfItAndTheLockIsFreeThen() {
        database.write(sql -> {
            sql.afterCommit(() -> assertThatCode(() -> other("INSERT INTO notes (text) VALUES ('meanwhile')"))
                    .doesNotThrowAnyException());
            return sql.update("INSERT INTO notes (text) VALUES ('first')");
        });

        assertThat(texts()).containsExactly("first", "meanwhile");
    }

    /** Without a busy time-out, as the runbook's plain line. */
    private void other(String statement) throws SQLException {
        Sqlite3.run(database.file(), "PRAGMA busy_timeout = 0", statement);
    }

    private static long count(SqlTransaction sql) throws SQLException {
        return sql.first("SELECT count(*) AS n FROM notes", row -> row.number("n"))
                .orElseThrow();
    }

    @Test
    void runsHooksAfterTheCommitAndOnlyThen() {
        List<String> seen = new ArrayList<>();

        database.write(sql -> {
            sql.afterCommit(() -> seen.addAll(texts()));
            sql.afterCommit(() -> {
                throw new IllegalStateException("a hook that fails");
            });
            sql.afterCommit(() -> add("by a hook"));
            sql.update("INSERT INTO notes (text) VALUES ('committed')");
            return seen.add("before");
        });
        assertThatThrownBy(() -> database.write(sql -> {
                    sql.afterCommit(() -> seen.add("of an undone transaction"));
                    throw new SQLException("undone");
                }))
                .isInstanceOf(StoreException.class);

        assertThat(seen).containsExactly("before", "committed");
        assertThat(texts()).containsExactly("committed", "by a hook");
    }

    @Test
    void theDataVersionMovesWithTheCommitsOfOtherProgramsOnly() throws Exception {
        long before = database.dataVersion();
        assertThat(database.dataVersion()).isEqualTo(before);

        add("ours");
        long afterOurs = database.dataVersion();
        Sqlite3.run(database.file(), "INSERT INTO notes (text) VALUES ('theirs')");

        assertThat(afterOurs).isEqualTo(before);
        assertThat(database.dataVersion()).isNotEqualTo(afterOurs);
        assertThat(texts()).containsExactly("ours", "theirs");
    }

    @Test
    void tellsChangesOfOtherProgramsFromItsOwn() throws Exception {
        add("ours");
        database.dataVersion();
        assertThat(database.outsideChanges().pauseFor(Duration.ofHours(1))).isTrue();

        other("INSERT INTO notes (text) VALUES ('theirs')");
        database.dataVersion();

        assertThat(database.outsideChanges().pauseFor(Duration.ofHours(1))).isFalse();
    }

    @Test
    void aStatementForManyRowsRunsOnceWithAllOfThemAsTheyAre() {
        String insert = "INSERT INTO notes (id, text) SELECT value ->> 0, value ->> 1 || ' ' || count(*) OVER ()"
                + " FROM json_each(?)";
        List<String> texts = List.of("\"quoted\"", "back\\slash, \\u0041", "line\n\u0001\u2028", "é😀");

        database.write(sql -> {
            for (int i = 0; i < texts.size(); i++) {
                sql.updateForEachLater(insert, (long) i, texts.get(i));
            }
            return true;
        });

        assertThat(texts()).isEqualTo(texts.stream().map(text -> text + " 4").toList());
    }

    @Test
    void triesBrieflyAndLeavesItWhenOthersAreAlwaysFaster() throws Exception {
        boolean written = database.tryBriefly(sql -> {
                    long count = count(sql);
                    other("INSERT INTO notes (text) VALUES ('fast')");
                    sql.updateLater("INSERT INTO notes (text) VALUES (?)", "after " + count);
                    return true;
                })
                .isPresent();

        assertThat(written).isFalse();
        assertThat(texts()).containsOnly("fast");
        assertThat(database.tryBriefly(SqliteDatabaseTest::count)).isPresent();
    }

    /** SQLite checkpoints after 1000 pages; the header then counts pages that only the write-ahead log has. */
    @Test
    void isSoundWhenAReaderHoldsUpACheckpointHalfWay() {
        int pages600 = 600 * 4096;
        add("a".repeat(pages600));
        database.read(sql -> {
            assertThat(sql.first("SELECT count(*) AS n FROM notes", row -> row.count("n")))
                    .contains(1);
            database.write(update -> update.update("UPDATE notes SET text = ?", "b".repeat(pages600)));
            return true;
        });

        assertThat(texts()).containsExactly("b".repeat(pages600));
    }

    @Test
    void closesTwiceAndRefusesWorkAfterwards() {
        database.close();
        database.close();

        assertThatThrownBy(this::texts).isInstanceOf(StoreException.class).hasMessageContaining("closed");
    }

    private void add(String text) {
        database.write(sql -> sql.update("INSERT INTO notes (text) VALUES (?)", text));
    }

    private List<String> texts() {
        return database.read(sql -> sql.query("SELECT text FROM notes ORDER BY id", row -> row.text("text")));
    }
}

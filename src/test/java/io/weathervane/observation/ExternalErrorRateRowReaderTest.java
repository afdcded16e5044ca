package io.weathervane.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.ExternalSnapshotRow;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.LogCapture;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalErrorRateRowReaderTest {
    private static final List<String> SERVICES = List.of("files", "search");

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration AGE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private SqliteDatabase database;
    private ExternalErrorRateRowReader rowReader;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("orchestrator.db"), StoreOptions.defaults());
        rowReader = new ExternalErrorRateRowReader(database, SnapshotRowScope.everyRow());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'lots', 1, '2026-11-23 12:00:00', NULL",
                "NULL, 1, '2026-11-23 12:00:00', NULL",
                "1.5, 1, '2026-11-23 12:00:00', NULL",
                "-0.1, 1, '2026-11-23 12:00:00', NULL",
                "9e999, 1, '2026-11-23 12:00:00', NULL",
                "x'00ff', 1, '2026-11-23 12:00:00', NULL",
                "0.5, 'many', '2026-11-23 12:00:00', NULL",
                "0.5, NULL, '2026-11-23 12:00:00', NULL",
                "0.5, -1, '2026-11-23 12:00:00', NULL",
                "0.5, 1.5, '2026-11-23 12:00:00', NULL",
                "0.5, 1, 'yesterday', NULL",
                "0.5, 1, NULL, NULL",
                "0.5, 1, '2026-11-23 14:00:00', NULL",
                "0.5, 1, '2026-11-23 12:00:00', 'some'",
                "0.5, 1, '2026-11-23 12:00:00', -5",
            })
    void ignoresARowThatMakesNoSenseAndTakesTheOneBefore(String bad) {
        insert("0.3, 2, '2026-11-23 11:59:50', NULL");
        insert(bad);

        assertThat(newest())
                .hasValueSatisfying(row -> assertThat(row.errorRate()).isEqualTo(0.3));
    }

    @Test
    void ofSeveralServicesEachHasItsOwnRowsAndTheFirstThoseThatNameNone() {
        ExternalErrorRateRowReader first =
                new ExternalErrorRateRowReader(database, SnapshotRowScope.ofService("files", () -> SERVICES));
        ExternalErrorRateRowReader other =
                new ExternalErrorRateRowReader(database, SnapshotRowScope.ofService("search", () -> SERVICES));
        insert("0.3, 2, '2026-11-23 11:59:50', NULL");

        assertThat(rate(first)).contains(0.3);
        assertThat(rate(other))
                .as("as the runbook's row, which names no service")
                .isEmpty();

        database.write(sql -> sql.update("INSERT INTO operations_snapshots (error_rate, failure_count, recorded_at,"
                + " service) VALUES (0.7, 9, '2026-11-23 11:59:55', 'search')"));

        assertThat(rate(other)).contains(0.7);
        assertThat(rate(first)).contains(0.3);
        assertThat(rate(rowReader)).as("an only service counts every row").contains(0.7);
    }

    @Test
    void aRowOfAServiceThatThereIsNotCountsForNoneAndIsNoted() {
        ExternalErrorRateRowReader first =
                new ExternalErrorRateRowReader(database, SnapshotRowScope.ofService("files", () -> SERVICES));
        database.write(sql -> sql.update("INSERT INTO operations_snapshots (error_rate, failure_count, recorded_at,"
                + " service) VALUES (0.7, 9, '2026-11-23 11:59:55', 'serach')"));

        assertThat(rate(first)).isEmpty();

        assertThat(first.notes())
                .containsExactly("operations_snapshots row 1 is ignored: there is no service \"serach\"; service is one"
                        + " of: files, search");
    }

    @Test
    void aTableMadeAnewWithoutTheColumnCountsForTheFirstServiceOnly() {
        ExternalErrorRateRowReader first =
                new ExternalErrorRateRowReader(database, SnapshotRowScope.ofService("files", () -> SERVICES));
        ExternalErrorRateRowReader other =
                new ExternalErrorRateRowReader(database, SnapshotRowScope.ofService("search", () -> SERVICES));
        database.write(sql -> sql.update("ALTER TABLE operations_snapshots DROP COLUMN service"));
        insert("0.3, 2, '2026-11-23 11:59:50', NULL");

        assertThat(rate(first)).contains(0.3);
        assertThat(rate(other)).isEmpty();
    }

    private static Optional<Double> rate(ExternalErrorRateRowReader reader) {
        return reader.newest(0, AGE, NOW).map(row -> row.errorRate());
    }

    @Test
    void takesTheNewestFreshRow() {
        insert("0.3, 2, '2026-11-23 11:59:50', NULL");
        insert("0.5, 10, '2026-11-23T11:59:59Z', 40");

        assertThat(newest()).contains(new ExternalSnapshotRow(2, 0.5, 10, OptionalLong.of(40)));
    }

    @Test
    void takesNoRowFromBeforeThePromotionAndNoStaleOne() {
        insert("0.5, 10, '2026-11-23 11:58:58', NULL");
        assertThat(newest()).isEmpty();

        insert("0.5, 10, '2026-11-23 11:58:59', NULL");
        assertThat(newest())
                .as("60 s, and a second for stamps without fractions")
                .isPresent();
        assertThat(rowReader.newest(database.read(rowReader::lastRowId), AGE, NOW))
                .isEmpty();
    }

    @Test
    void acceptsTheRunbooksStatement() {
        database.write(sql -> sql.update("INSERT INTO operations_snapshots (error_rate, failure_count, recorded_at)\n"
                + "VALUES (0.5, 10, datetime('now'));"));

        assertThat(rowReader.newest(0, AGE, Clock.systemUTC().instant()))
                .contains(new ExternalSnapshotRow(1, 0.5, 10, OptionalLong.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT OR REPLACE INTO operations_snapshots (id, error_rate, failure_count, recorded_at)"
                        + " VALUES (1, 0.9, 12, '2026-11-23 11:59:59')",
                "DELETE FROM operations_snapshots; INSERT INTO operations_snapshots (error_rate, failure_count,"
                        + " recorded_at) VALUES (0.9, 12, '2026-11-23 11:59:59')",
                "UPDATE operations_snapshots SET error_rate = 0.9, failure_count = 12,"
                        + " recorded_at = '2026-11-23 11:59:59'",
                "UPDATE operations_snapshots SET error_rate = 0.9, failure_count = 12",
            })
    void takesARowThatWasReplacedInPlaceSinceThePromotion(String statements) {
        insert("0.0, 0, '2026-11-23 11:50:00', NULL");
        long rowId = database.read(rowReader::lastRowId);
        assertThat(rowReader.newest(rowId, AGE, NOW)).as("as it was").isEmpty();

        for (String statement : statements.split(";", -1)) {
            database.write(sql -> sql.update(statement));
        }

        assertThat(rowReader.newest(rowId, AGE, NOW))
                .hasValueSatisfying(row -> assertThat(row.errorRate()).isEqualTo(0.9));
        assertThat(rowReader.newest(rowId, AGE, NOW.plusSeconds(30)))
                .as("the same row at the next look")
                .isPresent();
        assertThat(rowReader.newest(rowId, AGE, NOW.plusSeconds(90)))
                .as("no longer fresh")
                .isEmpty();
        assertThat(rowReader.notes()).isEmpty();
    }

    @Test
    void takesLocalTimeWhereThatIsWhatItCanMean() {
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
            long rowId = database.read(rowReader::lastRowId);
            rowReader.newest(rowId, AGE, NOW);
            insert("0.9, 12, '2026-11-23 06:59:59', NULL");

            assertThat(rowReader.newest(rowId, AGE, NOW)).isPresent();
            assertThat(rowReader.notes()).isEmpty();
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-22",
                "2026-11-24",
                "2026-11-23 03:00:00",
                "2026-11-23 15:00:00",
                "12:00:00",
                "1795435000",
                "1795435000000"
            })
    void saysOfANewRowWithATimeThatCannotBeMeantThatItIsIgnored(String stamp) {
        long rowId = database.read(rowReader::lastRowId);
        rowReader.newest(rowId, AGE, NOW);
        insert("0.9, 12, '" + stamp + "', NULL");

        assertThat(rowReader.newest(rowId, AGE, NOW)).isEmpty();

        assertThat(rowReader.notes()).singleElement().asString().contains("row 1 is ignored", "must be UTC", stamp);
    }

    @Test
    void takesADayWithoutATimeAsOfWhenItWasSeen() {
        insert("0.1, 0, '2026-11-23', NULL");
        long rowId = database.read(rowReader::lastRowId);
        assertThat(rowReader.newest(rowId, AGE, NOW)).as("from before").isEmpty();
        insert("0.9, 12, '2026-11-23', NULL");

        assertThat(rowReader.newest(rowId, AGE, NOW.plusSeconds(30)))
                .hasValueSatisfying(row -> assertThat(row.errorRate()).isEqualTo(0.9));
        assertThat(rowReader.newest(rowId, AGE, NOW.plusSeconds(80))).isPresent();
        assertThat(rowReader.newest(rowId, AGE, NOW.plusSeconds(120)))
                .as("no longer fresh")
                .isEmpty();
        assertThat(rowReader.notes()).isEmpty();
    }

    @Test
    void takesADayThatEndedWhileTheRowWaitedToBeSeen() {
        Instant midnight = Instant.parse("2026-11-24T00:00:02Z");
        long rowId = database.read(rowReader::lastRowId);
        rowReader.newest(rowId, AGE, midnight.minusSeconds(30));
        insert("0.9, 12, '2026-11-23', NULL");

        assertThat(rowReader.newest(rowId, AGE, midnight)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1795435190", "1795435190.25", "1795435190000", "2461367.9999"})
    void takesANumberThatIsATime(String stamp) {
        insert("0.9, 12, " + stamp + ", NULL");

        assertThat(newest()).isPresent();
    }

    @Test
    void saysOfEachProblemOfARowOnceAlsoWhenItsNumberIsUsedAgain() {
        try (LogCapture log = new LogCapture()) {
            for (String stamp : new String[] {"soon", "later", "later"}) {
                database.write(sql -> sql.update("DELETE FROM operations_snapshots"));
                insert("0.9, 12, '" + stamp + "', NULL");
                assertThat(newest()).isEmpty();
            }
            assertThat(log.messages())
                    .filteredOn(line -> line.contains("\"soon\""))
                    .hasSize(1);
            assertThat(log.messages())
                    .filteredOn(line -> line.contains("\"later\""))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3600, -3600})
    void noRowStaysFreshLongerBecauseTheClockWasStepped(int seconds) {
        insert("0.1, 0, '2026-11-23', NULL");
        long rowId = database.read(rowReader::lastRowId);
        rowReader.newest(rowId, AGE, NOW);
        database.write(sql -> sql.update("UPDATE operations_snapshots SET error_rate = 0.9"));
        assertThat(rowReader.newest(rowId, AGE, NOW.plusSeconds(1))).isPresent();

        Instant stepped = NOW.plusSeconds(2).plusSeconds(seconds);
        Optional<ExternalSnapshotRow> once = rowReader.newest(rowId, AGE, stepped);

        assertThat(once.isPresent()).isEqualTo(seconds < 0);
        assertThat(rowReader.newest(rowId, AGE, stepped.plusSeconds(90))).isEmpty();
    }

    @Test
    void aRowThatWasGoodAndIsOldNowIsNoProblem() {
        long rowId = database.read(rowReader::lastRowId);
        insert("0.1, 0, '2026-11-23 11:59:50', NULL");
        assertThat(rowReader.newest(rowId, AGE, NOW)).isPresent();

        assertThat(rowReader.newest(rowId, AGE, NOW.plusSeconds(52))).isEmpty();

        assertThat(rowReader.notes()).isEmpty();
    }

    @Test
    void anOldRowIsNoProblemAfterARestart() {
        insert("0.1, 0, '2026-11-23 11:00:00', NULL");

        assertThat(newest()).isEmpty();
        assertThat(newest()).isEmpty();

        assertThat(rowReader.notes()).isEmpty();
    }

    private void insert(String values) {
        database.write(
                sql -> sql.update("INSERT INTO operations_snapshots (error_rate, failure_count, recorded_at, requests)"
                        + " VALUES (" + values + ")"));
    }

    private Optional<ExternalSnapshotRow> newest() {
        return rowReader.newest(0, AGE, NOW);
    }
}

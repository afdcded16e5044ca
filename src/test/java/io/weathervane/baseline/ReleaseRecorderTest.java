package io.weathervane.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.ToolFailureMetric;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.FakeClock;
import io.weathervane.testing.FakeTicker;
import io.weathervane.worker.Role;
import io.weathervane.worker.ServiceName;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of releases in a real database. A restart is a new recorder over the same file, with counters that begin at 0. */
class ReleaseRecorderTest {
    private static final Optional<String> STABLE = Optional.of("stable");

    @TempDir
    Path folder;

    private final FakeClock clock = FakeClock.atNoon();
    private final FakeTicker ticker = new FakeTicker();
    private CountedWorkers workers = new CountedWorkers();
    private SqliteDatabase database;
    private ReleaseRecorder recorder;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(file(), new StoreOptions(Duration.ofMillis(100), 1L << 30));
        recorder = new ReleaseRecorder(database, ServiceName.DEFAULT, workers, clock, ticker);
        workers.activate("stable");
    }

    @AfterEach
    void close() {
        recorder.close();
        database.close();
    }

    private Path file() {
        return folder.resolve("orchestrator.db");
    }

    private void restart() {
        workers = new CountedWorkers();
        recorder = new ReleaseRecorder(database, ServiceName.DEFAULT, workers, clock, ticker);
    }

    private void restartWith(String label) {
        restart();
        workers.activate(label);
    }

    private void pass(Duration time) {
        clock.advance(time);
        ticker.advance(time);
    }

    /** Half a minute with these calls, and a round of the recorder. */
    private void serve(String tool, int calls, int failed) {
        pass(ReleaseRecorder.INTERVAL);
        workers.count(tool, calls, failed);
        recorder.work();
    }

    private BaselineRecord stable() {
        return recorder.ofActive(STABLE);
    }

    @Test
    void keepsWhatWasCountedOverARestartAndAddsWhatIsCountedSince() {
        serve("search", 150, 3);
        serve("fetch", 50, 0);
        BaselineRecord before = stable();

        restartWith("stable");
        recorder.work();
        BaselineRecord stored = stable();
        workers.count("search", 10, 1);

        assertThat(stored).isEqualTo(before);
        assertThat(stored.calls()).isEqualTo(new CallCounts(200, 3));
        assertThat(stored.known()).isTrue();
        assertThat(stored.latency()).isPresent();
        assertThat(stable().calls()).as("live calls are added at once").isEqualTo(new CallCounts(210, 4));
        assertThat(stable().tools())
                .containsEntry("search", new CallCounts(160, 4))
                .containsEntry("fetch", new CallCounts(50, 0));
    }

    @Test
    void keepsHowTheFailuresHangTogetherAndHowLongCallsTook() {
        for (int i = 0; i < 20; i++) {
            serve("search", 20, i % 5 == 0 ? 15 : 0);
        }
        BaselineRecord before = stable();

        restartWith("stable");
        recorder.work();

        assertThat(before.spread()).isGreaterThan(5);
        assertThat(stable().spread()).isEqualTo(before.spread());
        assertThat(stable().latency()).isEqualTo(before.latency()).isPresent();
        assertThat(stable().toolsThatWentWell())
                .hasEntrySatisfying(
                        "search",
                        p95 -> assertThat(p95.orElseThrow()).isBetween(Duration.ofMillis(10), Duration.ofMillis(12)));
    }

    @Test
    void withoutARecordSaysThatOnlyLimitsJudge() {
        recorder.work();

        assertThat(stable().calls()).isEqualTo(CallCounts.NONE);
        assertThat(stable().text()).isEqualTo("no record of the previous release stable: judged against limits only");
    }

    @Test
    void withTooSmallARecordSaysSo() {
        serve("search", 37, 1);

        assertThat(stable().text())
                .isEqualTo("too small a record of the previous release stable: judged against limits only;"
                        + " 1 of 37 calls (2.7%) failed in 1 min with calls, 100 calls are needed");
    }

    @Test
    void beforeTheRecordIsReadHasTheLiveCallsAndSaysSo() {
        serve("search", 150, 3);
        restartWith("stable");
        workers.count("search", 5, 0);

        assertThat(stable().calls()).isEqualTo(new CallCounts(5, 0));
        assertThat(stable().text()).contains("its record of earlier runs has not been read yet");
    }

    @Test
    void anotherProgramUnderTheSameNameHasNoRecord() {
        serve("search", 150, 3);
        restart();
        workers.activate("stable", "another argument");
        recorder.work();

        assertThat(stable().calls()).isEqualTo(CallCounts.NONE);
    }

    @Test
    void figuresWithoutToolErrorsAreNoRecordForThoseWithThem() {
        serve("search", 150, 0);
        restartWith("stable");
        workers.ignoreToolErrors();
        recorder.work();

        assertThat(stable().calls()).isEqualTo(CallCounts.NONE);
    }

    @Test
    void ofTwoPromotionsInARowTheSecondHasTheRecordOfTheFirst() {
        serve("search", 500, 50);
        workers.activate("v2");
        serve("search", 120, 1);

        assertThat(recorder.ofActive(Optional.of("v2")).calls()).isEqualTo(new CallCounts(120, 1));
        assertThat(recorder.ofActive(Optional.of("v2")).text()).startsWith("compared with the record of v2: 1 of 120");

        workers.activate("v3");
        serve("search", 30, 0);

        assertThat(recorder.ofActive(Optional.of("v3")).text())
                .startsWith("too small a record of the previous release v3: judged against limits only");
    }

    @Test
    void aReleaseThatIsActiveAgainHasItsOwnRecord() {
        serve("search", 200, 2);
        workers.activate("v2");
        serve("search", 300, 90);
        workers.activate("stable");
        serve("search", 10, 0);

        assertThat(stable().calls()).isEqualTo(new CallCounts(210, 2));
    }

    @Test
    void aReleaseThatARollbackBringsBackHasItsRecordAtOnce() {
        serve("search", 200, 2);
        workers.activate("v2");
        serve("search", 40, 40);
        workers.rollBack();
        workers.count("search", 3, 0);

        assertThat(stable().calls()).isEqualTo(new CallCounts(203, 2));
        assertThat(stable().source().lack()).isEmpty();
    }

    @Test
    void callsThatEndAfterTheSwitchBelongToTheReleaseThatHadThem() {
        serve("search", 100, 0);
        workers.activate("v2");
        workers.count(Role.PREVIOUS, "search", 7, 7);
        serve("search", 5, 0);
        workers.activate("stable");
        recorder.work();

        assertThat(stable().calls()).isEqualTo(new CallCounts(107, 7));
        assertThat(stable().source().served()).isEqualTo(ReleaseRecorder.INTERVAL);
    }

    @Test
    void countersThatBeginAnewLoseAndRepeatNothing() {
        serve("search", 100, 10);
        workers.activate("stable");
        serve("search", 40, 0);
        serve("search", 1, 1);

        assertThat(stable().calls()).isEqualTo(new CallCounts(141, 11));
    }

    @Test
    void keepsTheNewest24HoursWithCalls() throws SQLException {
        for (int hour = 0; hour < 30; hour++) {
            for (int part = 0; part < 4; part++) {
                pass(Duration.ofMinutes(15));
                workers.count("search", 1, hour < 6 ? 1 : 0);
                recorder.work();
            }
        }

        assertThat(stable().calls()).isEqualTo(new CallCounts(96, 0));
        assertThat(stable().source().served()).isEqualTo(Duration.ofHours(24));
        assertThat(rows("SELECT count(*) FROM release_records")).isEqualTo(2L * HourlyReleaseCallCounts.PERIODS_MAX);
        assertThat(stable().text()).contains("in 24.0 h with calls");
    }

    @Test
    void quietTimePushesNothingOut() {
        serve("search", 150, 3);
        for (int hour = 0; hour < 100; hour++) {
            pass(Duration.ofHours(1));
            recorder.work();
        }

        assertThat(stable().calls()).isEqualTo(new CallCounts(150, 3));
    }

    @Test
    void clockStepsNeitherLoseNorRepeatAnything() {
        serve("search", 100, 1);
        clock.advance(Duration.ofDays(2));
        serve("search", 100, 1);
        clock.advance(Duration.ofDays(-40));
        serve("search", 100, 1);
        restartWith("stable");
        recorder.work();

        assertThat(stable().calls()).isEqualTo(new CallCounts(300, 3));
        assertThat(stable().source().served()).isEqualTo(ReleaseRecorder.INTERVAL.multipliedBy(3));
    }

    @Test
    void whatIsOlderThanAWeekIsLeftOutAndSaidAndIsBackWhenTheClockIs() throws SQLException {
        serve("search", 150, 3);
        clock.advance(Duration.ofDays(8));
        restartWith("stable");
        serve("search", 20, 0);

        // The open period goes on, so its calls are new again; a record without new calls is old.
        restartWith("stable");
        clock.advance(Duration.ofDays(8));
        recorder.work();
        assertThat(stable().calls()).isEqualTo(CallCounts.NONE);
        assertThat(stable().text())
                .contains("judged against limits only", "170 calls of its record are older than 7 days");
        assertThat(rows("SELECT count(*) FROM release_records")).isPositive();

        clock.advance(Duration.ofDays(-8));
        assertThat(stable().calls()).isEqualTo(new CallCounts(170, 3));
    }

    @Test
    void keepsABoundedNumberOfReleasesAndTools() throws SQLException {
        for (int release = 0; release < ReleaseRecordStore.RELEASES_MAX + 4; release++) {
            workers.activate("v" + release);
            for (int tool = 0; tool < PeriodCallCounts.TOOLS_MAX + 10; tool++) {
                workers.count("tool" + tool, 1 + tool, 0);
            }
            serve("x".repeat(PeriodCallCounts.NAME_MAX + 1), 1, 0);
        }

        assertThat(rows("SELECT count(DISTINCT release) FROM release_records"))
                .isEqualTo(ReleaseRecordStore.RELEASES_MAX);
        assertThat(rows("SELECT count(*) FROM release_records"))
                .isEqualTo((long) ReleaseRecordStore.RELEASES_MAX * (1 + PeriodCallCounts.TOOLS_MAX));
        assertThat(rows("SELECT count(*) FROM release_record_labels WHERE label = 'v0'"))
                .isZero();
        restartWith("v11");
        recorder.work();
        assertThat(recorder.ofActive(Optional.of("v11")).tools())
                .hasSize(PeriodCallCounts.TOOLS_MAX)
                .containsKey("tool73")
                .doesNotContainKey("tool0");
    }

    @Test
    void theSameReleaseOfTwoServicesHasTwoRecords() throws SQLException {
        serve("search", 900, 9);
        recorder.close();
        workers = new CountedWorkers();
        recorder = new ReleaseRecorder(database, new ServiceName("search"), workers, clock, ticker);
        workers.activate("stable");
        recorder.work();
        assertThat(stable().tools()).as("of the other service").isEmpty();
        serve("search", 100, 1);

        restartWith("stable");
        recorder.work();
        assertThat(stable().calls().calls()).as("of the default service").isEqualTo(900);
        assertThat(rows("SELECT count(*) FROM release_record_labels")).isEqualTo(2);
    }

    @Test
    void tablesOfTheFirstVersionAreTakenOver() throws SQLException {
        serve("search", 900, 9);
        recorder.close();
        execute("ALTER TABLE release_record_labels DROP COLUMN service");
        execute("DELETE FROM schema_versions WHERE component = 'release-records' AND version > 1");
        database.close();
        database = SqliteDatabase.open(file(), new StoreOptions(Duration.ofMillis(100), 1L << 30));

        restartWith("stable");
        recorder.work();
        serve("search", 100, 1);

        assertThat(stable().calls().calls()).isEqualTo(1000);
        assertThat(rows("SELECT count(*) FROM release_record_labels WHERE service = 'default'"))
                .isEqualTo(1);
    }

    @Test
    void aRefusalOfOneRunIsWeighedWithTheCallsOfAll() {
        serve("search", 900, 0);
        restartWith("stable");
        workers.count("search", 100, 0);
        workers.countRefused("search", 105, 5);
        recorder.work();

        assertThat(stable().tools())
                .containsEntry(ToolFailureMetric.SAME_ARGUMENTS.of("search"), new CallCounts(1005, 5));
    }

    @Test
    void aLockedDatabaseCostsNothingButTheRecordAndItIsSaid() throws SQLException {
        serve("search", 100, 1);
        try (Connection other = connect();
                Statement lock = other.createStatement()) {
            lock.execute("BEGIN IMMEDIATE");
            serve("search", 50, 0);

            assertThat(stable().calls()).isEqualTo(new CallCounts(150, 1));
            assertThat(recorder.notes())
                    .singleElement()
                    .asString()
                    .contains("the record of the release stable is not written since", "locked");
            lock.execute("ROLLBACK");
        }
        recorder.work();
        assertThat(recorder.notes()).isEmpty();

        restartWith("stable");
        recorder.work();
        assertThat(stable().calls()).isEqualTo(new CallCounts(150, 1));
    }

    @Test
    void aFullDatabaseCostsNothingButTheRecordAndItIsSaid() throws SQLException {
        serve("search", 100, 1);
        database.close();
        database = SqliteDatabase.open(file(), new StoreOptions(Duration.ofMillis(100), 4096));
        restartWith("stable");
        for (int tool = 0; tool < PeriodCallCounts.TOOLS_MAX; tool++) {
            workers.count("a tool with a long name " + "x".repeat(90) + tool, 100, 50);
        }
        recorder.work();

        assertThat(recorder.notes()).singleElement().asString().contains("is not written since", "full");
        assertThat(stable().calls().calls()).isEqualTo(100 + 100L * PeriodCallCounts.TOOLS_MAX);
    }

    @Test
    void aCorruptRowReadsAsNoRecordAndSaysSo() throws SQLException {
        for (String damage : new String[] {
            "UPDATE release_records SET detail = 'garbage' WHERE tool = ''",
            "UPDATE release_records SET detail = '{\"latency\":[1]}' WHERE tool = 'search'",
            "UPDATE release_records SET calls = -5 WHERE tool = ''",
            "UPDATE release_records SET failed = calls + 1 WHERE tool = 'search'",
            "UPDATE release_records SET calls = 9223372036854775807 WHERE tool = ''",
            "UPDATE release_records SET detail = '{\"latency\":[9999,1]}' WHERE tool = 'search'",
            "UPDATE release_records SET detail = '{' || char(34) || 'x' || hex(zeroblob(1000000))",
            "DELETE FROM release_records WHERE tool = ''"
        }) {
            serve("search", 150, 3);
            execute(damage);
            restartWith("stable");
            recorder.work();

            assertThat(stable().calls()).as(damage).isEqualTo(CallCounts.NONE);
            assertThat(stable().text())
                    .as(damage)
                    .contains("judged against limits only", "its stored record is corrupt (period 1");
            assertThat(recorder.notes()).as(damage).hasSize(1);

            serve("search", 40, 0);
            restartWith("stable");
            recorder.work();
            assertThat(stable().calls()).as("begun anew after " + damage).isEqualTo(new CallCounts(40, 0));
            assertThat(recorder.notes()).isEmpty();
            execute("DELETE FROM release_records");
            restartWith("stable");
            recorder.work();
        }
    }

    @Test
    void aRecordOfANewerServerIsNotTouched() throws SQLException {
        serve("search", 150, 3);
        execute("ALTER TABLE release_records RENAME COLUMN detail TO other");
        restartWith("stable");
        serve("search", 10, 0);

        assertThat(stable().calls()).isEqualTo(new CallCounts(10, 0));
        assertThat(recorder.notes()).singleElement().asString().contains("cannot be read");
        assertThat(rows("SELECT sum(calls) FROM release_records WHERE tool = ''"))
                .isEqualTo(150);
    }

    @Test
    void writesAtItsEndWhatWasCountedBeforeTheWorkersAreEnded() {
        recorder.start();
        workers.count("search", 120, 2);
        recorder.prepareToClose();
        workers.count("search", 50, 50); // cut off by the end of the server
        recorder.close();

        restartWith("stable");
        recorder.work();
        assertThat(stable().calls()).isEqualTo(new CallCounts(120, 2));
    }

    @Test
    void aPromotionSoonAfterTheStartWaitsForTheRecord() {
        serve("search", 150, 3);
        restartWith("stable");
        recorder.start();

        recorder.awaitRead();

        assertThat(stable().calls()).isEqualTo(new CallCounts(150, 3));
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    private void execute(String statement) throws SQLException {
        try (Connection connection = connect();
                Statement run = connection.createStatement()) {
            run.execute("PRAGMA busy_timeout = 5000");
            run.execute(statement);
        }
    }

    private long rows(String query) throws SQLException {
        try (Connection connection = connect();
                Statement run = connection.createStatement();
                ResultSet rows = run.executeQuery(query)) {
            return rows.getLong(1);
        }
    }
}

package io.weathervane.flags;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.Actor;
import io.weathervane.testing.Await;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several writers and readers at once. */
class FlagConcurrencyTest {
    private static final int ROUNDS = 40;
    private static final Actor DANA = new Actor("dana");

    @TempDir
    Path folder;

    private FlagsFixture fixture;
    private LiveFlags flags;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void start() {
        fixture = FlagsFixture.started(folder);
        flags = fixture.flags();
    }

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        fixture.close();
    }

    @Test
    void neverShowsHalfAChangeAndOnlyGrowsTheEpoch() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Future<Long>> readers = List.of(threads.submit(reader(over)), threads.submit(reader(over)));
        List<Future<?>> writers = List.of(
                threads.submit(() -> everyRound(i -> setTogether(i % 2 == 0 ? "1" : "0"))),
                threads.submit(() -> everyRound(i -> {
                    if (i % 4 == 1) {
                        flags.engage("round " + i, DANA, Optional.empty());
                    } else if (i % 4 == 3) {
                        flags.resetKillSwitch("round " + i, DANA, Optional.empty(), Optional.empty(), false);
                    }
                })),
                threads.submit(() -> everyRoundBySql(i ->
                        "UPDATE settings SET value = '" + (i % 2) + "' WHERE key IN ('UI_ENABLED', 'MO_ENGINE')")));
        for (Future<?> writer : writers) {
            writer.get(60, TimeUnit.SECONDS);
        }
        over.set(true);
        for (Future<Long> reader : readers) {
            assertThat(reader.get(60, TimeUnit.SECONDS)).isPositive();
        }

        fixture.awaitAdopted();
        Await.until(
                "memory agrees with the table",
                () -> flags.snapshot().effective().entrySet().stream()
                        .allMatch(flag -> fixture.row(flag.getKey()).equals(Optional.of(flag.getValue()))));
        assertHistoryIsAChain();
    }

    /** Two flags that are only ever written together, and the rule of the kill switch. */
    private Callable<Long> reader(AtomicBoolean over) {
        return () -> {
            long reads = 0;
            long epoch = 0;
            while (!over.get()) {
                FlagSnapshot snapshot = flags.snapshot();
                assertThat(snapshot.epoch()).isGreaterThanOrEqualTo(epoch);
                epoch = snapshot.epoch();
                assertThat(snapshot.value("UI_ENABLED")).isEqualTo(snapshot.value("MO_ENGINE"));
                if (snapshot.killSwitchEngaged()) {
                    assertThat(snapshot.effective()).isEqualTo(fixture.defaultsBut("DISABLE_NEW", "1"));
                }
                reads++;
            }
            return reads;
        };
    }

    private void setTogether(String value) {
        try {
            flags.set(Map.of("UI_ENABLED", value, "MO_ENGINE", value), DANA);
        } catch (FlagRefusedException e) {
            assertThat(e).hasMessageContaining("kill switch");
        }
    }

    private interface Round {
        void run(int i);
    }

    private static void everyRound(Round round) {
        for (int i = 0; i < ROUNDS; i++) {
            round.run(i);
        }
    }

    private interface Statement {
        String of(int i);
    }

    private Void everyRoundBySql(Statement statement) throws SQLException {
        try (Connection connection = fixture.sqlite.connect()) {
            DirectSql.execute(connection, "PRAGMA busy_timeout = 20000");
            for (int i = 0; i < ROUNDS; i++) {
                DirectSql.execute(connection, statement.of(i));
            }
        }
        return null;
    }

    /** Each change of a row begins with what the one before left: none is missing and none told twice. */
    private void assertHistoryIsAChain() {
        for (String key : List.of("UI_ENABLED", "MO_ENGINE", "DISABLE_NEW")) {
            List<FlagHistoryRow> rows = new ArrayList<>(flags.history(Optional.of(key), LiveFlags.HISTORY_MAX));
            for (int i = 0; i + 1 < rows.size(); i++) {
                assertThat(rows.get(i).from()).isEqualTo(rows.get(i + 1).to());
                assertThat(rows.get(i).audited()).isPresent();
            }
            assertThat(rows.get(0).to()).isEqualTo(fixture.row(key));
        }
    }

    @Test
    void letsTwoServersOnOneFileSeeEachOther() {
        FlagsFixture second = FlagsFixture.started(folder);
        try (second) {
            flags.set(Map.of("PROMPT_MODE", "verbose"), DANA);
            second.awaitFlag("PROMPT_MODE", "verbose");
            second.flags().engage("errors", DANA, Optional.empty());
            fixture.awaitFlag("DISABLE_NEW", "1");
            flags.resetKillSwitch("fixed", DANA, Optional.empty(), Optional.empty(), false);
            second.awaitFlag("PROMPT_MODE", "verbose");
        }
        assertThat(fixture.auditedChanges()).noneMatch(change -> change.endsWith("direct-sql"));
    }

    @Test
    void readsWithoutAllocating() {
        com.sun.management.ThreadMXBean threadsBean =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        readMany(20_000);

        long before = threadsBean.getCurrentThreadAllocatedBytes();
        int on = readMany(100_000);
        long allocated = threadsBean.getCurrentThreadAllocatedBytes() - before;

        assertThat(on).isEqualTo(100_000);
        assertThat(allocated).isLessThan(10_000);
    }

    private int readMany(int times) {
        int on = 0;
        for (int i = 0; i < times; i++) {
            on += flags.snapshot().isOn("RESEARCH_LAYER") ? 1 : 0;
        }
        return on;
    }
}

package io.weathervane.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.WatchState;
import io.weathervane.store.DeferredRecord;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.watch.WatchRecord.Baseline;
import io.weathervane.worker.ServiceName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches over several services in one database. */
class WatchStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    @TempDir
    private Path folder;

    private SqliteDatabase database;
    private WatchStore own;
    private WatchStore search;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("orchestrator.db"), StoreOptions.defaults());
        own = new WatchStore(database, ServiceName.DEFAULT, Clock.systemUTC());
        search = new WatchStore(database, new ServiceName("search"), Clock.systemUTC());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theNewestWatchOfAServiceIsNotThatOfAnother() {
        save(search, "p-1");
        save(own, "p-2");

        assertThat(search.newest().orElseThrow().promotionId()).isEqualTo("p-1");
        assertThat(own.newest().orElseThrow().promotionId()).isEqualTo("p-2");
    }

    @Test
    void aWatchWrittenLaterIsItsServicesWhicheverStoreWasMadeLast() {
        write(own.deferred(watch("p-1")));

        assertThat(own.newest()).contains(watch("p-1"));
        assertThat(search.newest()).isEmpty();
    }

    @Test
    void whatAServerOfAnEarlierVersionLeftInItsJournalIsTheDefaultServices() {
        write(new DeferredRecord("watch", StoredWatchText.of(watch("p-1"))));

        assertThat(own.newest()).contains(watch("p-1"));
        assertThat(search.newest()).isEmpty();
    }

    @Test
    void manyPromotionsOfOneServiceForgetNoneOfAnother() {
        save(search, "p-old");
        for (int number = 0; number < 230; number++) {
            save(own, "p-" + number);
        }

        assertThat(search.newest()).isPresent();
        Optional<Long> kept =
                database.read(sql -> sql.first("SELECT count(*) AS n FROM monitor_watches", row -> row.number("n")));
        assertThat(kept).contains(201L);
    }

    private void write(DeferredRecord record) {
        assertThat(database.deferredWrites().submit(List.of(record)).within(Duration.ofSeconds(20)))
                .isTrue();
    }

    private void save(WatchStore store, String promotion) {
        database.write(sql -> {
            store.save(sql, watch(promotion), NOW);
            return true;
        });
    }

    private static WatchRecord watch(String promotion) {
        WatchState state = WatchState.begin(promotion, "canary", BaselineRecord.none(), MonitorPresets.DEFAULT, NOW);
        return new WatchRecord(state, Optional.of("stable"), Baseline.zero(0));
    }
}

package io.weathervane.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.audit.AuditLog;
import io.weathervane.event.EventBus;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlagDatabasePollerTest {
    @TempDir
    Path folder;

    @Test
    void showsEveryHalfMinuteThatItPolls() {
        AtomicLong nanos = new AtomicLong();
        FlagsFixture fixture = new FlagsFixture(folder);
        try (SqliteDatabase database = SqliteDatabase.open(fixture.file, StoreOptions.defaults())) {
            FlagStore store = new FlagStore(
                    database, new AuditLog(database, fixture.clock), FlagCatalog.builtIn(), fixture.clock);
            FlagCache cache = new FlagCache(store.start(), new EventBus(), fixture.clock);
            FlagDatabasePoller poller =
                    new FlagDatabasePoller(store, cache, new EventBus(), fixture.clock, nanos::get, FlagsFixture.QUICK);
            poller.start();
            try (poller) {
                assertThat(heartbeats(fixture)).isZero();
                nanos.addAndGet(Duration.ofSeconds(31).toNanos());
                Await.until("a heartbeat", () -> heartbeats(fixture) == 1);
                nanos.addAndGet(Duration.ofSeconds(31).toNanos());
                Await.until("another", () -> heartbeats(fixture) == 2);
            }
        }
        fixture.forget();
    }

    private static long heartbeats(FlagsFixture fixture) {
        return fixture.log().stream()
                .filter(line -> line.startsWith("LiveFlags polling: interval=10 ms"))
                .count();
    }

    @Test
    void pollsOftenerThanTheRunbookAsks() {
        assertThat(FlagPollingOptions.defaults())
                .isEqualTo(new FlagPollingOptions(Duration.ofMillis(50), Duration.ofSeconds(5)));
        assertThatThrownBy(() -> new FlagPollingOptions(Duration.ofMillis(501), Duration.ofSeconds(5)))
                .hasMessageContaining("500 ms");
        assertThatThrownBy(() -> new FlagPollingOptions(Duration.ZERO, Duration.ofSeconds(5)))
                .hasMessageContaining("pollInterval");
        assertThatThrownBy(() -> new FlagPollingOptions(Duration.ofMillis(50), Duration.ZERO))
                .hasMessageContaining("unreadableLimit");
    }
}

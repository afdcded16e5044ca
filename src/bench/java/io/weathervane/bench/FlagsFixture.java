package io.weathervane.bench;

import io.weathervane.audit.AuditLog;
import io.weathervane.event.EventBus;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagPollingOptions;
import io.weathervane.flags.LiveFlags;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import java.nio.file.Path;
import java.time.Clock;

/** Live flags on a database of their own, as the server has them. */
record FlagsFixture(SqliteDatabase database, LiveFlags flags) implements AutoCloseable {
    static FlagsFixture open(Path folder) {
        Clock clock = Clock.systemUTC();
        SqliteDatabase database = SqliteDatabase.open(folder.resolve("orchestrator.db"), StoreOptions.defaults());
        AuditLog audit = new AuditLog(database, clock);
        LiveFlags flags = LiveFlags.start(
                database, audit, FlagCatalog.builtIn(), new EventBus(), clock, FlagPollingOptions.defaults());
        return new FlagsFixture(database, flags);
    }

    @Override
    public void close() {
        flags.close();
        database.close();
    }
}

package io.weathervane.watch;

import io.weathervane.store.Database;
import io.weathervane.store.DeferredRecord;
import io.weathervane.store.SqlTransaction;
import io.weathervane.worker.ServiceName;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The watches of one service in the database, one row for each promotion. */
public final class WatchStore {
    /** Promotions of each service that are kept. */
    private static final int KEPT_MAX = 200;

    private static final List<List<String>> VERSIONS = List.of(
            List.of("""
                CREATE TABLE monitor_watches (
                  promotion_id TEXT PRIMARY KEY,
                  number INTEGER NOT NULL,
                  open INTEGER NOT NULL,
                  updated_at TEXT NOT NULL,
                  body TEXT NOT NULL)\
                """, "CREATE UNIQUE INDEX monitor_watches_number ON monitor_watches (number)"),
            List.of("ALTER TABLE monitor_watches ADD COLUMN service TEXT NOT NULL DEFAULT 'default'"));

    private static final String FORGET_OLDEST = """
        DELETE FROM monitor_watches WHERE service = ? AND number <=
          (SELECT number FROM monitor_watches WHERE service = ? ORDER BY number DESC LIMIT 1 OFFSET ?)\
        """;

    private static final String DEFERRED = "watch";

    private final Database database;
    private final String service;

    /** @param clock the time at which a row is written */
    public WatchStore(Database database, ServiceName service, Clock clock) {
        this.database = database;
        this.service = service.value();
        database.migrate("control", VERSIONS);
        database.deferredWrites().register(DEFERRED, (sql, body) -> saveDeferred(sql, body, clock.instant()));
    }

    /** Writes the watch's newest state; the newest promotion of the service is the one that {@link #newest} gives. */
    public void save(SqlTransaction sql, WatchRecord watch, Instant now) {
        save(sql, service, watch, now);
    }

    /** Its newest state as something that has happened and is written as soon as that is possible. */
    public DeferredRecord deferred(WatchRecord watch) {
        return new DeferredRecord(
                DEFERRED, "{\"service\":\"" + service + "\",\"watch\":" + StoredWatchText.of(watch) + "}");
    }

    /** Writes what {@link #deferred} gave; a server of an earlier version knew one service and wrote the watch alone. */
    private static void saveDeferred(SqlTransaction sql, String body, Instant now) {
        JsonNode json = MonitorJson.MAPPER.readTree(body);
        JsonNode watch = json.has("watch") ? json.path("watch") : json;
        save(sql, json.path("service").asString(ServiceName.DEFAULT.value()), MonitorJson.readWatch(watch), now);
    }

    private static void save(SqlTransaction sql, String service, WatchRecord watch, Instant now) {
        boolean open = watch.state().running() || watch.pending().isPresent();
        sql.updateLater("""
            INSERT INTO monitor_watches (service, promotion_id, number, open, updated_at, body)
            VALUES (?, ?, (SELECT coalesce(max(number), 0) + 1 FROM monitor_watches), ?, ?, ?)
            ON CONFLICT (promotion_id) DO UPDATE SET
              open = excluded.open, updated_at = excluded.updated_at, body = excluded.body\
            """, service, watch.promotionId(), open ? 1 : 0, now.toString(), StoredWatchText.of(watch));
        sql.updateLater(FORGET_OLDEST, service, service, KEPT_MAX);
    }

    /** The watch over the newest promotion, whether it has ended or not. */
    public Optional<WatchRecord> newest() {
        return database.read(sql -> sql.first(
                        "SELECT body FROM monitor_watches WHERE service = ? ORDER BY number DESC LIMIT 1",
                        row -> row.text("body"),
                        service))
                .map(body -> MonitorJson.readWatch(MonitorJson.MAPPER.readTree(body)));
    }
}

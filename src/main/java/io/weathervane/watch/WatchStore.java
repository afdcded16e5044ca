package io.weathervane.watch;

import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The watches in the database, one row for each promotion. */
public final class WatchStore {
    /** Promotions that are kept. */
    private static final int KEPT_MAX = 200;

    private static final List<List<String>> VERSIONS =
            List.of(List.of("""
                CREATE TABLE monitor_watches (
                  promotion_id TEXT PRIMARY KEY,
                  number INTEGER NOT NULL,
                  open INTEGER NOT NULL,
                  updated_at TEXT NOT NULL,
                  body TEXT NOT NULL)\
                """, "CREATE UNIQUE INDEX monitor_watches_number ON monitor_watches (number)"));

    private final Database database;

    public WatchStore(Database database) {
        this.database = database;
        database.migrate("control", VERSIONS);
    }

    /** Writes the watch's newest state; the newest promotion of all is the one that {@link #newest} gives. */
    public void save(SqlTransaction sql, WatchRecord watch, Instant now) {
        boolean open = watch.state().running() || watch.pending().isPresent();
        sql.updateLater("""
            INSERT INTO monitor_watches (promotion_id, number, open, updated_at, body)
            VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM monitor_watches), ?, ?, ?)
            ON CONFLICT (promotion_id) DO UPDATE SET
              open = excluded.open, updated_at = excluded.updated_at, body = excluded.body\
            """, watch.promotionId(), open ? 1 : 0, now.toString(), StoredWatchText.of(watch));
        sql.updateLater(
                "DELETE FROM monitor_watches WHERE number <= (SELECT max(number) FROM monitor_watches) - ?", KEPT_MAX);
    }

    /** The watch over the newest promotion, whether it has ended or not. */
    public Optional<WatchRecord> newest() {
        return database.read(sql -> sql.first(
                        "SELECT body FROM monitor_watches ORDER BY number DESC LIMIT 1", row -> row.text("body")))
                .map(body -> MonitorJson.readWatch(MonitorJson.MAPPER.readTree(body)));
    }
}

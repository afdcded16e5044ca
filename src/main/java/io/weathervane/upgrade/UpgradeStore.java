package io.weathervane.upgrade;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.store.Database;
import io.weathervane.store.Sql;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The upgrades in the database, one row each. */
final class UpgradeStore {
    private static final Logger LOG = LoggerFactory.getLogger("Upgrades");

    /** Upgrades that are kept. */
    private static final int KEPT_MAX = 200;

    private static final List<List<String>> VERSIONS =
            List.of(List.of("""
            CREATE TABLE upgrades (
              id TEXT PRIMARY KEY,
              number INTEGER NOT NULL,
              open INTEGER NOT NULL,
              updated_at TEXT NOT NULL,
              body TEXT NOT NULL)""", "CREATE UNIQUE INDEX upgrades_number ON upgrades (number)"), List.of("""
            CREATE TABLE upgrade_programs (
              pid INTEGER PRIMARY KEY,
              started_ms INTEGER NOT NULL,
              upgrade TEXT NOT NULL)"""));

    private final Database database;

    UpgradeStore(Database database) {
        this.database = database;
        database.migrate("upgrade", VERSIONS);
    }

    /** Writes its newest state. */
    void save(Sql sql, Upgrade upgrade, Instant now) throws SQLException {
        sql.update(
                """
                INSERT INTO upgrades (id, number, open, updated_at, body)
                VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM upgrades), ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                  open = excluded.open, updated_at = excluded.updated_at, body = excluded.body""",
                upgrade.id(),
                upgrade.status().ended() ? 0 : 1,
                now.toString(),
                UpgradeJson.of(upgrade).toString());
        sql.update("DELETE FROM upgrades WHERE number <= (SELECT max(number) FROM upgrades) - ?", KEPT_MAX);
    }

    /** The newest one, over or not. */
    Optional<Upgrade> newest() {
        return first("SELECT body FROM upgrades ORDER BY number DESC LIMIT 1");
    }

    /** The number of the next one. */
    long nextNumber() {
        return database.read(
                sql -> sql.first("SELECT coalesce(max(number), 0) + 1 FROM upgrades", row -> row.getLong(1))
                        .orElseThrow());
    }

    Optional<Upgrade> find(String id) {
        return first("SELECT body FROM upgrades WHERE id = ?", id);
    }

    /** The programs that run for an upgrade, or did when a server was killed. */
    List<Family> programs() {
        return database.read(sql -> sql.query(
                "SELECT pid, started_ms, upgrade FROM upgrade_programs",
                row -> new Family(row.getLong(1), row.getLong(2), row.getString(3))));
    }

    void addProgram(Family family) {
        database.write(sql -> sql.update(
                "INSERT OR REPLACE INTO upgrade_programs (pid, started_ms, upgrade) VALUES (?, ?, ?)",
                family.pid(),
                family.startedMillis(),
                family.upgrade()));
    }

    void removeProgram(Family family) {
        database.write(sql -> sql.update("DELETE FROM upgrade_programs WHERE pid = ?", family.pid()));
    }

    /** A row that cannot be read says nothing, and must not keep the server from its start. */
    private Optional<Upgrade> first(String statement, Object... values) {
        return database.read(sql -> sql.first(statement, row -> row.getString(1), values))
                .flatMap(UpgradeStore::read);
    }

    private static Optional<Upgrade> read(String body) {
        try {
            return Optional.of(UpgradeJson.read(JsonRpcCodec.JSON.readTree(body)));
        } catch (RuntimeException e) {
            LOG.warn("the record of an upgrade in the database cannot be read: {}", e.toString());
            return Optional.empty();
        }
    }
}

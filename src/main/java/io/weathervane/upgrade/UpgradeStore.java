package io.weathervane.upgrade;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.store.Database;
import io.weathervane.store.DeferredRecord;
import io.weathervane.store.SqlTransaction;
import io.weathervane.store.WriteReceipt;
import io.weathervane.worker.ServiceName;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The upgrades of one service in the database, one row each. */
final class UpgradeStore {
    private static final Logger LOG = LoggerFactory.getLogger("Upgrades");

    /** Upgrades of each service that are kept. */
    private static final int KEPT_MAX = 200;

    private static final List<List<String>> VERSIONS = List.of(
            List.of("""
                CREATE TABLE upgrades (
                  id TEXT PRIMARY KEY,
                  number INTEGER NOT NULL,
                  open INTEGER NOT NULL,
                  updated_at TEXT NOT NULL,
                  body TEXT NOT NULL)\
                """, "CREATE UNIQUE INDEX upgrades_number ON upgrades (number)"),
            List.of("""
                CREATE TABLE upgrade_programs (
                  pid INTEGER PRIMARY KEY,
                  started_ms INTEGER NOT NULL,
                  upgrade TEXT NOT NULL)\
                """),
            List.of(
                    "ALTER TABLE upgrades ADD COLUMN service TEXT NOT NULL DEFAULT 'default'",
                    "ALTER TABLE upgrade_programs ADD COLUMN service TEXT NOT NULL DEFAULT 'default'"));

    private static final String FORGET_OLDEST = """
        DELETE FROM upgrades WHERE service = ? AND number <=
          (SELECT number FROM upgrades WHERE service = ? ORDER BY number DESC LIMIT 1 OFFSET ?)\
        """;

    private static final String LATE_UPGRADE = "upgrade";
    private static final String LATE_PROGRAM = "upgrade-program";

    private final Database database;
    private final String service;

    UpgradeStore(Database database, ServiceName service) {
        this.database = database;
        this.service = service.value();
        database.migrate("upgrade", VERSIONS);
        database.deferredWrites().register(LATE_UPGRADE, UpgradeStore::writeLate);
        database.deferredWrites().register(LATE_PROGRAM, UpgradeStore::writeDeferredProgram);
    }

    /** Its newest state as something that has happened and is written as soon as that is possible. */
    DeferredRecord deferred(Upgrade upgrade, Instant at) {
        ObjectNode body = UpgradeCodec.object().put("service", service).put("at", at.toString());
        body.set("upgrade", UpgradeCodec.of(upgrade));
        return new DeferredRecord(LATE_UPGRADE, body.toString());
    }

    private static void writeLate(SqlTransaction sql, String body) throws SQLException {
        JsonNode json = JsonRpcCodec.JSON.readTree(body);
        Upgrade upgrade = UpgradeCodec.read(json.path("upgrade"));
        save(sql, service(json), upgrade, Instant.parse(json.path("at").asString("")));
    }

    /** A server of an earlier version knew one service and named none. */
    private static String service(JsonNode json) {
        return json.path("service").asString(ServiceName.DEFAULT.value());
    }

    /** Writes its newest state. */
    void save(SqlTransaction sql, Upgrade upgrade, Instant now) throws SQLException {
        save(sql, service, upgrade, now);
    }

    private static void save(SqlTransaction sql, String service, Upgrade upgrade, Instant now) throws SQLException {
        sql.update(
                """
                INSERT INTO upgrades (service, id, number, open, updated_at, body)
                VALUES (?, ?, (SELECT coalesce(max(number), 0) + 1 FROM upgrades), ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                  open = excluded.open, updated_at = excluded.updated_at, body = excluded.body\
                """,
                service,
                upgrade.id(),
                upgrade.status().ended() ? 0 : 1,
                now.toString(),
                UpgradeCodec.of(upgrade).toString());
        sql.update(FORGET_OLDEST, service, service, KEPT_MAX);
    }

    /** The newest one, over or not. */
    Optional<Upgrade> newest() {
        return first("SELECT body FROM upgrades WHERE service = ? ORDER BY number DESC LIMIT 1", service);
    }

    /** The number of the next one. */
    long nextNumber() {
        return database.read(
                sql -> sql.first("SELECT coalesce(max(number), 0) + 1 AS next FROM upgrades", row -> row.number("next"))
                        .orElseThrow());
    }

    Optional<Upgrade> find(String id) {
        return first("SELECT body FROM upgrades WHERE id = ?", id);
    }

    /** The programs that run for an upgrade, or did when a server was killed. */
    List<BuildProcessTree> programs() {
        return database.read(sql -> sql.query(
                "SELECT pid, started_ms, upgrade FROM upgrade_programs WHERE service = ?",
                row -> new BuildProcessTree(row.number("pid"), row.number("started_ms"), row.text("upgrade")),
                service));
    }

    /** Hands over that a program runs; it should not be let go on before this is written. */
    WriteReceipt addProgram(BuildProcessTree tree) {
        return submit(tree, /* runs= */ true);
    }

    /** Hands over that a program is over. */
    void removeProgram(BuildProcessTree tree) {
        WriteReceipt unused = submit(tree, /* runs= */ false);
    }

    private WriteReceipt submit(BuildProcessTree tree, boolean runs) {
        ObjectNode body = UpgradeCodec.object()
                .put("service", service)
                .put("pid", tree.pid())
                .put("startedMillis", tree.startedMillis())
                .put("upgrade", tree.upgrade())
                .put("runs", runs);
        return database.deferredWrites().submit(List.of(new DeferredRecord(LATE_PROGRAM, body.toString())));
    }

    private static void writeDeferredProgram(SqlTransaction sql, String body) throws SQLException {
        JsonNode json = JsonRpcCodec.JSON.readTree(body);
        long pid = json.path("pid").asLong(0);
        long started = json.path("startedMillis").asLong(0);
        if (json.path("runs").asBoolean(false)) {
            sql.update(
                    "INSERT OR REPLACE INTO upgrade_programs (pid, started_ms, upgrade, service) VALUES (?, ?, ?, ?)",
                    pid,
                    started,
                    json.path("upgrade").asString(""),
                    service(json));
        } else {
            sql.update("DELETE FROM upgrade_programs WHERE pid = ? AND started_ms = ?", pid, started);
        }
    }

    /** A row that cannot be read says nothing, and must not keep the server from its start. */
    private Optional<Upgrade> first(String statement, Object... values) {
        return database.read(sql -> sql.first(statement, row -> row.text("body"), values))
                .flatMap(UpgradeStore::read);
    }

    private static Optional<Upgrade> read(String body) {
        try {
            return Optional.of(UpgradeCodec.read(JsonRpcCodec.JSON.readTree(body)));
        } catch (RuntimeException e) {
            LOG.warn("the record of an upgrade in the database cannot be read: {}", e.toString());
            return Optional.empty();
        }
    }
}

package io.weathervane.contract.enforcement;

import io.weathervane.contract.DriftedTool;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.store.Database;
import io.weathervane.store.DeferredRecord;
import io.weathervane.store.SqlTransaction;
import io.weathervane.worker.ServiceName;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Approvals of one service's drift, and the drift that was announced last, in the database. An approval is of one
 * definition against one promise: it holds for no other, and for that one also after a change and back.
 */
final class ContractApprovals {
    private static final List<List<String>> VERSIONS = List.of(List.of("""
                CREATE TABLE contract_approvals (
                  service TEXT NOT NULL,
                  tool TEXT NOT NULL,
                  fingerprint TEXT NOT NULL,
                  approver TEXT NOT NULL,
                  approved_at TEXT NOT NULL,
                  PRIMARY KEY (service, fingerprint))\
                """, """
                CREATE TABLE contract_drift (
                  service TEXT PRIMARY KEY,
                  fingerprint TEXT NOT NULL,
                  since TEXT NOT NULL)\
                """));

    private static final String LATE_DRIFT = "contract-drift";

    private final Database database;
    private final String service;

    /**
     * A drift that was announced.
     *
     * @param fingerprint of all tools; empty for none
     */
    record Announced(String fingerprint, Instant since) {}

    ContractApprovals(Database database, ServiceName service) {
        this.database = database;
        this.service = service.value();
        database.migrate("contract", VERSIONS);
        database.deferredWrites().register(LATE_DRIFT, ContractApprovals::writeDrift);
    }

    /** The fingerprints of what is approved. */
    Set<String> approved() {
        return new HashSet<>(database.read(sql -> sql.query(
                "SELECT fingerprint FROM contract_approvals WHERE service = ?",
                row -> row.text("fingerprint"),
                service)));
    }

    void approve(SqlTransaction sql, List<DriftedTool> tools, String approver, Instant at) throws SQLException {
        for (DriftedTool tool : tools) {
            sql.update("""
                    INSERT OR REPLACE INTO contract_approvals (service, tool, fingerprint, approver, approved_at)
                    VALUES (?, ?, ?, ?, ?)\
                    """, service, tool.tool(), tool.fingerprint(), approver, at.toString());
        }
    }

    /** The drift that an earlier server announced last. */
    Optional<Announced> announced() {
        return database.read(sql -> sql.first(
                "SELECT fingerprint, since FROM contract_drift WHERE service = ?",
                row -> new Announced(row.text("fingerprint"), Instant.parse(row.text("since"))),
                service));
    }

    /** What is announced now, to be written with its audit event. */
    DeferredRecord deferred(Announced drift) {
        return new DeferredRecord(
                LATE_DRIFT,
                JsonRpcCodec.JSON
                        .createObjectNode()
                        .put("service", service)
                        .put("fingerprint", drift.fingerprint())
                        .put("since", drift.since().toString())
                        .toString());
    }

    private static void writeDrift(SqlTransaction sql, String body) throws SQLException {
        JsonNode drift = JsonRpcCodec.JSON.readTree(body);
        sql.update(
                "INSERT OR REPLACE INTO contract_drift (service, fingerprint, since) VALUES (?, ?, ?)",
                drift.path("service").asString(""),
                drift.path("fingerprint").asString(""),
                drift.path("since").asString(""));
    }
}

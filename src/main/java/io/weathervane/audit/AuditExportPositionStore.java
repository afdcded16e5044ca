package io.weathervane.audit;

import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** Stores each file's position in the database. */
final class AuditExportPositionStore {
    private static final List<List<String>> VERSIONS = List.of(List.of("""
        CREATE TABLE audit_files (
          name TEXT PRIMARY KEY,
          seq INTEGER NOT NULL,
          byte_offset INTEGER NOT NULL
        ) STRICT\
        """));

    private final Database database;

    AuditExportPositionStore(Database database) {
        this.database = database;
        database.migrate("audit-files", VERSIONS);
    }

    AuditFileProjection.Position load(AuditFileFormat format) {
        return database.read(sql -> load(sql, format));
    }

    void save(Collection<AuditFileProjection> files) {
        database.write(sql -> {
            for (AuditFileProjection file : files) {
                sql.update(
                        "INSERT OR REPLACE INTO audit_files (name, seq, byte_offset) VALUES (?, ?, ?)",
                        file.format().fileName(),
                        file.position().seq(),
                        file.position().offset());
            }
            return true;
        });
    }

    private static AuditFileProjection.Position load(SqlTransaction sql, AuditFileFormat format) throws SQLException {
        return sql.first(
                        "SELECT seq, byte_offset FROM audit_files WHERE name = ?",
                        row -> new AuditFileProjection.Position(row.number("seq"), row.number("byte_offset")),
                        format.fileName())
                .orElse(AuditFileProjection.Position.START);
    }
}

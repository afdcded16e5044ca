package io.weathervane.audit;

import io.weathervane.store.Database;
import io.weathervane.store.Sql;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** Where each file is, kept in the database. */
final class FilePositions {
    private static final List<List<String>> VERSIONS = List.of(List.of("""
            CREATE TABLE audit_files (
              name TEXT PRIMARY KEY,
              seq INTEGER NOT NULL,
              byte_offset INTEGER NOT NULL
            ) STRICT"""));

    private final Database database;

    FilePositions(Database database) {
        this.database = database;
        database.migrate("audit-files", VERSIONS);
    }

    ProjectedFile.Position load(AuditFormat format) {
        return database.read(sql -> load(sql, format));
    }

    void save(Collection<ProjectedFile> files) {
        database.write(sql -> {
            for (ProjectedFile file : files) {
                sql.update(
                        "INSERT OR REPLACE INTO audit_files (name, seq, byte_offset) VALUES (?, ?, ?)",
                        file.format().fileName(),
                        file.position().seq(),
                        file.position().offset());
            }
            return true;
        });
    }

    private static ProjectedFile.Position load(Sql sql, AuditFormat format) throws SQLException {
        return sql.first(
                        "SELECT seq, byte_offset FROM audit_files WHERE name = ?",
                        row -> new ProjectedFile.Position(row.getLong(1), row.getLong(2)),
                        format.fileName())
                .orElse(ProjectedFile.Position.START);
    }
}

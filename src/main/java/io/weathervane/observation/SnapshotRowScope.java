package io.weathervane.observation;

import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Which rows of {@code operations_snapshots} are about a service: its own by the column {@code service}, and those that name
 * none where it is the first. With an only service every row is, and the column is not needed.
 *
 * @param service empty for every row
 * @param unnamedToo whether rows that name no service are meant, too
 */
public record SnapshotRowScope(Optional<String> service, boolean unnamedToo) {
    /** All rows. */
    public static SnapshotRowScope everyRow() {
        return new SnapshotRowScope(Optional.empty(), /* unnamedToo= */ true);
    }

    /** Those of one of several services. */
    public static SnapshotRowScope ofService(String name, boolean isFirst) {
        return new SnapshotRowScope(Optional.of(name), isFirst);
    }

    /** Adds the column by which a row names its service, where it is needed and not there. */
    void prepare(Database database) {
        if (service.isPresent()) {
            database.write(
                    sql -> hasColumn(sql) ? 0 : sql.update("ALTER TABLE operations_snapshots ADD COLUMN service TEXT"));
        }
    }

    /** The condition on a row; another program may have made the table anew without the column. */
    String condition(SqlTransaction sql) throws SQLException {
        if (service.isEmpty()) {
            return "1";
        }
        if (!hasColumn(sql)) {
            return unnamedToo ? "1" : "0";
        }
        String own = "service = '" + service.get() + "'";
        return unnamedToo ? "(" + own + " OR service IS NULL)" : own;
    }

    private static boolean hasColumn(SqlTransaction sql) throws SQLException {
        return sql.exists("SELECT 1 FROM pragma_table_info('operations_snapshots') WHERE name = 'service'");
    }
}

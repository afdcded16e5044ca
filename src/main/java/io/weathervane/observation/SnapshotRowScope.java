package io.weathervane.observation;

import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import io.weathervane.util.SafeText;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Selects the rows of {@code operations_snapshots} that are about a service: its own by the column {@code service}, and
 * rows that name none where it is the first. With an only service every row is, and the column is not needed.
 */
public final class SnapshotRowScope {
    private static final int SHOWN_LENGTH_MAX = 40;

    private final Optional<String> service;
    private final Supplier<List<String>> known;

    private SnapshotRowScope(Optional<String> service, Supplier<List<String>> known) {
        this.service = service;
        this.known = known;
    }

    /** All rows. */
    public static SnapshotRowScope everyRow() {
        return new SnapshotRowScope(Optional.empty(), List::of);
    }

    /**
     * Those of one of several services.
     *
     * @param known the services there are now, in the order of the configuration
     */
    public static SnapshotRowScope ofService(String name, Supplier<List<String>> known) {
        return new SnapshotRowScope(Optional.of(name), known);
    }

    /** Whether rows that name no service are meant, too. */
    boolean unnamedToo() {
        return service.isEmpty() || known.get().stream().findFirst().equals(service);
    }

    /** The services there are; empty with an only one. */
    List<String> known() {
        return known.get();
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
            return unnamedToo() ? "1" : "0";
        }
        String own = "service = '" + service.get() + "'";
        return unnamedToo() ? "(" + own + " OR service IS NULL)" : own;
    }

    private static boolean hasColumn(SqlTransaction sql) throws SQLException {
        return sql.exists("SELECT 1 FROM pragma_table_info('operations_snapshots') WHERE name = 'service'");
    }

    /** A row that names a service that there is not, so that it counts for none. */
    record Stray(long id, String service) {}

    /** The newest of them after this row. */
    Optional<Stray> stray(SqlTransaction sql, long after) throws SQLException {
        List<String> there = known.get();
        if (there.isEmpty() || !hasColumn(sql)) {
            return Optional.empty();
        }
        String names = there.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        return sql.first(
                "SELECT id, CAST(service AS TEXT) AS service FROM operations_snapshots WHERE id > ? AND service IS NOT"
                        + " NULL AND service NOT IN (" + names + ") ORDER BY id DESC LIMIT 1",
                row -> new Stray(row.number("id"), SafeText.line(row.text("service"), SHOWN_LENGTH_MAX)),
                after);
    }
}

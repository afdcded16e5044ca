package io.weathervane.store;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tables of every component that asked for some, remembered so that a database put back later gets them too. */
final class Migrations {
    /** The table by which a database is known as ours. */
    static final String TABLE = "schema_versions";

    private final Map<String, List<List<String>>> components = new LinkedHashMap<>();

    void add(String component, List<List<String>> versions) {
        components.put(component, versions.stream().map(List::copyOf).toList());
    }

    void applyAll(SqlTransaction sql) throws SQLException {
        sql.update("CREATE TABLE IF NOT EXISTS " + TABLE
                + " (component TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (component, version)) STRICT");
        for (Map.Entry<String, List<List<String>>> component : components.entrySet()) {
            apply(sql, component.getKey(), component.getValue());
        }
    }

    /** Whether the file has the tables of this version of the component. */
    static boolean isApplied(SqlTransaction sql, String component, int version) throws SQLException {
        boolean known = sql.first(
                                "SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name = ?",
                                row -> row.count("n"),
                                TABLE)
                        .orElse(0)
                > 0;
        return known && applied(sql, component) >= version;
    }

    private static int applied(SqlTransaction sql, String component) throws SQLException {
        return sql.first(
                        "SELECT coalesce(max(version), 0) AS version FROM " + TABLE + " WHERE component = ?",
                        row -> row.count("version"),
                        component)
                .orElse(0);
    }

    private static void apply(SqlTransaction sql, String component, List<List<String>> versions) throws SQLException {
        int applied = applied(sql, component);
        if (applied > versions.size()) {
            throw new StoreException(
                    StoreException.Kind.FAILED,
                    "the tables of " + component + " have version " + applied + ", made by a newer release; this one"
                            + " knows version " + versions.size());
        }
        for (int version = applied + 1; version <= versions.size(); version++) {
            for (String statement : versions.get(version - 1)) {
                sql.update(statement);
            }
            sql.update("INSERT INTO " + TABLE + " (component, version) VALUES (?, ?)", component, version);
        }
    }
}

package io.weathervane.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Statements of one connection that were parsed before, because parsing one with the triggers of its table takes longer
 * than running it, and the write lock is held meanwhile. A statement in use is not handed out again. For the
 * thread that has the connection, and for as long as the connection is open: the driver keeps what a statement takes
 * until it or its connection is closed, so a cache for less than that would be a leak.
 */
final class StatementCache {
    /** Kept; the one that was used longest ago makes room. */
    private static final int KEPT_MAX = 100;

    private final Connection connection;
    private final Map<String, PreparedStatement> idle = new LinkedHashMap<>();

    StatementCache(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** A statement, to be given back by {@link #giveBack}, or closed when it failed. */
    PreparedStatement take(String text) throws SQLException {
        PreparedStatement kept = idle.remove(text);
        return kept == null ? connection.prepareStatement(text) : kept;
    }

    void giveBack(String text, PreparedStatement statement) throws SQLException {
        PreparedStatement same = idle.put(text, statement);
        if (same != null) {
            same.close();
        }
        if (idle.size() > KEPT_MAX) {
            Iterator<PreparedStatement> oldest = idle.values().iterator();
            oldest.next().close();
            oldest.remove();
        }
    }
}

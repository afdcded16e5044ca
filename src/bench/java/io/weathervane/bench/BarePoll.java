package io.weathervane.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.SQLiteConfig;

/** The reference for following the database: every 50 ms the data version, and the one row when it moved. */
final class BarePoll implements AutoCloseable {
    private static final long INTERVAL_NANOS = 50_000_000L;

    private final Connection connection;
    private final Thread thread;
    private volatile String value = "";
    private volatile boolean closed;

    BarePoll(Path database) throws SQLException {
        connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + database);
        thread = new Thread(this::run, "bare-poll");
        thread.setDaemon(true);
        thread.start();
    }

    String value() {
        return value;
    }

    private void run() {
        try (Statement sql = connection.createStatement()) {
            String version = "";
            while (!closed) {
                String now = read(sql, "PRAGMA data_version");
                if (!now.equals(version)) {
                    version = now;
                    value = read(sql, "SELECT value FROM settings WHERE key = '" + OutsideWriter.FLAG + "'");
                }
                LockSupport.parkNanos(INTERVAL_NANOS);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Statement sql, String query) throws SQLException {
        try (ResultSet rows = sql.executeQuery(query)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    @Override
    public void close() throws SQLException, InterruptedException {
        closed = true;
        LockSupport.unpark(thread);
        thread.join();
        connection.close();
    }
}

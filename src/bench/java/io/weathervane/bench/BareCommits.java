package io.weathervane.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** The reference for everything durable: one row, one commit, on disk when it returns. */
final class BareCommits implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement insert;
    private long number;

    BareCommits(Path folder) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        connection = config.createConnection("jdbc:sqlite:" + folder.resolve("bare.db"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT)");
        }
        insert = connection.prepareStatement("INSERT OR REPLACE INTO settings VALUES ('DISABLE_NEW', ?)");
    }

    /** How long one took. */
    long nanos() throws SQLException {
        long begun = System.nanoTime();
        insert.setString(1, Long.toString(++number));
        insert.executeUpdate();
        return System.nanoTime() - begun;
    }

    @Override
    public void close() throws SQLException {
        insert.close();
        connection.close();
    }
}

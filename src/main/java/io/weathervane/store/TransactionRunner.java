package io.weathervane.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one transaction on one connection: begins it, has the work run, commits it or undoes it. What damages the
 * connections makes them suspect, so that the next operation opens the file anew.
 */
final class TransactionRunner {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);

    /** One attempt at a brief write waits this long for another program's lock: 10 ms; the last one waits longer. */
    private static final Duration BRIEF_PATIENCE = Duration.ofMillis(10);

    private final Path database;

    TransactionRunner(Path database) {
        this.database = database;
    }

    /**
     * A committed transaction.
     *
     * @param number by which {@link WriteAheadLogSync} knows it
     */
    record Commit<T>(T result, SqlTransaction sql, long number) {}

    /** Another program holds the lock; nothing has begun. */
    static final class LockedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final SQLException cause;

        LockedException(SQLException cause) {
            super(cause);
            this.cause = cause;
        }

        SQLException sqlCause() {
            return cause;
        }
    }

    /** Reads: nothing that is committed meanwhile is seen. */
    <T> T read(SqliteConnections connections, StatementCache reader, TransactionWork<T> work) {
        begin(connections, reader.connection(), "BEGIN");
        return complete(connections, reader.connection(), work, new SqlTransaction(reader));
    }

    /** Writes, with the database's write lock from the beginning on. */
    <T> T write(SqliteConnections connections, TransactionWork<T> work) {
        begin(connections, connections.writer(), "BEGIN IMMEDIATE");
        return complete(connections, connections.writer(), work, new SqlTransaction(connections.writersStatements()));
    }

    /**
     * The same as a step of several.
     *
     * @param patience how long another program's lock is waited for
     * @throws LockedException when that was not enough
     */
    <T> Commit<T> commitLocked(SqliteConnections connections, TransactionWork<T> work, Duration patience)
            throws LockedException {
        waitForLocks(connections, patience);
        try {
            SqliteConnections.execute(connections.writer(), "BEGIN IMMEDIATE");
        } catch (SQLException e) {
            if (SqliteErrorMapper.kindOf(e) == StoreException.Kind.BUSY) {
                throw new LockedException(e);
            }
            throw failed(connections, e);
        }
        return completed(connections, work);
    }

    /**
     * Writes with the write lock from the first change on only.
     *
     * @throws LockedException also when another program has committed between our first read and our first change
     */
    <T> Commit<T> commitBriefly(SqliteConnections connections, TransactionWork<T> work) throws LockedException {
        waitForLocks(connections, BRIEF_PATIENCE);
        try {
            SqliteConnections.execute(connections.writer(), "BEGIN");
            return completed(connections, work);
        } catch (SQLException e) {
            throw failed(connections, e);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.BUSY && e.getCause() instanceof SQLException cause) {
                throw new LockedException(cause);
            }
            throw e;
        }
    }

    private <T> Commit<T> completed(SqliteConnections connections, TransactionWork<T> work) {
        SqlTransaction sql = new SqlTransaction(connections.writersStatements());
        T result = complete(connections, connections.writer(), work, sql);
        return new Commit<>(result, sql, connections.writeAheadLog().committed());
    }

    private void begin(SqliteConnections connections, Connection connection, String begin) {
        try {
            SqliteConnections.execute(connection, begin);
        } catch (SQLException e) {
            throw failed(connections, e);
        }
    }

    private <T> T complete(
            SqliteConnections connections, Connection connection, TransactionWork<T> work, SqlTransaction sql) {
        boolean done = false;
        try {
            T result = work.run(sql);
            sql.runLater();
            SqliteConnections.execute(connection, "COMMIT");
            done = true;
            return result;
        } catch (SQLException e) {
            throw failed(connections, e);
        } finally {
            sql.end();
            if (!done) {
                rollBack(connections, connection);
            }
        }
    }

    /** Undoes what is left of a transaction; SQLite has done so by itself after some errors. */
    private void rollBack(SqliteConnections connections, Connection connection) {
        try {
            SqliteConnections.execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            boolean nothingToUndo = String.valueOf(e.getMessage()).contains("no transaction is active");
            if (!nothingToUndo) {
                connections.suspect();
                LOG.warn("rollback failed, opening the store anew file={} reason={}", database, e.getMessage());
            }
        }
    }

    private void waitForLocks(SqliteConnections connections, Duration patience) {
        try {
            connections.waitForLocks(patience);
        } catch (SQLException e) {
            throw failed(connections, e);
        }
    }

    /** The exception for the caller, after the connections were made suspect where only new ones can help. */
    StoreException failed(SqliteConnections connections, SQLException cause) {
        StoreException failure = SqliteErrorMapper.of(database, cause);
        if (failure.kind() == StoreException.Kind.CORRUPT || failure.kind() == StoreException.Kind.READ_ONLY) {
            connections.suspect();
        }
        return failure;
    }
}

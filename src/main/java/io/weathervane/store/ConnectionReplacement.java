package io.weathervane.store;

import io.weathervane.util.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a database of ours again after its connections were lost: never makes one anew, brings it up to date, and keeps a
 * write-ahead log with the database it is of. To be called with the writer's lock.
 */
final class ConnectionReplacement {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);

    private final Path path;
    private final StoreOptions options;
    private final Migrations migrations;
    private final TransactionRunner transactions;
    private final SetAsideLog logAside;

    /** The file that was refused last, as it was then. */
    private Optional<FileStamp> refused = Optional.empty();

    /** Why, while that lasts until the file changes. */
    private @Nullable StoreException refusal;

    ConnectionReplacement(Path path, StoreOptions options, Migrations migrations, TransactionRunner transactions) {
        this.path = path;
        this.options = options;
        this.migrations = migrations;
        this.transactions = transactions;
        this.logAside = new SetAsideLog(path);
    }

    /**
     * Closes the old connections and gives new ones. A file that was refused is looked at again when it has changed, not
     * before: the check reads all of it.
     *
     * @throws StoreException when there is no sound database of ours at the path
     */
    SqliteConnections replace(SqliteConnections old) {
        Optional<FileStamp> now = SqliteConnections.stampOf(path);
        if (refusal != null && now.equals(refused)) {
            throw new StoreException(refusal.kind(), String.valueOf(refusal.getMessage()), refusal);
        }
        old.suspect();
        try {
            old.close();
            SqliteConnections.requireOwnFiles(path);
            if (old.leftItsLogBehind()) {
                logAside.setAside(old.lastSound());
            }
            logAside.bringBack();
            SqliteConnections fresh = openAgain();
            refusal = null;
            LOG.info("store opened again file={}", path);
            return fresh;
        } catch (SQLException e) {
            throw refuse(SqliteErrorMapper.of(path, e));
        } catch (IOException e) {
            throw refuse(new StoreException(
                    StoreException.Kind.FAILED,
                    "cannot open " + path + " anew, or set its old write-ahead log aside: " + e.getMessage(),
                    e));
        } catch (StoreException e) {
            throw refuse(e);
        }
    }

    private StoreException refuse(StoreException why) {
        boolean lasting = why.kind() == StoreException.Kind.CORRUPT || why.kind() == StoreException.Kind.MISSING;
        refused = SqliteConnections.stampOf(path);
        refusal = lasting ? why : null;
        return why;
    }

    private SqliteConnections openAgain() throws SQLException, IOException {
        SqliteConnections fresh = SqliteConnections.reopen(path, options);
        boolean done = false;
        try {
            transactions.write(fresh, sql -> {
                migrations.applyAll(sql);
                return true;
            });
            fresh.writeAheadLog().syncVisible();
            done = true;
            return fresh;
        } finally {
            if (!done) {
                fresh.close();
            }
        }
    }
}

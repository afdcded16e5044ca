package io.weathervane.store;

import io.weathervane.util.FileStamp;
import io.weathervane.util.PrivateFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * The open connections to one database file: the writer, a few readers, one that watches the data version.
 * They live and die together, so that none of them looks at a file another has given up.
 */
final class SqliteConnections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteConnections.class);

    /** In a database's header, by which it is known as ours: "WVan". */
    static final int APPLICATION_ID = 0x5756616e;

    static final int READERS = 4;

    /** The write-ahead log is cut back to this after a checkpoint: 64 MiB. */
    private static final long WAL_KEPT_BYTES = 64L << 20;

    private final Path path;
    private final StoreOptions options;
    private final Connection writer;
    private final StatementCache writersStatements;
    private final Connection watcher;
    private final ReentrantLock watching = new ReentrantLock();
    private final BlockingQueue<StatementCache> idleReaders = new ArrayBlockingQueue<>(READERS);
    private final FileStamp opened;
    private final FileStamp openedLog;
    private final WriteAheadLogSync writeAheadLog;
    private Duration writersPatience;
    private long seenByWatcher;
    private long seenByWriter;
    private volatile FileStamp soundAt;
    private volatile boolean suspect;
    private volatile boolean closed;

    private SqliteConnections(Path path, StoreOptions options, boolean create) throws SQLException {
        this.path = path;
        this.options = options;
        this.writersPatience = options.busyTimeout();
        writer = connect(SQLiteConfig.SynchronousMode.FULL, create);
        List<Connection> opening = new ArrayList<>(List.of(writer));
        try {
            prepareWriter();
            writersStatements = new StatementCache(writer);
            watcher = connect(SQLiteConfig.SynchronousMode.FULL, /* create= */ false);
            opening.add(watcher);
            readNumber(watcher, "SELECT count(*) AS n FROM sqlite_schema", "n");
            seenByWriter = pragma(writer, "data_version");
            for (int i = 0; i < READERS; i++) {
                Connection reader = connect(SQLiteConfig.SynchronousMode.FULL, /* create= */ false);
                opening.add(reader);
                execute(reader, "PRAGMA query_only = ON");
                idleReaders.add(new StatementCache(reader));
            }
            opened = stampOf(path).orElseThrow(this::gone);
            openedLog = stampOf(log()).orElseThrow(this::gone);
            soundAt = opened;
            writeAheadLog = WriteAheadLogSync.open(log());
        } catch (SQLException | RuntimeException e) {
            opening.forEach(this::closeQuietly);
            throw e;
        }
    }

    /** Opens the file, making a new database where there is no file or an empty one. */
    static SqliteConnections create(Path path, StoreOptions options) throws SQLException {
        return new SqliteConnections(path, options, /* create= */ true);
    }

    /** Opens a database of ours that is already there, and only if all of it is sound. */
    static SqliteConnections reopen(Path path, StoreOptions options) throws SQLException {
        FileStamp stamp =
                stampOf(path).orElseThrow(() -> new StoreException(StoreException.Kind.MISSING, path + " is gone"));
        if (stamp.size() == 0) {
            throw new StoreException(StoreException.Kind.CORRUPT, path + " is empty");
        }
        SqliteConnections connections = new SqliteConnections(path, options, /* create= */ false);
        try {
            connections.requireOurs();
            return connections;
        } catch (SQLException | RuntimeException e) {
            connections.close();
            throw e;
        }
    }

    /**
     * Refuses a database whose files another user may have put there: SQLite opens by name, and follows links.
     *
     * @throws IOException naming the file that is not our own
     */
    static void requireOwnFiles(Path path) throws IOException {
        for (String beside : List.of("", "-wal", "-shm", "-journal")) {
            PrivateFiles.requireOwn(path.resolveSibling(path.getFileName() + beside));
        }
    }

    /** The first connection loads all that later ones need. */
    static void loadDriver() throws SQLException {
        new SQLiteConfig().createConnection("jdbc:sqlite::memory:").close();
    }

    Connection writer() {
        return writer;
    }

    StatementCache writersStatements() {
        return writersStatements;
    }

    /** To be told of each commit of the writer, and asked to have it on disk. */
    WriteAheadLogSync writeAheadLog() {
        return writeAheadLog;
    }

    /** How long the writer waits for another program's lock from now on. */
    void waitForLocks(Duration patience) throws SQLException {
        if (!patience.equals(writersPatience)) {
            execute(writer, "PRAGMA busy_timeout = " + patience.toMillis());
            writersPatience = patience;
        }
    }

    /** A reader with its statements, to be given back by {@link #giveBack}. */
    StatementCache borrowReader() {
        try {
            StatementCache reader =
                    idleReaders.poll(Math.max(1, options.busyTimeout().toMillis()), TimeUnit.MILLISECONDS);
            if (reader == null) {
                throw new StoreException(
                        StoreException.Kind.BUSY,
                        "all " + READERS + " readers of " + path + " were busy for " + options.busyTimeout());
            }
            return reader;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreException.Kind.FAILED, "interrupted while waiting for a reader", e);
        }
    }

    void giveBack(StatementCache reader) {
        if (closed || !idleReaders.offer(reader)) {
            closeQuietly(reader.connection());
        } else if (closed && idleReaders.remove(reader)) {
            closeQuietly(reader.connection());
        }
    }

    long dataVersion() throws SQLException {
        watching.lock();
        try {
            return pragma(watcher, "data_version");
        } finally {
            watching.unlock();
        }
    }

    /** Whether another program has committed since the last call: only then the writer's own number moves. */
    boolean othersCommitted(long watchersNumber) throws SQLException {
        if (watchersNumber == seenByWatcher) {
            return false;
        }
        long before = seenByWriter;
        seenByWriter = pragma(writer, "data_version");
        seenByWatcher = watchersNumber;
        return seenByWriter != before;
    }

    /** Says that an operation failed in a way that only new connections can get over. */
    void suspect() {
        suspect = true;
    }

    boolean isSuspect() {
        return suspect;
    }

    /** Throws when the file or its write-ahead log is not the one that was opened, or when its header is not ours any more. */
    void requireSound() {
        FileStamp now = stampOf(path).orElseThrow(this::gone);
        if (!now.isSameFileAs(opened)) {
            throw new StoreException(StoreException.Kind.MISSING, path + " was replaced by another file");
        }
        if (!stampOf(log()).filter(openedLog::isSameFileAs).isPresent()) {
            throw new StoreException(StoreException.Kind.MISSING, log() + " was deleted or replaced");
        }
        if (!now.equals(soundAt)) {
            requireHeader(now);
            soundAt = now;
        }
    }

    /** Whether the write-ahead log at the path is the one these connections wrote, although the database is not. */
    boolean leftItsLogBehind() {
        boolean replaced =
                stampOf(path).filter(now -> !now.isSameFileAs(opened)).isPresent();
        return replaced && stampOf(log()).filter(openedLog::isSameFileAs).isPresent();
    }

    /** Empty when there is no file; looked at without opening it, which would drop the locks that SQLite holds in this process. */
    static Optional<FileStamp> stampOf(Path file) {
        try {
            return Optional.of(FileStamp.read(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.FAILED, "cannot look at " + file + ": " + e.getMessage(), e);
        }
    }

    /** The file as it was when it was last found sound. */
    FileStamp lastSound() {
        return soundAt;
    }

    @Override
    public void close() {
        closed = true;
        try {
            writeAheadLog.close();
        } catch (IOException e) {
            LOG.error("the newest changes may not be on disk file={} reason={}", log(), e.toString());
        }
        for (StatementCache reader = idleReaders.poll(); reader != null; reader = idleReaders.poll()) {
            closeQuietly(reader.connection());
        }
        closeQuietly(watcher);
        closeQuietly(writer);
    }

    private Path log() {
        return path.resolveSibling(path.getFileName() + "-wal");
    }

    private StoreException gone() {
        return new StoreException(StoreException.Kind.MISSING, path + " is gone");
    }

    /**
     * Reads the header past the write-ahead log, as a program that opens the file anew would find it. The
     * connections at hand would go on answering from their caches after the file was overwritten in place.
     *
     * <p>A checkpoint that a reader held up leaves a header that counts pages which only the log has; SQLite calls
     * such a file, read without its log, malformed unless the schema is writable. A file that shrank has no such excuse.
     */
    private void requireHeader(FileStamp now) {
        try (Connection immutable = new SQLiteConfig().createConnection(url() + "?immutable=1")) {
            if (now.size() >= soundAt.size()) {
                execute(immutable, "PRAGMA writable_schema = ON");
            }
            if (now.size() == 0 || pragma(immutable, "application_id") != APPLICATION_ID) {
                throw new StoreException(StoreException.Kind.CORRUPT, path + " was overwritten");
            }
        } catch (SQLException e) {
            throw SqliteErrorMapper.of(path, e);
        }
    }

    private void requireOurs() throws SQLException {
        if (readNumber(
                        writer,
                        "SELECT count(*) AS n FROM sqlite_schema WHERE type = 'table' AND name = '" + Migrations.TABLE
                                + "'",
                        "n")
                == 0) {
            throw new StoreException(StoreException.Kind.CORRUPT, path + " is a database, but has none of our tables");
        }
        try (Statement statement = writer.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA quick_check(1)")) {
            String result = rows.next() ? rows.getString("quick_check") : "no answer";
            if (!"ok".equals(result)) {
                throw new StoreException(StoreException.Kind.CORRUPT, path + " is damaged: " + result);
            }
        }
    }

    private void prepareWriter() throws SQLException {
        long applicationId = pragma(writer, "application_id");
        if (applicationId != 0 && applicationId != APPLICATION_ID) {
            throw new StoreException(
                    StoreException.Kind.CORRUPT,
                    path + " belongs to another program (application id " + applicationId + ")");
        }
        if (applicationId == 0) {
            execute(writer, "PRAGMA application_id = " + APPLICATION_ID);
            execute(writer, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        execute(writer, "PRAGMA journal_mode = WAL");
        execute(writer, "PRAGMA synchronous = NORMAL"); // see WriteAheadLogSync
        execute(writer, "PRAGMA journal_size_limit = " + WAL_KEPT_BYTES);
        long pageSize = pragma(writer, "page_size");
        execute(writer, "PRAGMA max_page_count = " + Math.max(1, options.sizeLimitBytes() / pageSize));
    }

    private Connection connect(SQLiteConfig.SynchronousMode synchronous, boolean create) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        if (!create) {
            config.resetOpenMode(SQLiteOpenMode.CREATE);
        }
        config.setBusyTimeout((int) options.busyTimeout().toMillis());
        config.setSynchronous(synchronous);
        config.enforceForeignKeys(true);
        return config.createConnection(url());
    }

    /** The path as a URI, in which no character of it means anything to SQLite or its driver. */
    private String url() {
        return "jdbc:sqlite:" + path.toUri();
    }

    static void execute(Connection connection, String statement) throws SQLException {
        try (Statement plain = connection.createStatement()) {
            plain.execute(statement);
        }
    }

    private static long pragma(Connection connection, String name) throws SQLException {
        return readNumber(connection, "PRAGMA " + name, name);
    }

    private static long readNumber(Connection connection, String query, String column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(column) : 0;
        }
    }

    private void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.warn("closing a connection failed file={} reason={}", path, e.getMessage());
        }
    }
}

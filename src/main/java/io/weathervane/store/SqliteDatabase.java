package io.weathervane.store;

import io.weathervane.store.TransactionRunner.Commit;
import io.weathervane.store.TransactionRunner.LockedException;
import io.weathervane.util.PrivateFiles;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * A SQLite file in WAL mode.
 *
 * <p>Every operation first looks whether the file at the path is still the one that is open: SQLite itself
 * goes on writing to a deleted file without a word. A file that is gone or damaged makes operations fail
 * until a database of ours stands there again; it is then opened and brought up to date, never made anew.
 *
 * <p>{@code writing} guards the writer connection and the replacement of {@code connections}. A write that waits for another
 * program does so in slices, and lets the other writers of this process try between them.
 */
public final class SqliteDatabase implements Database {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDatabase.class);

    /** Keeps data versions of two openings of the file apart. */
    private static final int GENERATION_SHIFT = 32;

    /** While other programs change the file in a row, a write that a caller waits for waits this long for a gap: 60 ms. */
    private static final Duration GAP_LIMIT = Duration.ofMillis(60);

    /**
     * One that waits for another program's lock lets the other writers of this process try after so long: 100 ms. Else
     * the record of an action would wait behind one that may wait for seconds.
     */
    private static final Duration LOCK_SLICE = Duration.ofMillis(100);

    /** Attempts of a brief write without the write lock from its beginning on. */
    private static final int BRIEF_ATTEMPTS = 3;

    private final Path path;
    private final StoreOptions options;
    private final WriterLock writing;
    private final Migrations migrations = new Migrations();
    private final Map<String, List<List<String>>> migrated = new ConcurrentHashMap<>();
    private final TimeLimitedReader reader = new TimeLimitedReader();
    private final NextExternalCommitPredictor commitPredictor;
    private final ExternalCommitCounter externalCommits;
    private final TransactionRunner transactions;
    private final ConnectionReplacement replacement;
    private final DeferredWrites deferredWrites;
    private final AtomicLong generation = new AtomicLong();
    private volatile SqliteConnections connections;
    private volatile boolean closed;

    private SqliteDatabase(
            Path path,
            StoreOptions options,
            SqliteConnections connections,
            NextExternalCommitPredictor commitPredictor,
            Ticker ticker) {
        this.path = path;
        this.options = options;
        this.connections = connections;
        this.commitPredictor = commitPredictor;
        this.writing = new WriterLock(path, ticker, commitPredictor);
        this.externalCommits = new ExternalCommitCounter(commitPredictor, writing);
        this.transactions = new TransactionRunner(path);
        this.replacement = new ConnectionReplacement(path, options, migrations, transactions);
        this.deferredWrites = new DeferredWrites(this, path, ticker, options.deferredPace());
    }

    /** Loads the driver and its native library, which needs no file; takes about as long as opening one. */
    public static void loadDriver() {
        SqliteNativeLibraryCache.useKept();
        try {
            SqliteConnections.loadDriver();
        } catch (SQLException e) {
            LOG.debug("the driver is not ready, opening a database will say why", e);
        }
    }

    /**
     * Opens the database, making the file and its folder where there is none.
     *
     * @throws StoreException when the file is there and is not a SQLite database, or cannot be opened
     */
    public static SqliteDatabase open(Path file, StoreOptions options, Ticker ticker) {
        return open(file, options, new NextExternalCommitPredictor(ticker), ticker);
    }

    /** The same by this machine's time, for commands that have no server. */
    public static SqliteDatabase open(Path file, StoreOptions options) {
        return open(file, options, Ticker.system());
    }

    static SqliteDatabase open(
            Path file, StoreOptions options, NextExternalCommitPredictor commitPredictor, Ticker ticker) {
        Path path = file.toAbsolutePath().normalize();
        SqliteNativeLibraryCache.useKept();
        try {
            Path folder = path.getParent();
            if (folder != null) {
                PrivateFiles.createFolders(folder);
            }
            SqliteConnections.requireOwnFiles(path);
            PrivateFiles.createIfMissing(path); // before SQLite does, whose files beside it take its owner and mode
            SqliteConnections connections = SqliteConnections.create(path, options);
            return opened(new SqliteDatabase(path, options, connections, commitPredictor, ticker));
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.FAILED, "cannot open the database " + path + ": " + e.getMessage(), e);
        } catch (SQLException e) {
            throw SqliteErrorMapper.of(path, e);
        }
    }

    private static SqliteDatabase opened(SqliteDatabase database) {
        try {
            database.write(sql -> {
                database.migrations.applyAll(sql);
                return true;
            });
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    @Override
    public <T> T read(TransactionWork<T> work) {
        SqliteConnections current = current();
        StatementCache reader = current.borrowReader();
        try {
            return transactions.read(current, reader, work);
        } finally {
            current.giveBack(reader);
        }
    }

    @Override
    public <T> T readPromptly(TransactionWork<T> work) {
        return reader.ask(() -> read(work));
    }

    @Override
    public DeferredWrites deferredWrites() {
        return deferredWrites;
    }

    @Override
    public <T> T write(TransactionWork<T> work) {
        return write(work, options.busyTimeout());
    }

    @Override
    public <T> T write(TransactionWork<T> work, Duration patience) {
        return locked(patience, slice -> write(patience, current -> transactions.commitLocked(current, work, slice)));
    }

    @Override
    public <T> T writeBriefly(TransactionWork<T> work, Duration patience) {
        return performBriefly(work, patience, /* hurried= */ false)
                .map(Done::result)
                .orElseGet(() -> write(work, patience));
    }

    @Override
    public <T> Optional<T> tryBriefly(TransactionWork<T> work) {
        return performBriefly(work, LOCK_SLICE, /* hurried= */ false).map(Done::result);
    }

    private <T> Optional<Done<T>> performBriefly(TransactionWork<T> work, Duration patience, boolean hurried) {
        Duration gapLimit = hurried ? GAP_LIMIT : NextExternalCommitPredictor.PAUSE;
        TransactionWork<T> brief = hurried ? work : givingWay(work);
        for (int attempt = 0; attempt < BRIEF_ATTEMPTS; attempt++) {
            try {
                return Optional.of(perform(patience, gapLimit, current -> transactions.commitBriefly(current, brief)));
            } catch (LockedException e) {
                LOG.debug("another program was faster attempt={}", attempt, e);
            }
        }
        return Optional.empty();
    }

    /**
     * Work that gives way to another program: when it took too long to compute, it does not take the lock, and is
     * computed again, faster, in the next gap.
     */
    private <T> TransactionWork<T> givingWay(TransactionWork<T> work) {
        return sql -> {
            T result = work.run(sql);
            if (commitPredictor.isNextNear()) {
                throw new SQLException("another program is about to write", "", SQLiteErrorCode.SQLITE_BUSY.code);
            }
            return result;
        };
    }

    /** One attempt at a transaction, by the one who has the writer. */
    @FunctionalInterface
    private interface Attempt<F, T> {
        T on(F from) throws LockedException;
    }

    private <T> T locked(Duration patience, Attempt<Duration, T> attempt) {
        long left = patience.toNanos();
        while (true) {
            long slice = Math.min(left, LOCK_SLICE.toNanos());
            try {
                return attempt.on(Duration.ofNanos(slice));
            } catch (LockedException e) {
                left -= slice;
                if (left <= 0) {
                    throw SqliteErrorMapper.of(path, e.sqlCause());
                }
                writing.letOthersTry();
            }
        }
    }

    /**
     * As {@link #writeBriefly}, for {@link DeferredWrites}.
     *
     * @return whether it is on disk, too
     */
    boolean writeDeferredBriefly(TransactionWork<?> work, Duration patience) {
        return performBriefly(work, patience, /* hurried= */ true)
                .map(Done::onDisk)
                .orElseGet(() -> writeDeferred(work, patience));
    }

    /**
     * As {@link #tryBriefly}, for {@link DeferredWrites}.
     *
     * @param hurried whether a caller waits for it
     * @return whether it is on disk, too
     */
    Optional<Boolean> tryDeferredBriefly(TransactionWork<?> work, boolean hurried) {
        return performBriefly(work, LOCK_SLICE, hurried).map(Done::onDisk);
    }

    /**
     * As {@link #write}, for {@link DeferredWrites}.
     *
     * @return whether it is on disk, too
     */
    boolean writeDeferred(TransactionWork<?> work, Duration patience) {
        return locked(
                patience,
                slice -> perform(patience, GAP_LIMIT, current -> transactions.commitLocked(current, work, slice))
                        .onDisk());
    }

    private <T> T write(Duration patience, Attempt<SqliteConnections, Commit<T>> transaction) throws LockedException {
        return perform(patience, GAP_LIMIT, transaction).result();
    }

    /** A transaction that stands, whether or not a power failure could take it back. */
    private record Done<T>(T result, boolean onDisk) {}

    private <T> Done<T> perform(Duration patience, Duration gapLimit, Attempt<SqliteConnections, Commit<T>> transaction)
            throws LockedException {
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException("a write inside a write: pass the transaction of the outer one on");
        }
        SqliteConnections current;
        Commit<T> commit;
        writing.lockInGap(patience, gapLimit, this::dataVersion);
        try {
            current = current();
            commit = transaction.on(current);
            current.requireSound();
        } finally {
            writing.unlock();
        }
        boolean onDisk = trySync(current, commit.number());
        runHooks(commit.sql().hooks());
        return new Done<>(commit.result(), onDisk);
    }

    /**
     * The lock is free again by now: see {@link WriteAheadLogSync}. When the disk fails the change stands all the same, for
     * all who read: what is told of it must not be that nothing happened. The store is opened anew, by which SQLite
     * brings the log into the database.
     */
    private boolean trySync(SqliteConnections current, long commit) {
        try {
            current.writeAheadLog().sync(commit);
            return true;
        } catch (IOException e) {
            current.suspect();
            String why = "a change is in effect and may not be on disk: " + e.getMessage();
            LOG.error("{} file={}", why, path);
            deferredWrites.notOnDisk(why);
            return false;
        }
    }

    @Override
    public void sync() {
        SqliteConnections current = current();
        try {
            current.writeAheadLog().syncVisible();
        } catch (IOException e) {
            current.suspect();
            throw new StoreException(
                    StoreException.Kind.FAILED, "what " + path + " has may not be on disk: " + e.getMessage(), e);
        }
    }

    @Override
    public void migrate(String component, List<List<String>> versions) {
        if (versions.equals(migrated.get(component))
                && read(sql -> Migrations.isApplied(sql, component, versions.size()))) {
            return; // each of many services brings the same; the file may have been put back to an older state since
        }
        write(sql -> {
            migrations.add(component, versions);
            migrations.applyAll(sql);
            return true;
        });
        migrated.put(component, versions);
    }

    @Override
    public long dataVersion() {
        SqliteConnections current = current();
        long opened = generation.get();
        try {
            return (opened << GENERATION_SHIFT) + externalCommits.look(current, () -> connections);
        } catch (SQLException e) {
            throw transactions.failed(current, e);
        }
    }

    @Override
    public NextExternalCommitPredictor outsideChanges() {
        return commitPredictor;
    }

    @Override
    public void checkReadable() {
        read(sql -> sql.first("SELECT count(*) AS n FROM sqlite_schema", row -> row.number("n")));
    }

    @Override
    public Path file() {
        return path;
    }

    /** The log of the connections that are open now; for tests of a disk that fails. */
    WriteAheadLogSync writeAheadLog() {
        return connections.writeAheadLog();
    }

    @Override
    public void close() {
        deferredWrites.close();
        writing.lock(options.busyTimeout());
        try {
            if (!closed) {
                closed = true;
                connections.close();
            }
        } finally {
            writing.unlock();
        }
    }

    private SqliteConnections current() {
        SqliteConnections current = connections;
        if (!closed && !current.isSuspect()) {
            try {
                current.requireSound();
                return current;
            } catch (StoreException e) {
                LOG.debug("the store is not sound, opening it anew file={} reason={}", path, e.getMessage());
            }
        }
        return reopen(current);
    }

    private SqliteConnections reopen(SqliteConnections failed) {
        writing.lock(options.busyTimeout());
        try {
            if (closed) {
                throw new StoreException(StoreException.Kind.FAILED, "the store " + path + " is closed");
            }
            if (connections == failed) {
                connections = replacement.replace(failed);
                generation.incrementAndGet();
            }
            return connections;
        } finally {
            writing.unlock();
        }
    }

    private static void runHooks(List<Runnable> hooks) {
        for (Runnable hook : hooks) {
            try {
                hook.run();
            } catch (RuntimeException e) {
                LOG.error("work after a commit failed; the commit stands", e);
            }
        }
    }
}

package io.weathervane.store;

import io.weathervane.util.FileStamp;
import io.weathervane.util.PrivateFiles;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
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
 * <p>{@code writing} guards the writer connection and the replacement of {@code connections}.
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

    private static final Duration LET_OTHERS_TRY = Duration.ofMillis(1);

    /** One attempt at a brief write waits this long for another program's lock: 10 ms; the last one waits longer. */
    private static final Duration BRIEF_PATIENCE = Duration.ofMillis(10);

    /** Attempts of a brief write without the write lock from its beginning on. */
    private static final int BRIEF_ATTEMPTS = 3;

    private final Path path;
    private final StoreOptions options;
    private final Ticker ticker;
    private final ReentrantLock writing = new ReentrantLock();
    private final Migrations migrations = new Migrations();
    private final TimeLimitedReader reader = new TimeLimitedReader();
    private final NextExternalCommitPredictor commitPredictor;
    private final DeferredWrites deferredWrites;
    private volatile SqliteConnections connections;
    private final AtomicLong generation = new AtomicLong();
    private final ReentrantLock looking = new ReentrantLock();

    /** Commits that were or may have been another program's; guarded by {@code looking}. */
    private long outsideCommits;

    /** The watcher's number at the last look; guarded by {@code looking}. */
    private long versionLookedAt;

    private volatile boolean closed;
    private Optional<FileStamp> refused = Optional.empty();

    /** The database whose log was set aside, as it was then. */
    private Optional<FileStamp> logSetAsideOf = Optional.empty();

    private @Nullable StoreException refusal;

    private SqliteDatabase(
            Path path,
            StoreOptions options,
            SqliteConnections connections,
            NextExternalCommitPredictor commitPredictor,
            Ticker ticker) {
        this.path = path;
        this.ticker = ticker;
        this.options = options;
        this.connections = connections;
        this.commitPredictor = commitPredictor;
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
            requireOwnFiles(path);
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

    /** SQLite opens by name, and follows links: the database and what it keeps beside it. */
    private static void requireOwnFiles(Path path) throws IOException {
        for (String beside : List.of("", "-wal", "-shm", "-journal")) {
            PrivateFiles.requireOwn(path.resolveSibling(path.getFileName() + beside));
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
            return transact(current, reader.connection(), "BEGIN", work, new SqlTransaction(reader));
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
        return locked(patience, slice -> write(patience, current -> commitLocked(current, work, slice)));
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
                return Optional.of(perform(patience, gapLimit, current -> commitBriefly(current, brief)));
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

    /**
     * Takes the writer; in a row of other programs' commits right after one of them. A program without a busy time-out
     * does not meet our lock then.
     */
    private void lockInGap(Duration patience, Duration limit) {
        if (commitPredictor.inARow()) {
            commitPredictor.awaitNext(limit, this::dataVersion);
            lockForWriting(patience);
            if (!commitPredictor.isNextNear()) {
                return;
            }
            writing.unlock(); // another thread has used that gap
            commitPredictor.awaitNext(limit, this::dataVersion);
        }
        lockForWriting(patience);
    }

    /** Result of a transaction. */
    private record Commit<T>(T result, SqlTransaction sql, long number) {}

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
                    throw SqliteErrorMapper.of(path, e.cause);
                }
                letOthersTry();
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
                slice -> perform(patience, GAP_LIMIT, current -> commitLocked(current, work, slice))
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
        lockInGap(patience, gapLimit);
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

    private <T> Commit<T> commitLocked(SqliteConnections current, TransactionWork<T> work, Duration slice)
            throws LockedException {
        waitForLocks(current, slice);
        begin(current);
        return completed(current, work);
    }

    /** A commit of another program between our first read and our first write ends it. */
    private <T> Commit<T> commitBriefly(SqliteConnections current, TransactionWork<T> work) throws LockedException {
        waitForLocks(current, BRIEF_PATIENCE);
        try {
            SqliteConnections.execute(current.writer(), "BEGIN");
            return completed(current, work);
        } catch (SQLException e) {
            throw failed(current, e);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.BUSY && e.getCause() instanceof SQLException cause) {
                throw new LockedException(cause);
            }
            throw e;
        }
    }

    private <T> Commit<T> completed(SqliteConnections current, TransactionWork<T> work) {
        SqlTransaction sql = new SqlTransaction(current.writersStatements());
        T result = complete(current, current.writer(), work, sql);
        return new Commit<>(result, sql, current.writeAheadLog().committed());
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

    private void begin(SqliteConnections current) throws LockedException {
        try {
            SqliteConnections.execute(current.writer(), "BEGIN IMMEDIATE");
        } catch (SQLException e) {
            if (SqliteErrorMapper.kindOf(e) == StoreException.Kind.BUSY) {
                throw new LockedException(e);
            }
            throw failed(current, e);
        }
    }

    /** The lock is not fair: the one who gives it back would have it again before one that waits wakes up. */
    private void letOthersTry() {
        if (writing.hasQueuedThreads()) {
            LockSupport.parkNanos(LET_OTHERS_TRY.toNanos());
        }
    }

    /** Another program holds the lock; nothing has begun. */
    private static final class LockedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final SQLException cause;

        LockedException(SQLException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    private void waitForLocks(SqliteConnections current, Duration patience) {
        try {
            current.waitForLocks(patience);
        } catch (SQLException e) {
            throw failed(current, e);
        }
    }

    @Override
    public void migrate(String component, List<List<String>> versions) {
        write(sql -> {
            migrations.add(component, versions);
            migrations.applyAll(sql);
            return true;
        });
    }

    @Override
    public long dataVersion() {
        SqliteConnections current = current();
        looking.lock();
        try {
            long opened = generation.get();
            outsideCommits += mayHaveChanged(current) ? 1 : 0;
            return (opened << GENERATION_SHIFT) + outsideCommits;
        } catch (SQLException e) {
            throw failed(current, e);
        } finally {
            looking.unlock();
        }
    }

    /** Whether another program has committed; while the writer is in use, whether any program has, this one too: the next look knows which. */
    private boolean mayHaveChanged(SqliteConnections current) throws SQLException {
        long look = commitPredictor.beforeLook();
        long version = current.dataVersion();
        boolean moved = version != versionLookedAt;
        versionLookedAt = version;
        if (writing.isHeldByCurrentThread() || !writing.tryLock()) {
            return moved;
        }
        try {
            boolean others = current == connections && current.othersCommitted(version);
            if (others) {
                commitPredictor.seenSince(look);
            } else {
                commitPredictor.nothingSince(look);
            }
            return others;
        } finally {
            writing.unlock();
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
        lockForWriting(options.busyTimeout());
        try {
            if (!closed) {
                closed = true;
                connections.close();
            }
        } finally {
            writing.unlock();
        }
    }

    private <T> T transact(
            SqliteConnections current,
            Connection connection,
            String begin,
            TransactionWork<T> work,
            SqlTransaction sql) {
        try {
            SqliteConnections.execute(connection, begin);
        } catch (SQLException e) {
            throw failed(current, e);
        }
        return complete(current, connection, work, sql);
    }

    private <T> T complete(
            SqliteConnections current, Connection connection, TransactionWork<T> work, SqlTransaction sql) {
        boolean done = false;
        try {
            T result = work.run(sql);
            sql.runLater();
            SqliteConnections.execute(connection, "COMMIT");
            done = true;
            return result;
        } catch (SQLException e) {
            throw failed(current, e);
        } finally {
            sql.end();
            if (!done) {
                rollBack(current, connection);
            }
        }
    }

    /** Undoes what is left of a transaction; SQLite has done so by itself after some errors. */
    private void rollBack(SqliteConnections current, Connection connection) {
        try {
            SqliteConnections.execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            boolean nothingToUndo = String.valueOf(e.getMessage()).contains("no transaction is active");
            if (!nothingToUndo) {
                current.suspect();
                LOG.warn("rollback failed, opening the store anew file={} reason={}", path, e.getMessage());
            }
        }
    }

    private StoreException failed(SqliteConnections current, SQLException cause) {
        StoreException failure = SqliteErrorMapper.of(path, cause);
        if (failure.kind() == StoreException.Kind.CORRUPT || failure.kind() == StoreException.Kind.READ_ONLY) {
            current.suspect();
        }
        return failure;
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
        lockForWriting(options.busyTimeout());
        try {
            if (closed) {
                throw new StoreException(StoreException.Kind.FAILED, "the store " + path + " is closed");
            }
            if (connections == failed) {
                replace(failed);
            }
            return connections;
        } finally {
            writing.unlock();
        }
    }

    /** A file that was refused is looked at again when it has changed, not before: the check reads all of it. */
    private void replace(SqliteConnections old) {
        Optional<FileStamp> now = SqliteConnections.stampOf(path);
        if (refusal != null && now.equals(refused)) {
            throw new StoreException(refusal.kind(), String.valueOf(refusal.getMessage()), refusal);
        }
        old.suspect();
        try {
            old.close();
            requireOwnFiles(path);
            setStaleLogAside(old);
            bringLogBack();
            connections = openAgain();
            generation.incrementAndGet();
            refusal = null;
            LOG.info("store opened again file={}", path);
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

    private SqliteConnections openAgain() throws SQLException {
        SqliteConnections fresh = SqliteConnections.reopen(path, options);
        try {
            transact(
                    fresh,
                    fresh.writer(),
                    "BEGIN IMMEDIATE",
                    sql -> {
                        migrations.applyAll(sql);
                        return true;
                    },
                    new SqlTransaction(fresh.writersStatements()));
            fresh.writeAheadLog().syncVisible();
            return fresh;
        } catch (IOException e) {
            fresh.close();
            throw new StoreException(
                    StoreException.Kind.FAILED, "what " + path + " has may not be on disk: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            fresh.close();
            throw e;
        }
    }

    /**
     * A write-ahead log belongs to the database it was written for, but SQLite would replay it into any
     * other that stands at the same path: a restored backup would be damaged by the log of its predecessor.
     */
    private void setStaleLogAside(SqliteConnections old) throws IOException {
        if (old.leftItsLogBehind()) {
            Files.move(log(), logAside(), StandardCopyOption.REPLACE_EXISTING);
            Files.deleteIfExists(path.resolveSibling(path.getFileName() + "-shm"));
            logSetAsideOf = Optional.of(old.lastSound());
            LOG.warn("the log of the replaced database was set aside file={}", logAside());
        }
    }

    /** The very database that was taken away is back, untouched: the log set aside has its newest changes. */
    private void bringLogBack() throws IOException {
        boolean untouched =
                logSetAsideOf.isPresent() && SqliteConnections.stampOf(path).equals(logSetAsideOf);
        if (untouched && !Files.exists(log()) && Files.exists(logAside())) {
            Files.move(logAside(), log());
            logSetAsideOf = Optional.empty();
            LOG.warn("the database is back, and its log with it file={}", path);
        }
    }

    private Path log() {
        return path.resolveSibling(path.getFileName() + "-wal");
    }

    private Path logAside() {
        return path.resolveSibling(path.getFileName() + ".replaced-wal");
    }

    private void lockForWriting(Duration patience) {
        Duration limit = patience.multipliedBy(2).plusSeconds(1);
        Stopwatch time = new Stopwatch(ticker, limit);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (!writing.tryLock(time.leftNanos(), TimeUnit.NANOSECONDS)) {
                        throw SqliteErrorMapper.behindAnotherWrite(path, limit);
                    }
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
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

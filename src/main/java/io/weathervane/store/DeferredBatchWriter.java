package io.weathervane.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches by the writers of their records' kinds. A batch is in the database once: one that the journal has, too, has
 * an id, which its transaction records in {@code late_writes}.
 */
final class DeferredBatchWriter {
    private static final Logger LOG = LoggerFactory.getLogger(DeferredWrites.class);

    /** One attempt waits this long for another program's lock: 150 ms. */
    static final Duration PATIENCE = Duration.ofMillis(150);

    private static final String TABLE = "CREATE TABLE IF NOT EXISTS late_writes (id TEXT PRIMARY KEY)";

    private final SqliteDatabase database;
    private final WriteTrouble trouble;
    private final Map<String, RecordKindWriter> writers = new ConcurrentHashMap<>();

    DeferredBatchWriter(SqliteDatabase database, WriteTrouble trouble) {
        this.database = database;
        this.trouble = trouble;
    }

    /** Makes known who writes the records of a kind. */
    void register(String kind, RecordKindWriter writer) {
        writers.put(kind, writer);
    }

    /** One attempt at a batch; why it failed, empty when it is on disk. */
    Optional<StoreException.Kind> write(DeferredRecordBatch batch) {
        return batch.inDatabase() ? bringToDisk(batch) : apply(batch);
    }

    /**
     * One transaction instead of many, for batches that are not in the journal; when it does not succeed each is to be
     * written by itself.
     *
     * @param hurried whether a caller waits for it
     * @return whether all are on disk
     */
    boolean tryTogether(List<DeferredRecordBatch> batches, boolean hurried) {
        try {
            TransactionWork<Boolean> all = sql -> {
                for (DeferredRecordBatch batch : batches) {
                    write(sql, batch);
                }
                return true;
            };
            Optional<Boolean> onDisk = database.tryDeferredBriefly(all, hurried);
            onDisk.ifPresent(yes -> batches.forEach(DeferredRecordBatch::markInDatabase));
            return onDisk.orElse(false);
        } catch (RuntimeException e) {
            LOG.debug("not written together batches={}", batches.size(), e);
            return false;
        }
    }

    private Optional<StoreException.Kind> apply(DeferredRecordBatch batch) {
        try {
            AtomicBoolean onDisk = new AtomicBoolean();
            Runnable transaction = () -> onDisk.set(database.writeDeferredBriefly(sql -> write(sql, batch), PATIENCE));
            for (DeferredRecord record : batch.records()) {
                Runnable inner = transaction;
                RecordKindWriter writer = writer(record);
                transaction = () -> writer.around(inner);
            }
            transaction.run();
            batch.markInDatabase();
            return onDisk.get() ? Optional.empty() : Optional.of(StoreException.Kind.BUSY);
        } catch (StoreException e) {
            return Optional.of(failed(batch, e.kind(), String.valueOf(e.getMessage()), null));
        } catch (RuntimeException e) {
            return Optional.of(failed(batch, StoreException.Kind.FAILED, e.toString(), e));
        }
    }

    /** Its transaction stands and must not come twice: only the disk is tried again. */
    private Optional<StoreException.Kind> bringToDisk(DeferredRecordBatch batch) {
        try {
            return database.writeDeferred(sql -> true, PATIENCE)
                    ? Optional.empty()
                    : Optional.of(StoreException.Kind.BUSY);
        } catch (StoreException e) {
            return Optional.of(failed(batch, e.kind(), String.valueOf(e.getMessage()), null));
        }
    }

    private boolean write(SqlTransaction sql, DeferredRecordBatch batch) throws SQLException {
        boolean once = batch.id().isEmpty() || tryRecordId(sql, batch.id());
        if (once) {
            for (DeferredRecord record : batch.records()) {
                writer(record).write(sql, record.body());
            }
        }
        return once;
    }

    /** Only what is in the file, too, could come twice; the table is made when there is something of that kind. */
    private static boolean tryRecordId(SqlTransaction sql, String id) throws SQLException {
        sql.update(TABLE);
        return sql.update("INSERT OR IGNORE INTO late_writes (id) VALUES (?)", id) == 1;
    }

    private RecordKindWriter writer(DeferredRecord record) {
        RecordKindWriter writer = writers.get(record.kind());
        if (writer == null) {
            throw new StoreException(
                    StoreException.Kind.FAILED, "nothing here writes records of kind " + record.kind());
        }
        return writer;
    }

    private StoreException.Kind failed(
            DeferredRecordBatch batch, StoreException.Kind kind, String why, @Nullable RuntimeException cause) {
        if (!trouble.isPresent()) {
            LOG.error("the database cannot be written, what happens is kept and written later: {}", why, cause);
        }
        trouble.failed(why);
        batch.refused();
        batch.records()
                .forEach(record ->
                        Optional.ofNullable(writers.get(record.kind())).ifPresent(writer -> writer.failed(why)));
        return kind;
    }

    /** Finds out whether the database can be written, before there is something to write. */
    void look() {
        try {
            if (database.writeDeferred(sql -> true, PATIENCE)) {
                if (trouble.isPresent()) {
                    LOG.info("the database can be written again");
                }
                trouble.over();
            }
        } catch (StoreException e) {
            if (!trouble.isPresent()) {
                LOG.warn("the database cannot be written: {}", e.getMessage());
            }
            trouble.failed(String.valueOf(e.getMessage()));
        }
    }

    /** Removes the ids of batches that the journal does not have any more. */
    void forgetIds() {
        try {
            database.write(sql -> sql.update("DELETE FROM late_writes"), PATIENCE);
        } catch (StoreException e) {
            LOG.debug("the ids of what was written late stay", e);
        }
    }
}

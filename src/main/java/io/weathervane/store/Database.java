package io.weathervane.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The embedded store. Reads see one consistent state; writes are one at a time, all or nothing, and on
 * disk when the call returns. Every method throws {@link StoreException} when the store cannot do it.
 */
public interface Database extends AutoCloseable {
    /** Runs the work in one read transaction. */
    <T> T read(TransactionWork<T> work);

    /** Runs the work in one write transaction, begun with the write lock in hand; a throw undoes all of it. */
    <T> T write(TransactionWork<T> work);

    /** The same, and fails when the lock is not to be had for so long; for those who must not be held up. */
    <T> T write(TransactionWork<T> work, Duration patience);

    /**
     * The same, for work that reads and computes much before it writes: the write lock is taken with its first write, see
     * {@link SqlTransaction#updateLater}. All of it is of one state all the same; when another program commits meanwhile the work is
     * run anew, so it must change nothing but through its {@link SqlTransaction}.
     */
    <T> T writeBriefly(TransactionWork<T> work, Duration patience);

    /** As {@link #writeBriefly}; empty, and nothing is written, when another program was faster each time. */
    <T> Optional<T> tryBriefly(TransactionWork<T> work);

    /**
     * Returns when all that reads have found so far is on disk: a read may see the commit of another thread that still
     * waits for the disk. For those who write elsewhere what they have read.
     */
    void sync();

    /** As {@link #read}, and fails when there is no answer at once (see {@link TimeLimitedReader}). */
    <T> T readPromptly(TransactionWork<T> work);

    /** For what has happened already: written in order, on a thread of its own, until it succeeds. */
    DeferredWrites deferredWrites();

    /**
     * Brings a component's tables up to date: statement lists in order, each list once, ever.
     *
     * @param component the owner of the tables, such as {@code flags}
     * @param versions version 1 first; a list already applied is never run again, so never edit one
     */
    void migrate(String component, List<List<String>> versions);

    /**
     * A number that moves when another program has committed a change or the file was opened anew. While this process
     * writes, whose commit it was may not be known, and the number moves for its own, too.
     */
    long dataVersion();

    /** When other programs have changed the file, as far as calls of {@link #dataVersion} have found out. */
    NextExternalCommitPredictor outsideChanges();

    /** Whether the file is there, is the one that was opened, and can be read; throws when not. Costs a few reads. */
    void checkReadable();

    Path file();

    @Override
    void close();
}

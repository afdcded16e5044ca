package io.weathervane.rollback;

import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.store.Database;
import io.weathervane.store.DeferredRecord;
import io.weathervane.store.DeferredWrites;
import io.weathervane.store.StoreException;
import io.weathervane.store.WriteReceipt;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hands over a watch and the audit entries that belong to it, to be written in one transaction. Nothing waits for that:
 * see {@link DeferredWrites}.
 */
final class DeferredWatchWriter {
    private final DeferredWrites writes;
    private final AuditLog audit;
    private final WatchStore watches;

    DeferredWatchWriter(Database database, AuditLog audit, WatchStore watches) {
        this.writes = database.deferredWrites();
        this.audit = audit;
        this.watches = watches;
    }

    /** Hands it over and goes on: something is still to be done. */
    void handOver(WatchRecord watch, List<NewAuditEvent> entries) {
        writes.submit(records(Optional.of(watch), entries));
    }

    /**
     * Hands it over and gives it a moment, so that who hears of what was done finds it in the audit, or at least nothing
     * that happens to this server takes it back: while the database cannot be written it is in the journal.
     */
    void write(Optional<WatchRecord> watch, List<NewAuditEvent> entries) {
        WriteReceipt receipt = writes.submit(records(watch, entries));
        boolean unused = receipt.promptly() || receipt.safely();
    }

    /** The same, of a check that led to nothing; when far too much waits it may be left out. */
    void writeUneventful(WatchRecord watch, List<NewAuditEvent> entries) {
        boolean unused =
                writes.submitUneventful(records(Optional.of(watch), entries)).promptly();
    }

    /** The same, for a transaction of others. */
    List<DeferredRecord> records(Optional<WatchRecord> watch, List<NewAuditEvent> entries) {
        List<DeferredRecord> records = new ArrayList<>();
        watch.ifPresent(newest -> records.add(watches.deferred(newest)));
        entries.forEach(event -> records.add(audit.deferred(event)));
        return List.copyOf(records);
    }

    /**
     * For what may not happen without its record.
     *
     * @param what such as {@code a promotion}
     * @throws ActionRefusedException when the database cannot be written
     */
    void requireWritten(String what) {
        try {
            writes.requireWritten();
        } catch (StoreException e) {
            throw new ActionRefusedException(
                    what + " needs the database, which cannot be written at present: " + e.getMessage()
                            + ". Nothing was changed; what makes things safe works without it",
                    e);
        }
    }

    /** What the operator should know of it. */
    List<String> notes() {
        return writes.lag().notes();
    }

    /** Whether the database does not have everything, and that is not a matter of a moment. */
    boolean behind() {
        return writes.lag().degraded();
    }
}

package io.weathervane.control;

import io.weathervane.audit.AuditEntry;
import io.weathervane.audit.AuditLog;
import io.weathervane.store.Database;
import io.weathervane.store.Sql;
import io.weathervane.store.StoreException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a watch and the audit entries that belong to it in one transaction. What cannot be written is kept, in order,
 * and written with what comes next.
 */
final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    /** Entries kept while the database cannot be written; the oldest go first. */
    private static final int KEPT_MAX = 2000;

    private final Database database;
    private final AuditLog audit;
    private final WatchStore watches;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<AuditEntry> entries = new ArrayDeque<>();
    private final Map<String, Watch> changed = new LinkedHashMap<>();
    private long dropped;
    private volatile boolean behind;

    Ledger(Database database, AuditLog audit, WatchStore watches, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.watches = watches;
        this.clock = clock;
    }

    /** Whether it is on disk now; if not, it will be tried again. */
    boolean write(Optional<Watch> watch, List<AuditEntry> more) {
        lock.lock();
        try {
            watch.ifPresent(newest -> changed.put(newest.promotionId(), newest));
            entries.addAll(more);
            while (entries.size() > KEPT_MAX) {
                entries.removeFirst();
                dropped++;
            }
            return flush();
        } finally {
            lock.unlock();
        }
    }

    /** Tries again what could not be written. */
    boolean catchUp() {
        return !behind || write(Optional.empty(), List.of());
    }

    /** Whether something is not on disk yet. */
    boolean behind() {
        return behind;
    }

    private boolean flush() {
        try {
            database.write(this::writeAll);
        } catch (StoreException e) {
            if (!behind) {
                LOG.error("the monitor's records cannot be written, they are kept: {}", e.getMessage());
            }
            behind = true;
            return false;
        }
        if (behind) {
            LOG.info("the monitor's records are written again entries={} lost={}", entries.size(), dropped);
        }
        entries.clear();
        changed.clear();
        dropped = 0;
        behind = false;
        return true;
    }

    private boolean writeAll(Sql sql) throws SQLException {
        for (Watch watch : changed.values()) {
            watches.save(sql, watch, clock.instant());
        }
        for (AuditEntry entry : entries) {
            audit.append(sql, entry);
        }
        return true;
    }
}

package io.weathervane.audit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The lines a file is to get for the events after a place in the chain, read from the chain a page at a time. */
final class UnexportedAuditLines {
    private static final int PAGE = 500;

    private final AuditLog log;
    private final AuditFileFormat format;
    private final Deque<Pending> page = new ArrayDeque<>();
    private long read;

    /** One line and the event it is for. */
    record Pending(long seq, String line) {}

    UnexportedAuditLines(AuditLog log, AuditFileFormat format, long after) {
        this.log = log;
        this.format = format;
        this.read = after;
    }

    /** The next line, which stays the next one; empty when the chain has no more for this file at the moment. */
    Optional<Pending> peek() {
        while (page.isEmpty()) {
            List<AuditRow> rows = log.rowsOnDiskAfter(read, PAGE);
            if (rows.isEmpty()) {
                return Optional.empty();
            }
            for (AuditRow row : rows) {
                row.toEvent().flatMap(format::line).ifPresent(line -> page.add(new Pending(row.seq(), line)));
                read = row.seq();
            }
        }
        return Optional.of(page.getFirst());
    }

    void take() {
        page.removeFirst();
    }

    /** How far the chain was read: no event up to here is without its line, if those peeked at were taken. */
    long read() {
        return read;
    }
}

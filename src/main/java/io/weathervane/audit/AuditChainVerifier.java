package io.weathervane.audit;

import java.util.List;
import java.util.Optional;

/** Walks the chain from its first event and stops at the first that does not fit. */
final class AuditChainVerifier {
    private static final int PAGE = 1000;

    private final AuditLog log;
    private AuditLog.Link last = AuditLog.Link.GENESIS;
    private long events;

    AuditChainVerifier(AuditLog log) {
        this.log = log;
    }

    /** The first problem, as a sentence. */
    Optional<String> run() {
        AuditLog.Link head = log.head();
        for (List<AuditRow> page = page(); !page.isEmpty(); page = page()) {
            for (AuditRow row : page) {
                Optional<String> problem = problemWith(row);
                if (problem.isPresent()) {
                    return problem;
                }
                events++;
                last = new AuditLog.Link(row.seq(), row.hash());
                if (row.seq() == head.seq() && !row.hash().equals(head.hash())) {
                    return Optional.of("event " + row.seq() + ": audit_head remembers another hash for it");
                }
            }
        }
        return last.seq() < head.seq()
                ? Optional.of(
                        "event " + (last.seq() + 1) + ": missing, the chain was written up to event " + head.seq())
                : Optional.empty();
    }

    /** How many events were read and found good. */
    long events() {
        return events;
    }

    private List<AuditRow> page() {
        return log.rowsAfter(last.seq(), PAGE);
    }

    private Optional<String> problemWith(AuditRow row) {
        if (row.seq() != last.seq() + 1) {
            return Optional.of("event " + (last.seq() + 1) + ": missing, the next one is event " + row.seq());
        }
        if (!row.previousHash().equals(last.hash())) {
            return Optional.of(
                    "event " + row.seq() + ": does not follow event " + last.seq() + " (its previous hash differs)");
        }
        if (!row.hash().equals(row.computeHash())) {
            return Optional.of("event " + row.seq() + ": was changed after it was written (its hash does not fit)");
        }
        return Optional.empty();
    }
}

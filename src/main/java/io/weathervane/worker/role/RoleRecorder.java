package io.weathervane.worker.role;

import io.weathervane.store.Database;
import io.weathervane.store.DeferredRecord;
import io.weathervane.store.SameTransactionWriter;
import io.weathervane.store.StoreException;
import io.weathervane.store.WriteReceipt;
import io.weathervane.worker.AdditionalSwitchRecordSource;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerSwitchResult;
import io.weathervane.worker.routing.RoleAssignment;
import io.weathervane.worker.routing.RoleAssignments;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the role assignment to the database: a promotion before it happens, and without the record it does not happen; a
 * rollback after it has happened, retried until the database takes it.
 */
final class RoleRecorder {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");
    private static final String UNRECORDED = "unrecorded";

    /** A promotion waits this long for another program's lock: 2 s. Nothing else is decided meanwhile. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Database database;
    private final ServiceName service;
    private final RoleAssignments roles;
    private final WorkerEventPublisher workerEvents;
    private final Clock clock;

    RoleRecorder(
            Database database,
            ServiceName service,
            RoleAssignments roles,
            WorkerEventPublisher workerEvents,
            Clock clock) {
        this.database = database;
        this.service = service;
        this.roles = roles;
        this.workerEvents = workerEvents;
        this.clock = clock;
        database.deferredWrites()
                .register(
                        RoleAssignmentRows.KIND,
                        (sql, body) -> RoleAssignmentRows.read(body).write(sql));
    }

    private void recorded() {
        workerEvents.forget(UNRECORDED);
        workerEvents.changed();
    }

    /** Writes a switch that is about to happen; refused when that fails. */
    void writeAhead(
            RoleAssignment next, WorkerSwitchResult change, SameTransactionWriter<WorkerSwitchResult> sameTransaction) {
        try {
            database.deferredWrites().requireWritten();
            database.write(
                    sql -> {
                        RoleAssignmentRows.of(service, next, change.at()).write(sql);
                        sameTransaction.run(sql, change);
                        return change;
                    },
                    PATIENCE);
        } catch (StoreException e) {
            throw new WorkerActionRefusedException(
                    "the promotion cannot be recorded, so nothing was switched: " + e.getMessage(), e);
        }
        workerEvents.forget(UNRECORDED);
    }

    /** Hands over a switch that has happened. */
    WriteReceipt writeDeferred(
            RoleAssignment now, WorkerSwitchResult change, AdditionalSwitchRecordSource additionalRecords) {
        List<DeferredRecord> records = new ArrayList<>();
        records.add(RoleAssignmentRows.of(service, now, change.at()).record());
        records.addAll(additionalRecords.of(change));
        return database.deferredWrites().submit(records);
    }

    /** The switch as it is recorded by now, or why it is not. */
    WorkerSwitchResult outcome(WorkerSwitchResult change, WriteReceipt receipt) {
        if (receipt.promptly()) {
            return change;
        }
        String why = receipt.failure().orElse("it is being written");
        LOG.error("the switch to {} is done but not recorded yet: {}", service.shown(change.to()), why);
        workerEvents.note(
                UNRECORDED,
                "the switch to " + change.to() + " is done and in effect; the database does not have it yet: " + why);
        receipt.onDone(this::recorded);
        return new WorkerSwitchResult(
                change.from(), change.to(), change.at(), change.flipNanos(), /* recorded= */ false, Optional.of(why));
    }

    /** Writes who has which role. */
    void write() {
        WriteReceipt receipt = roles.change(() -> database.deferredWrites()
                .submit(List.of(RoleAssignmentRows.of(service, roles.now(), clock.instant())
                        .record())));
        if (!receipt.promptly()) {
            workerEvents.note(
                    UNRECORDED,
                    "which release is active is not recorded: "
                            + receipt.failure().orElse("it is being written"));
            receipt.onDone(this::recorded);
        }
    }
}

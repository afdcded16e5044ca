package io.weathervane.cli;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditFileSynchronizer;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.audit.StateLoss;
import io.weathervane.audit.StateLossCheck;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import io.weathervane.transport.socket.ServerUnreachableException;
import io.weathervane.transport.socket.WorkspaceLock;
import io.weathervane.transport.socket.WorkspaceOwnerInfo;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import io.weathervane.worker.ReleaseStore;
import io.weathervane.worker.ServiceName;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** A rollback while no server runs: the record changes, and the audit with it, in one transaction. */
final class OfflineRollback {
    private static final Logger LOG = LoggerFactory.getLogger(OfflineRollback.class);

    private static final String ACTOR_VARIABLE = "WVO_ACTOR";

    private final Workspace workspace;
    private final Actor actor;
    private final Optional<String> service;
    private final Clock clock = Clock.systemUTC();

    /**
     * Result of an offline rollback: the release that was active, the one that is now, and the event that records it.
     */
    record Done(String from, String to, long auditSeq) {}

    /** @param service whose record is changed; may be left out where only one service has one */
    OfflineRollback(Workspace workspace, Map<String, String> environment, Optional<String> service) {
        this.workspace = workspace;
        this.service = service;
        String named = environment.getOrDefault(ACTOR_VARIABLE, "");
        this.actor = new Actor(named.isBlank() ? System.getProperty("user.name") : named);
    }

    /**
     * Does it, holding the workspace's lock.
     *
     * @throws CommandFailedException when there is no previous release, or no database
     * @throws ServerUnreachableException when a server has the workspace after all and does not answer
     */
    Done run(String reason) {
        WorkspaceLock lock = WorkspaceLock.tryAcquire(
                        workspace.existingState(),
                        WorkspaceOwnerInfo.ofThisProcess(clock.instant(), List.of("rollback")))
                .orElseThrow(this::ownerIsDeaf);
        try (lock;
                Database database = DirectDatabaseOpener.open(workspace)) {
            return changeRecord(database, reason);
        }
    }

    private Done changeRecord(Database database, String reason) {
        AuditLog log = new AuditLog(database, clock);
        ReleaseStore releases = releases(database);
        Optional<StateLoss> lost = StateLossCheck.run(log, database, workspace.analytics());
        if (lost.isPresent()) { // the files are evidence: the next server judges them before it writes to them
            LOG.warn(
                    "{}; the audit files stay as they are until a server starts",
                    lost.get().describe());
            return database.write(sql -> swap(sql, releases, log, reason));
        }
        try (AuditFileSynchronizer files =
                AuditFileSynchronizer.start(log, database, workspace.analytics(), Ticker.system())) {
            Done done = database.write(sql -> swap(sql, releases, log, reason));
            files.wake();
            return done;
        }
    }

    private ReleaseStore releases(Database database) {
        ReleaseStore own = new ReleaseStore(database, ServiceName.DEFAULT); // makes the tables of this version
        List<String> known = database.read(ReleaseStore::services);
        String services = "; service is one of: " + String.join(", ", known) + "; nothing was changed";
        if (service.isEmpty() && known.size() > 1) {
            throw new UsageException("--service is required: this workspace has several services" + services);
        }
        if (service.isPresent() && !known.contains(service.get())) {
            throw new UsageException("no service " + service.get() + " has run here, so there is nothing to go back to"
                    + (known.isEmpty() ? "; nothing was changed" : services));
        }
        return service.or(() -> known.stream().findFirst())
                .map(name -> new ReleaseStore(database, new ServiceName(name)))
                .orElse(own);
    }

    private Done swap(SqlTransaction sql, ReleaseStore releases, AuditLog log, String reason) throws SQLException {
        String from = releases.activeLabel(sql).orElse("none");
        String to = releases.swapRecord(sql)
                .orElseThrow(() -> new CommandFailedException(
                        "there is no previous release to go back to (active: " + from + "); nothing was changed"));
        ObjectNode payload = JsonRpcCodec.JSON.createObjectNode();
        payload.put("reason", reason).put("manual", true).put("serverRunning", false);
        payload.put("from", from).put("to", to);
        if (!releases.service().equals(ServiceName.DEFAULT)) {
            payload.put("service", releases.service().value());
        }
        return new Done(
                from,
                to,
                log.append(sql, NewAuditEvent.of(AuditKind.ROLLBACK_EXECUTED, actor, payload))
                        .seq());
    }

    private ServerUnreachableException ownerIsDeaf() {
        String owner = WorkspaceLock.describeHolder(workspace.existingState());
        return new ServerUnreachableException(owner + ", has the workspace but does not answer on its socket:"
                + " nothing was changed; stop it, then run rollback again");
    }
}

package io.weathervane.rollback;

import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.baseline.ActiveReleaseErrorSummary;
import io.weathervane.baseline.ReleaseRecorder;
import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.observation.ExternalErrorRateRowReader;
import io.weathervane.policy.PolicyResolver;
import io.weathervane.rollback.RollbackActions.ActionContext;
import io.weathervane.store.SqlTransaction;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchStore;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerSwitchResult;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Records a promotion in the transaction that switches the workers, so that none of it is kept without the rest. */
final class PromotionRecorder {
    private final AuditLog audit;
    private final WatchStore watches;
    private final ExternalErrorRateRowReader rowReader;
    private final Clock clock;
    private final ReleaseRecorder releases;

    /**
     * A promotion as it is recorded.
     *
     * @param stopped the watch over the promotion before, which ends with this one
     */
    record Begun(
            ActionContext actionContext,
            String approver,
            WorkerSwitchResult change,
            WatchRecord watch,
            Optional<WatchRecord> stopped) {}

    PromotionRecorder(
            AuditLog audit,
            WatchStore watches,
            ExternalErrorRateRowReader rowReader,
            Clock clock,
            ReleaseRecorder releases) {
        this.audit = audit;
        this.watches = watches;
        this.rowReader = rowReader;
        this.clock = clock;
        this.releases = releases;
    }

    /** Records what other programs did up to now, before anything of this promotion. */
    void catchUp() {
        audit.catchUp();
    }

    /** Waits, for a limited time, for what earlier servers counted; never while anything else could be waiting. */
    void awaitBaseline() {
        releases.awaitRead();
    }

    /** What the active release's calls were, which the next one is compared with. */
    BaselineRecord baseline(Optional<String> active) {
        return releases.ofActive(active);
    }

    /** How many of the active release's newest calls failed. */
    ActiveReleaseErrorSummary activeErrorRate(WorkerManager workers, MonitorPolicy policy) {
        return ActiveReleaseErrorSummary.of(workers, releases, policy);
    }

    /** The newest row of others in {@code operations_snapshots}: only later ones belong to the new watch. */
    long lastSnapshot(SqlTransaction sql) throws SQLException {
        return rowReader.lastRowId(sql);
    }

    /**
     * Writes the switch, the end of the watch before, and the new watch.
     *
     * @param settings that the new watch goes by
     */
    void record(SqlTransaction sql, Begun begun, PolicyResolver settings) throws SQLException {
        audit.append(sql, RollbackActions.switched(begun.actionContext(), begun.change(), "promote"));
        if (begun.stopped().isPresent()) {
            watches.save(sql, begun.stopped().get(), clock.instant());
            audit.append(sql, CurrentWatch.stopEntry(begun.stopped().get(), "another promotion"));
        }
        watches.save(sql, begun.watch(), clock.instant());
        audit.append(
                sql,
                NewAuditEvent.forPromotion(
                        AuditKind.MONITORING_STARTED,
                        begun.actionContext().actor(),
                        begun.watch().promotionId(),
                        started(begun.watch(), begun.actionContext().reason(), begun.approver(), settings)));
    }

    /** The beginning of a watch, as the audit and the bus have it. */
    ObjectNode started(WatchRecord watch, String reason, String approver, PolicyResolver settings) {
        ObjectNode node = MonitorJson.object();
        node.put("worker", watch.state().worker());
        node.put("previous", watch.from().orElse("none"));
        node.put("reason", reason);
        node.put("approver", approver);
        node.put("until", watch.state().schedule().deadline().toString());
        ObjectNode policy = node.putObject("policy");
        settings.sources()
                .forEach((key, sourced) ->
                        policy.putObject(key).put("value", sourced.value()).put("source", sourced.source()));
        return node;
    }
}

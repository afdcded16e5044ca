package io.weathervane;

import io.weathervane.alert.WebhookAlerts;
import io.weathervane.approval.Approvals;
import io.weathervane.audit.AuditLog;
import io.weathervane.control.RollbackMonitor;
import io.weathervane.flags.LiveFlags;
import io.weathervane.incident.Incidents;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.builtin.ProductResources;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.builtin.MonitorStatusTool;
import io.weathervane.tool.builtin.StateView;
import io.weathervane.util.Workspace;
import io.weathervane.worker.WorkerManager;

/** What clients read, beside the tools they call. */
final class OwnContent {
    private final StateView state;
    private final Incidents incidents;

    /** @param awaitWorkers called before workers are looked at, which may still be starting */
    OwnContent(
            SchemaCatalog schemas,
            Workspace workspace,
            AuditLog audit,
            LiveFlags flags,
            WorkerManager workers,
            RollbackMonitor monitor,
            WebhookAlerts alerts,
            Approvals approvals,
            Runnable awaitWorkers) {
        MonitorStatusTool status =
                new MonitorStatusTool(schemas.definition("monitor_status"), monitor, flags, workers, alerts);
        this.state = new StateView(status, flags, workers, audit, approvals, awaitWorkers);
        this.incidents = new Incidents(workspace.incidents());
    }

    ResourceSource resources() {
        return new ProductResources(state, incidents);
    }
}

package io.weathervane.app;

import io.weathervane.approval.ApprovalService;
import io.weathervane.audit.DeferredAuditEntry;
import io.weathervane.config.EnvironmentPreset;
import io.weathervane.core.ServerContext;
import io.weathervane.explanation.DecisionExplainer;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.LiveFlags;
import io.weathervane.incident.EvidenceCollector;
import io.weathervane.incident.EvidenceSources;
import io.weathervane.incident.FlagRow;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.builtin.AdminFlagsTool;
import io.weathervane.tool.builtin.ApprovalGrantTool;
import io.weathervane.tool.builtin.ApprovalStrategy;
import io.weathervane.tool.builtin.AuditQueryTool;
import io.weathervane.tool.builtin.DecisionExplainTool;
import io.weathervane.tool.builtin.EvidenceCollectTool;
import io.weathervane.tool.builtin.IncidentReportTool;
import io.weathervane.tool.builtin.KillSwitchEngageTool;
import io.weathervane.tool.builtin.KillSwitchResetTool;
import io.weathervane.tool.builtin.MonitorStatusTool;
import io.weathervane.tool.builtin.RefusalMapping;
import io.weathervane.tool.builtin.RiskyTool;
import io.weathervane.tool.builtin.UpgradeAbortTool;
import io.weathervane.tool.builtin.UpgradeRunTool;
import io.weathervane.tool.builtin.UpgradeStatusTool;
import io.weathervane.tool.builtin.WorkerPromoteTool;
import io.weathervane.tool.builtin.WorkerRollbackTool;
import io.weathervane.tool.builtin.WorkerStartCanaryTool;
import io.weathervane.tool.builtin.WorkerStatusTool;
import io.weathervane.tool.builtin.WorkerStopCanaryTool;
import io.weathervane.upgrade.UpgradeManager;
import io.weathervane.util.OsUser;
import io.weathervane.util.Workspace;
import io.weathervane.worker.WorkerManager;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The server's own tools, in the order clients see them. */
final class BuiltInTools {
    /** Checks in the evidence's picture of the monitor: the whole window, and from before it. */
    private static final int EVIDENCE_CHECKS = 50;

    private final ServerContext serverContext;
    private final LiveFlags flags;
    private final FlagCatalog catalog;
    private final WorkerManager workers;
    private final RollbackMonitor monitor;
    private final UpgradeManager upgrades;
    private final Operations operations;
    private final SchemaCatalog schemas;
    private final ProcessContext process;

    BuiltInTools(Modules modules, SchemaCatalog schemas, ProcessContext process) {
        this.serverContext = modules.serverContext();
        this.flags = modules.flags().live();
        this.catalog = modules.flags().catalog();
        this.workers = modules.workers().manager();
        this.monitor = modules.rollback().monitor();
        this.upgrades = modules.upgrades().manager();
        this.operations = modules.operations();
        this.schemas = schemas;
        this.process = process;
    }

    List<Tool> all() {
        Workspace workspace = serverContext.workspace();
        ApprovalService approvals = operations.approvals();
        boolean production = process.config().environment() == EnvironmentPreset.PRODUCTION;
        MonitorStatusTool status = new MonitorStatusTool(schemas, monitor, flags, workers, operations.alerts());
        ApprovalStrategy approvalStrategy =
                production ? ApprovalStrategy.fromSecondPerson(approvals) : ApprovalStrategy.fromClientUser();
        RiskyTool reset = new KillSwitchResetTool(schemas, monitor, flags, approvalStrategy);
        RiskyTool promote = new WorkerPromoteTool(schemas, monitor, approvalStrategy);
        RiskyTool upgrade = new UpgradeRunTool(schemas, upgrades, approvalStrategy);
        return Stream.of(
                        new AdminFlagsTool(schemas, flags, catalog, production),
                        new KillSwitchEngageTool(schemas, flags),
                        reset,
                        status,
                        new DecisionExplainTool(schemas, new DecisionExplainer(serverContext.audit())),
                        new AuditQueryTool(schemas, serverContext.audit(), serverContext.clock()),
                        new EvidenceCollectTool(
                                schemas,
                                evidence(status),
                                serverContext.audit(),
                                serverContext.events(),
                                serverContext.clock()),
                        new IncidentReportTool(
                                schemas, workspace.incidents(), serverContext.events(), serverContext.clock()),
                        new WorkerStatusTool(schemas, workers),
                        new WorkerStartCanaryTool(schemas, monitor, workers),
                        new WorkerStopCanaryTool(schemas, monitor, workers),
                        promote,
                        new WorkerRollbackTool(schemas, monitor),
                        upgrade,
                        new UpgradeStatusTool(schemas, upgrades),
                        new UpgradeAbortTool(schemas, upgrades),
                        new ApprovalGrantTool(
                                schemas, approvals, List.of(reset, promote, upgrade), production, OsUser::name))
                .map(tool -> (Tool) new RefusalMapping(tool, approvalStrategy))
                .toList();
    }

    private EvidenceCollector evidence(MonitorStatusTool status) {
        Workspace workspace = serverContext.workspace();
        EvidenceSources sources = new EvidenceSources(
                workspace.analytics().resolve("worker_manager.json"),
                workspace.analytics().resolve("orchestration_metrics.json"),
                () -> status.snapshot(EVIDENCE_CHECKS),
                this::flagRows,
                serverContext.audit(),
                this::unwritten,
                Optional.of(process.messageLog()),
                process.config().file(),
                process.environment());
        return new EvidenceCollector(sources, workspace.incidents(), serverContext.clock());
    }

    private List<DeferredAuditEntry> unwritten() {
        return Stream.concat(serverContext.audit().waiting().stream(), flags.unwrittenEngagement().stream())
                .sorted(Comparator.comparing(DeferredAuditEntry::at))
                .toList();
    }

    private List<FlagRow> flagRows() {
        return flags.view().flags().stream()
                .map(flag -> new FlagRow(flag.definition().key(), flag.stored(), flag.held(), flag.effective()))
                .toList();
    }
}

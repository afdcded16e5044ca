package io.weathervane.app;

import io.weathervane.audit.AuditLog;
import io.weathervane.block.CallBlocks;
import io.weathervane.contract.enforcement.ContractInForce;
import io.weathervane.explanation.DecisionExplainer;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.builtin.ApprovalStrategy;
import io.weathervane.tool.builtin.ContractApproveTool;
import io.weathervane.tool.builtin.DecisionExplainTool;
import io.weathervane.tool.builtin.MonitorStatusTool;
import io.weathervane.tool.builtin.RiskyTool;
import io.weathervane.tool.builtin.UpgradeAbortTool;
import io.weathervane.tool.builtin.UpgradeRunTool;
import io.weathervane.tool.builtin.UpgradeStatusTool;
import io.weathervane.tool.builtin.WorkerPromoteTool;
import io.weathervane.tool.builtin.WorkerRollbackTool;
import io.weathervane.tool.builtin.WorkerStartCanaryTool;
import io.weathervane.tool.builtin.WorkerStatusTool;
import io.weathervane.tool.builtin.WorkerStopCanaryTool;
import io.weathervane.tool.presentation.ShownWorkers;
import io.weathervane.upgrade.UpgradeManager;
import io.weathervane.worker.WorkerManager;

/** The server's own tools that act on one service. */
final class ServiceTools {
    private final SchemaCatalog schemas;
    private final AuditLog audit;
    private final WorkerManager workers;
    private final ShownWorkers shown;
    private final ContractInForce contract;
    private final RollbackMonitor monitor;
    private final UpgradeManager upgrades;
    private final MonitorStatusTool status;
    private final CallBlocks blocks;
    private final ApprovalStrategy approvals;

    private ServiceTools(Service service, SchemaCatalog schemas, Modules modules, ApprovalStrategy approvals) {
        this.schemas = schemas;
        this.audit = service.serverContext().audit();
        this.workers = service.workers().manager();
        this.shown = service.shownWorkers();
        this.contract = service.contract();
        this.monitor = service.rollback().monitor();
        this.upgrades = service.upgrades().manager();
        this.status = new MonitorStatusTool(schemas, service.monitorSnapshots(modules));
        this.blocks = modules.blocks();
        this.approvals = approvals;
    }

    static ServiceTools of(Service service, SchemaCatalog schemas, Modules modules, ApprovalStrategy approvals) {
        return new ServiceTools(service, schemas, modules, approvals);
    }

    MonitorStatusTool status() {
        return status;
    }

    Tool explain() {
        return new DecisionExplainTool(schemas, new DecisionExplainer(audit));
    }

    Tool workerStatus() {
        return new WorkerStatusTool(schemas, shown, blocks);
    }

    Tool startCanary() {
        return new WorkerStartCanaryTool(schemas, monitor, workers);
    }

    Tool stopCanary() {
        return new WorkerStopCanaryTool(schemas, monitor, workers);
    }

    RiskyTool promote() {
        return new WorkerPromoteTool(schemas, monitor, contract, approvals);
    }

    RiskyTool approveContract() {
        return new ContractApproveTool(schemas, contract, approvals);
    }

    Tool rollback() {
        return new WorkerRollbackTool(schemas, monitor);
    }

    RiskyTool upgrade() {
        return new UpgradeRunTool(schemas, upgrades, approvals);
    }

    Tool upgradeStatus() {
        return new UpgradeStatusTool(schemas, upgrades);
    }

    Tool upgradeAbort() {
        return new UpgradeAbortTool(schemas, upgrades);
    }
}

package io.weathervane.app;

import io.weathervane.approval.ApprovalService;
import io.weathervane.audit.DeferredAuditEntry;
import io.weathervane.config.EnvironmentPreset;
import io.weathervane.core.ServerContext;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.LiveFlags;
import io.weathervane.incident.EvidenceCollector;
import io.weathervane.incident.EvidenceSources;
import io.weathervane.incident.FlagRow;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.builtin.AdminFlagsTool;
import io.weathervane.tool.builtin.ApprovalGrantTool;
import io.weathervane.tool.builtin.ApprovalStrategy;
import io.weathervane.tool.builtin.AuditQueryTool;
import io.weathervane.tool.builtin.EvidenceCollectTool;
import io.weathervane.tool.builtin.IncidentReportTool;
import io.weathervane.tool.builtin.KillSwitchEngageTool;
import io.weathervane.tool.builtin.KillSwitchResetTool;
import io.weathervane.tool.builtin.RefusalMapping;
import io.weathervane.tool.builtin.RiskyTool;
import io.weathervane.tool.builtin.ServiceRiskyTool;
import io.weathervane.tool.presentation.ServiceStates;
import io.weathervane.tool.builtin.ServiceTool;
import io.weathervane.util.OsUser;
import io.weathervane.util.Workspace;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The server's own tools, in the order clients see them. */
final class BuiltInTools {
    /** Checks in the evidence's picture of the monitor: the whole window, and from before it. */
    private static final int EVIDENCE_CHECKS = 50;

    private final ServerContext serverContext;
    private final LiveFlags flags;
    private final FlagCatalog catalog;
    private final List<Service> services;
    private final ServiceStartups startups;
    private final Operations operations;
    private final SchemaCatalog schemas;
    private final ProcessContext process;

    /** @param startups of the services, which calls wait for that have to do with workers */
    BuiltInTools(Modules modules, ServiceStartups startups, SchemaCatalog schemas, ProcessContext process) {
        this.serverContext = modules.serverContext();
        this.flags = modules.flags().live();
        this.catalog = modules.flags().catalog();
        this.services = modules.services();
        this.startups = startups;
        this.operations = modules.operations();
        this.schemas = schemas;
        this.process = process;
    }

    List<Tool> all() {
        Workspace workspace = serverContext.workspace();
        ApprovalService approvals = operations.approvals();
        boolean production = process.config().environment() == EnvironmentPreset.PRODUCTION;
        ApprovalStrategy strategy =
                production ? ApprovalStrategy.fromSecondPerson(approvals) : ApprovalStrategy.fromClientUser();
        List<ServiceTools> byService = services.stream()
                .map(service -> ServiceTools.of(service, schemas, flags, operations.alerts(), strategy))
                .toList();
        RiskyTool reset = new KillSwitchResetTool(
                schemas,
                services.stream().map(service -> service.rollback().monitor()).toList(),
                flags,
                strategy);
        List<RiskyTool> risky =
                List.of(reset, risky(byService, ServiceTools::promote), risky(byService, ServiceTools::upgrade));
        return Stream.of(
                        global(new AdminFlagsTool(schemas, flags, catalog, production), strategy),
                        global(new KillSwitchEngageTool(schemas, flags), strategy),
                        global(reset, strategy),
                        ofService(byService, ServiceTools::status, strategy),
                        ofService(byService, ServiceTools::explain, strategy),
                        global(new AuditQueryTool(schemas, serverContext.audit(), serverContext.clock()), strategy),
                        global(evidenceTool(Service.states(services, flags, operations.alerts())), strategy),
                        global(
                                new IncidentReportTool(
                                        schemas, workspace.incidents(), serverContext.events(), serverContext.clock()),
                                strategy),
                        ofService(byService, ServiceTools::workerStatus, strategy),
                        ofService(byService, ServiceTools::startCanary, strategy),
                        ofService(byService, ServiceTools::stopCanary, strategy),
                        ofService(byService, ServiceTools::promote, strategy),
                        ofService(byService, ServiceTools::rollback, strategy),
                        ofService(byService, ServiceTools::upgrade, strategy),
                        ofService(byService, ServiceTools::upgradeStatus, strategy),
                        ofService(byService, ServiceTools::upgradeAbort, strategy),
                        global(new ApprovalGrantTool(schemas, approvals, risky, production, OsUser::name), strategy))
                .toList();
    }

    /** A tool of the whole server, called after the start of all services when it has to do with workers. */
    private Tool global(Tool tool, ApprovalStrategy strategy) {
        Tool mapped = new RefusalMapping(tool, strategy);
        return startups.awaitingStart(mapped);
    }

    /** A tool of each service, called after the start of that service. */
    private Tool ofService(List<ServiceTools> byService, Function<ServiceTools, Tool> tool, ApprovalStrategy strategy) {
        Map<String, Tool> tools = new LinkedHashMap<>();
        for (int index = 0; index < byService.size(); index++) {
            Tool mapped = new RefusalMapping(tool.apply(byService.get(index)), strategy);
            tools.put(services.get(index).name().value(), startups.of(index).awaitingStart(mapped));
        }
        return new ServiceTool(tools);
    }

    private RiskyTool risky(List<ServiceTools> byService, Function<ServiceTools, RiskyTool> tool) {
        Map<String, RiskyTool> tools = new LinkedHashMap<>();
        for (int index = 0; index < byService.size(); index++) {
            tools.put(services.get(index).name().value(), tool.apply(byService.get(index)));
        }
        return new ServiceRiskyTool(tools);
    }

    private Tool evidenceTool(ServiceStates states) {
        return new EvidenceCollectTool(
                schemas, evidence(states), serverContext.audit(), serverContext.events(), serverContext.clock());
    }

    private EvidenceCollector evidence(ServiceStates states) {
        Workspace workspace = serverContext.workspace();
        EvidenceSources.Files files = new EvidenceSources.Files(
                workspace.analytics().resolve("worker_manager.json"),
                workspace.analytics().resolve("orchestration_metrics.json"),
                Optional.of(process.messageLog()),
                process.config().file());
        EvidenceSources sources = new EvidenceSources(
                files,
                () -> states.monitor(EVIDENCE_CHECKS),
                this::flagRows,
                serverContext.audit(),
                this::unwritten,
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

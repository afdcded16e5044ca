package io.weathervane.app;

import io.weathervane.approval.ApprovalService;
import io.weathervane.config.EnvironmentPreset;
import io.weathervane.core.ServerContext;
import io.weathervane.flags.LiveFlags;
import io.weathervane.incident.EvidenceCollector;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.builtin.AdminFlagsTool;
import io.weathervane.tool.builtin.ApprovalGrantTool;
import io.weathervane.tool.builtin.ApprovalStrategy;
import io.weathervane.tool.builtin.AuditQueryTool;
import io.weathervane.tool.builtin.CallsBlockTool;
import io.weathervane.tool.builtin.CallsUnblockTool;
import io.weathervane.tool.builtin.EvidenceCollectTool;
import io.weathervane.tool.builtin.IncidentReportTool;
import io.weathervane.tool.builtin.KillSwitchEngageTool;
import io.weathervane.tool.builtin.KillSwitchResetTool;
import io.weathervane.tool.builtin.RefusalMapping;
import io.weathervane.tool.builtin.RiskyTool;
import io.weathervane.tool.builtin.ServiceRiskyTool;
import io.weathervane.tool.builtin.ServiceTool;
import io.weathervane.util.OsUser;
import io.weathervane.util.Workspace;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The server's own tools, in the order clients see them. */
final class BuiltInTools {
    private final Modules modules;
    private final ServerContext serverContext;
    private final LiveFlags flags;
    private final Services services;
    private final ServiceStartups startups;
    private final Operations operations;
    private final SchemaCatalog schemas;
    private final EvidenceCollector evidence;
    private final boolean production;

    /** @param startups of the services, which calls wait for that have to do with workers */
    BuiltInTools(Modules modules, ServiceStartups startups, SchemaCatalog schemas, ProcessContext process) {
        this.modules = modules;
        this.serverContext = modules.serverContext();
        this.flags = modules.flags().live();
        this.services = modules.services();
        this.startups = startups;
        this.operations = modules.operations();
        this.schemas = schemas;
        this.evidence = ServerEvidence.collector(modules, process);
        this.production = process.config().environment() == EnvironmentPreset.PRODUCTION;
    }

    List<Tool> all() {
        Workspace workspace = serverContext.workspace();
        ApprovalService approvals = operations.approvals();
        ApprovalStrategy strategy =
                production ? ApprovalStrategy.fromSecondPerson(approvals) : ApprovalStrategy.fromClientUser();
        PerService<ServiceTools> byService =
                services.each(service -> ServiceTools.of(service, schemas, modules, strategy));
        RiskyTool reset = new KillSwitchResetTool(
                schemas, services.each(service -> service.rollback().monitor())::all, flags, strategy);
        RiskyTool unblock = new CallsUnblockTool(schemas, modules.blocks(), services::names, strategy);
        List<RiskyTool> risky = List.of(
                reset,
                unblock,
                risky(byService, ServiceTools::promote),
                risky(byService, ServiceTools::upgrade),
                risky(byService, ServiceTools::approveContract));
        return Stream.of(
                        global(new AdminFlagsTool(schemas, flags, production), strategy),
                        global(
                                new KillSwitchEngageTool(
                                        schemas, flags, modules.flags().readers()),
                                strategy),
                        global(reset, strategy),
                        global(new CallsBlockTool(schemas, modules.blocks(), services::names), strategy),
                        global(unblock, strategy),
                        ofService(byService, ServiceTools::status, strategy),
                        ofService(byService, ServiceTools::explain, strategy),
                        global(new AuditQueryTool(schemas, serverContext.audit(), serverContext.clock()), strategy),
                        global(
                                new EvidenceCollectTool(
                                        schemas,
                                        evidence,
                                        serverContext.audit(),
                                        serverContext.events(),
                                        serverContext.clock()),
                                strategy),
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
                        ofService(byService, ServiceTools::approveContract, strategy),
                        global(new ApprovalGrantTool(schemas, approvals, risky, production, OsUser::name), strategy))
                .toList();
    }

    /** A tool of the whole server, called after the start of all services when it has to do with workers. */
    private Tool global(Tool tool, ApprovalStrategy strategy) {
        Tool mapped = new RefusalMapping(tool, strategy);
        return startups.awaitingStart(mapped);
    }

    /** A tool of each service, called after the start of that service. */
    private Tool ofService(
            PerService<ServiceTools> byService, Function<ServiceTools, Tool> tool, ApprovalStrategy strategy) {
        PerService<Tool> tools = services.each(service ->
                service.startup().awaitingStart(new RefusalMapping(tool.apply(byService.of(service)), strategy)));
        return new ServiceTool(tools::byName);
    }

    private RiskyTool risky(PerService<ServiceTools> byService, Function<ServiceTools, RiskyTool> tool) {
        PerService<RiskyTool> tools = services.each(service -> tool.apply(byService.of(service)));
        return new ServiceRiskyTool(tools::byName);
    }
}

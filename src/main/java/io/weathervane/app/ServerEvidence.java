package io.weathervane.app;

import io.weathervane.audit.AuditLog;
import io.weathervane.audit.DeferredAuditEntry;
import io.weathervane.core.ServerContext;
import io.weathervane.flags.LiveFlags;
import io.weathervane.incident.EvidenceCollector;
import io.weathervane.incident.EvidenceSources;
import io.weathervane.incident.FlagRow;
import io.weathervane.tool.presentation.ServiceStates;
import io.weathervane.util.Workspace;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The evidence of an incident that this server has: its files, its state, its audit. */
final class ServerEvidence {
    /** Checks in the evidence's picture of the monitor: the whole window, and from before it. */
    private static final int CHECKS = 50;

    private ServerEvidence() {}

    static EvidenceCollector collector(Modules modules, ProcessContext process) {
        ServerContext serverContext = modules.serverContext();
        Workspace workspace = serverContext.workspace();
        LiveFlags flags = modules.flags().live();
        ServiceStates states = Service.states(modules);
        EvidenceSources.Files files = new EvidenceSources.Files(
                workspace.analytics().resolve("worker_manager.json"),
                workspace.analytics().resolve("orchestration_metrics.json"),
                Optional.of(process.messageLog()),
                process.config().file());
        EvidenceSources sources = new EvidenceSources(
                files,
                () -> states.monitor(CHECKS),
                () -> rows(flags),
                serverContext.audit(),
                () -> unwritten(serverContext.audit(), flags),
                process.environment());
        return new EvidenceCollector(sources, workspace.incidents(), serverContext.clock());
    }

    private static List<DeferredAuditEntry> unwritten(AuditLog audit, LiveFlags flags) {
        return Stream.concat(audit.waiting().stream(), flags.unwrittenEngagement().stream())
                .sorted(Comparator.comparing(DeferredAuditEntry::at))
                .toList();
    }

    private static List<FlagRow> rows(LiveFlags flags) {
        return flags.view().flags().stream()
                .map(flag -> new FlagRow(flag.definition().key(), flag.stored(), flag.held(), flag.effective()))
                .toList();
    }
}

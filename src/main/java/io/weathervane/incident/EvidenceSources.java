package io.weathervane.incident;

import io.weathervane.audit.AuditLog;
import io.weathervane.audit.DeferredAuditEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * Sources of evidence; each is read anew for each bundle, and a source that fails costs its own file only.
 *
 * @param monitor the monitor's status
 * @param unwritten what has happened and is not in the audit yet, oldest first
 */
public record EvidenceSources(
        Files files,
        Supplier<JsonNode> monitor,
        Supplier<List<FlagRow>> flags,
        AuditLog audit,
        Supplier<List<DeferredAuditEntry>> unwritten,
        Map<String, String> environment) {
    /**
     * The files that are copied.
     *
     * @param workerState {@code worker_manager.json}
     * @param metrics {@code orchestration_metrics.json}
     * @param messageLog the newest {@code messages.log}
     * @param config the configuration file, when there is one
     */
    public record Files(Path workerState, Path metrics, Optional<Path> messageLog, Optional<Path> config) {}

    public EvidenceSources {
        environment = Map.copyOf(environment);
    }
}

package io.weathervane.app;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.core.ServerContext;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.shadow.RecentCalls;
import io.weathervane.util.Closer;
import io.weathervane.worker.ReleaseStore;
import io.weathervane.worker.ToolDefinitionDrift;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkersConfig;
import io.weathervane.worker.role.DefaultWorkerManager;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The workers behind this server.
 *
 * @param recentCalls real calls, for a canary to answer too
 * @param client what the first client declares, which a worker is told when it starts
 */
public record Workers(WorkerManager manager, RecentCalls recentCalls, FirstClientCapabilities client) {
    private static final Logger LOG = LoggerFactory.getLogger("WeatherVane");

    /** Prepares them; no process is started before {@link Modules#begin}. */
    public static Workers prepare(Closer closer, ServerContext serverContext, WorkersConfig config) {
        if (config.initialIsCommand()) {
            ReleaseStore releases = new ReleaseStore(serverContext.database(), config.service());
            boolean seedsAnew = serverContext.database().write(releases::forgetUnpromoted);
            LOG.debug("the command is the first release again={}", seedsAnew);
        }
        FirstClientCapabilities client = new FirstClientCapabilities(
                config.initialIsCommand() ? FirstClientCapabilities.WAIT_MAX : Duration.ZERO, serverContext.ticker());
        WorkerManager manager = closer.register(new DefaultWorkerManager(
                serverContext.database(),
                config.withClient(client::awaited),
                serverContext.workspace().analytics().resolve("worker_manager.json"),
                serverContext.events(),
                serverContext.clock(),
                serverContext.ticker()));
        manager.onToolDrift(drift ->
                serverContext.audit().appendLate(NewAuditEvent.of(AuditKind.TOOL_DRIFT, Actor.SYSTEM, details(drift))));
        return new Workers(manager, closer.register(RecentCalls.follow(manager)), client);
    }

    private static ObjectNode details(ToolDefinitionDrift drift) {
        ObjectNode details = JsonRpcCodec.JSON
                .createObjectNode()
                .put("worker", drift.label())
                .put("role", drift.role().wireName());
        drift.changes().forEach(details.putArray("changes")::add);
        return details;
    }
}

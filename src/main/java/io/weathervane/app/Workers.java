package io.weathervane.app;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.core.ServerContext;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.shadow.RecentCalls;
import io.weathervane.tool.InputSchemaCheck;
import io.weathervane.util.Closer;
import io.weathervane.worker.ReleaseStore;
import io.weathervane.worker.ToolDefinitionDrift;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerStatusFile;
import io.weathervane.worker.WorkersConfig;
import io.weathervane.worker.role.DefaultWorkerManager;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The workers of one service.
 *
 * @param toolPrefix of the names that clients have of their tools, as long as they run; empty for none
 * @param recentCalls real calls, for a canary to answer too
 * @param client what the first client declares, which a worker is told when it starts
 */
public record Workers(
        WorkerManager manager, String toolPrefix, RecentCalls recentCalls, FirstClientCapabilities client) {
    private static final Logger LOG = LoggerFactory.getLogger("WeatherVane");

    /** The file that all services of a server are shown in. */
    public static WorkerStatusFile statusFile(ServerContext serverContext) {
        return new WorkerStatusFile(
                serverContext.workspace().analytics().resolve("worker_manager.json"), serverContext.ticker());
    }

    /** Prepares them; no process is started before {@link Modules#begin}. */
    public static Workers prepare(
            Closer closer, ServerContext serverContext, WorkersConfig config, WorkerStatusFile file) {
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
                file,
                serverContext.events(),
                serverContext.clock(),
                serverContext.ticker()));
        manager.checkArgumentsBy(InputSchemaCheck::of);
        manager.onToolDrift(drift ->
                serverContext.audit().appendLate(NewAuditEvent.of(AuditKind.TOOL_DRIFT, Actor.SYSTEM, details(drift))));
        return new Workers(manager, config.toolPrefix(), closer.register(RecentCalls.follow(manager)), client);
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

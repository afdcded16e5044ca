package io.weathervane.app;

import io.weathervane.core.ServerContext;
import io.weathervane.gateway.WorkerContentChangeNotifier;
import io.weathervane.gateway.WorkerTools;
import io.weathervane.mcp.CallLimits;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpServices;
import io.weathervane.mcp.ServerChangeListener;
import io.weathervane.mcp.legacy.LegacyClientSupport;
import io.weathervane.task.TaskRepository;
import io.weathervane.tool.ReadOnlyToolFilter;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.util.Closer;
import java.util.List;

/**
 * What MCP clients see of a server: its own tools, the worker's, and what they can read.
 *
 * @param builtIn the server's own tools, in the order clients see them
 * @param tools all tools, each waiting for the start of the workers where it needs them
 */
record McpApp(List<Tool> builtIn, WorkerTools workerTools, ToolRegistry tools, McpServicesAssembly content) {
    /**
     * The tools and contents of these modules.
     *
     * @param startup the start of the workers, which calls that need them wait for
     */
    public static McpApp of(Modules modules, SchemaCatalog schemas, ProcessContext process, WorkerStartup startup) {
        List<Tool> builtIn = new BuiltInTools(modules, schemas, process).all();
        WorkerTools workerTools = new WorkerTools(
                modules.workers().manager(), process.config().workers().toolPrefix());
        ToolRegistry tools = registry(
                process.config().server().readOnly(),
                builtIn.stream().map(startup::awaitingStart).toList(),
                startup.awaitingStart(workerTools),
                schemas);
        return new McpApp(
                builtIn, workerTools, tools, new McpServicesAssembly(modules, schemas, startup::awaitForClients));
    }

    private static ToolRegistry registry(
            boolean readOnly, List<Tool> own, UpstreamToolSource workers, SchemaCatalog schemas) {
        return readOnly
                ? new ToolRegistry(ReadOnlyToolFilter.of(own), ReadOnlyToolFilter.of(workers), schemas)
                : new ToolRegistry(own, workers, schemas);
    }

    /** The same with a registry in place of its own one. */
    McpApp with(ToolRegistry registry) {
        return new McpApp(builtIn, workerTools, registry, content);
    }

    /**
     * What answers the clients of both protocol generations.
     *
     * @param lineBytes how long a message may be
     */
    McpDispatcher dispatcher(Closer closer, Modules modules, WorkerStartup startup, int lineBytes) {
        return closer.register(new McpDispatcher(
                services(modules, startup),
                LegacyClientSupport::new,
                CallLimits.defaults().withLineBytes(lineBytes),
                modules.serverContext().ticker()));
    }

    /** Everything that a dispatcher can answer with. */
    private McpServices services(Modules modules, WorkerStartup startup) {
        McpServices services = McpServices.of(ProductInfo.serverInfo(), tools)
                .with(TaskRepository.open(
                        modules.serverContext().database(),
                        modules.serverContext().clock()));
        return content.addTo(
                services,
                tools,
                startup.awaitingStart(
                        content::workersInstructions,
                        () -> modules.workers().manager().content().serverInfo().capabilities(),
                        modules.workers().client()));
    }

    /** Tells clients from now on which lists and resources have changed. */
    public void publishChanges(Closer closer, Modules modules, ServerChangeListener changes) {
        ServerContext serverContext = modules.serverContext();
        closer.register(
                ChangePublisher.start(serverContext.events(), serverContext.audit(), changes, workerTools::known));
        closer.register(WorkerContentChangeNotifier.start(
                serverContext.events(), modules.workers().manager().content(), changes));
    }
}

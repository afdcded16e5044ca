package io.weathervane.app;

import io.weathervane.block.EndedWork;
import io.weathervane.core.ServerContext;
import io.weathervane.mcp.CallLimits;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpServices;
import io.weathervane.mcp.ServerChangeListener;
import io.weathervane.mcp.legacy.LegacyClientSupport;
import io.weathervane.task.TaskRepository;
import io.weathervane.tool.AccessRules;
import io.weathervane.tool.ReadOnlyToolFilter;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolAccess;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.util.Closer;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Features that MCP clients see of a server: its own tools, the workers', and the contents that they can read.
 *
 * @param builtIn the server's own tools, in the order clients see them
 * @param upstream what the services offer
 * @param tools all tools, each waiting for the start of the workers where it needs them
 */
record McpApp(List<Tool> builtIn, Upstream upstream, ToolRegistry tools, McpContent content) {
    private static final Logger LOG = LoggerFactory.getLogger("WeatherVane");

    /**
     * The tools and contents of these modules.
     *
     * @param configuration whose rules of access hold, also once they have changed
     * @param startups the starts of the services, which calls that need them wait for
     */
    public static McpApp of(
            Modules modules,
            SchemaCatalog schemas,
            ProcessContext process,
            LiveConfiguration configuration,
            ServiceStartups startups) {
        List<Tool> builtIn = new BuiltInTools(modules, startups, schemas, process).all();
        Upstream upstream = new Upstream(modules);
        Supplier<AccessRules> rules = () -> configuration.inForce().callers().access();
        ServerContext context = modules.serverContext();
        ToolAccess access = new ToolAccess(rules, new DeniedCallRecorder(context.audit(), context.ticker()));
        startups.afterAll(() -> warnOfUnmatched(rules.get(), builtIn, upstream));
        ToolRegistry tools = registry(process.config().server().readOnly(), builtIn, upstream.tools(), schemas, access);
        return new McpApp(builtIn, upstream, tools, new McpContent(modules, startups::awaitForClients));
    }

    private static ToolRegistry registry(
            boolean readOnly, List<Tool> own, UpstreamToolSource workers, SchemaCatalog schemas, ToolAccess access) {
        return readOnly
                ? new ToolRegistry(ReadOnlyToolFilter.of(own), ReadOnlyToolFilter.of(workers), schemas, access)
                : new ToolRegistry(own, workers, schemas, access);
    }

    private static void warnOfUnmatched(AccessRules rules, List<Tool> own, Upstream upstream) {
        List<ToolDefinition> definitions = own.stream().map(Tool::definition).toList();
        UnmatchedPatternWarning.of(rules, definitions, upstream.knownTools())
                .forEach(sentence -> LOG.warn("configuration: {}", sentence));
    }

    /** The same with a registry in place of its own one. */
    McpApp with(ToolRegistry registry) {
        return new McpApp(builtIn, upstream, registry, content);
    }

    /**
     * What answers the clients of both protocol generations.
     *
     * @param lineBytes how long a message may be
     */
    McpDispatcher dispatcher(Closer closer, Modules modules, LiveConfiguration configuration, int lineBytes) {
        McpDispatcher dispatcher = closer.register(new McpDispatcher(
                services(modules).with(configuration.methods()),
                LegacyClientSupport::new,
                CallLimits.defaults().withLineBytes(lineBytes),
                modules.serverContext().ticker()));
        modules.blocks()
                .cancelBy(block -> new EndedWork(
                        dispatcher.endWorkerCalls(name -> block.scope().covers(upstream.called(name)), block.ending()),
                        upstream.cancelTasks(block.scope())));
        return dispatcher;
    }

    /** Everything that a dispatcher can answer with. */
    private McpServices services(Modules modules) {
        McpServices services = McpServices.of(ProductInfo.serverInfo(), tools)
                .with(TaskRepository.open(
                        modules.serverContext().database(),
                        modules.serverContext().clock(),
                        modules.serverContext().ticker()));
        return content.addTo(services, tools, upstream);
    }

    /** Tells clients from now on which lists and resources have changed. */
    public void publishChanges(Closer closer, Modules modules, ServerChangeListener changes) {
        ServerContext serverContext = modules.serverContext();
        closer.register(
                ChangePublisher.start(serverContext.events(), serverContext.audit(), changes, upstream::knownTools));
        upstream.publishChanges(closer, serverContext, changes, tools::isOurs);
    }
}

package io.weathervane.app;

import io.weathervane.completion.Completer;
import io.weathervane.completion.builtin.BuiltInCompleter;
import io.weathervane.core.ServerContext;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.incident.EvidenceBundleReader;
import io.weathervane.mcp.McpServices;
import io.weathervane.prompt.PromptRegistry;
import io.weathervane.prompt.builtin.BuiltInPrompts;
import io.weathervane.resource.CompositeResourceSource;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.builtin.BuiltInResources;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.presentation.ServerStateJsonSource;
import java.time.Clock;
import java.util.function.Supplier;

/** The resources, prompts and completions of this server, which clients read beside the tools they call. */
final class McpContent {
    private final ServerStateJsonSource state;
    private final EvidenceBundleReader bundles;
    private final Supplier<FlagCatalog> catalog;
    private final Clock clock;

    /** @param awaitWorkers called before workers are looked at, which may still be starting */
    McpContent(Modules modules, Runnable awaitWorkers) {
        ServerContext serverContext = modules.serverContext();
        this.state = state(modules, awaitWorkers);
        this.bundles = new EvidenceBundleReader(serverContext.workspace().incidents());
        this.catalog = modules.flags().live()::catalog;
        this.clock = serverContext.clock();
    }

    private static ServerStateJsonSource state(Modules modules, Runnable awaitWorkers) {
        ServerStateJsonSource.Records records = new ServerStateJsonSource.Records(
                modules.serverContext().audit(), modules.operations().approvals());
        return new ServerStateJsonSource(
                Service.states(modules), modules.flags().live(), modules.blocks(), records, awaitWorkers);
    }

    /** The services with this content, and with that of the services behind the server. */
    McpServices addTo(McpServices services, ToolRegistry tools, Upstream upstream) {
        return services.with(new CompositeResourceSource(resources(), upstream.resources()))
                .with(prompts(tools).with(upstream.prompts()))
                .with(completer(tools))
                .with(upstream.others());
    }

    ResourceSource resources() {
        return new BuiltInResources(state, bundles);
    }

    /**
     * The runbook's parts as prompts.
     *
     * @param tools asked for the facts that prompts begin with
     */
    PromptRegistry prompts(ToolRegistry tools) {
        return BuiltInPrompts.registry(tools, bundles, clock);
    }

    Completer completer(ToolRegistry tools) {
        return new BuiltInCompleter(prompts(tools), resources(), catalog, bundles, state::promotions);
    }
}

package io.weathervane.app;

import io.weathervane.completion.Completer;
import io.weathervane.completion.builtin.BuiltInCompleter;
import io.weathervane.core.ServerContext;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.LiveFlags;
import io.weathervane.incident.EvidenceBundleReader;
import io.weathervane.mcp.McpServices;
import io.weathervane.prompt.PromptRegistry;
import io.weathervane.prompt.builtin.BuiltInPrompts;
import io.weathervane.resource.CompositeResourceSource;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.builtin.BuiltInResources;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.presentation.ServerStateJsonSource;
import io.weathervane.tool.presentation.ServiceStates;

/** What clients read, beside the tools they call. */
final class McpServicesAssembly {
    private final ServerContext serverContext;
    private final LiveFlags flags;
    private final FlagCatalog catalog;
    private final Modules modules;
    private final Operations operations;
    private final Runnable awaitWorkers;

    /** @param awaitWorkers called before workers are looked at, which may still be starting */
    McpServicesAssembly(Modules modules, Runnable awaitWorkers) {
        this.serverContext = modules.serverContext();
        this.flags = modules.flags().live();
        this.catalog = modules.flags().catalog();
        this.modules = modules;
        this.operations = modules.operations();
        this.awaitWorkers = awaitWorkers;
    }

    /** All of it, beside the tools, and what the services have. */
    McpServices addTo(McpServices services, ToolRegistry tools, Upstream upstream) {
        return services.with(new CompositeResourceSource(resources(), upstream.resources()))
                .with(prompts(tools).with(upstream.prompts()))
                .with(completer(tools))
                .with(upstream.others());
    }

    public ResourceSource resources() {
        return new BuiltInResources(state(), evidenceBundles());
    }

    /**
     * The runbook's parts as prompts.
     *
     * @param tools asked for the facts that prompts begin with
     */
    public PromptRegistry prompts(ToolRegistry tools) {
        return BuiltInPrompts.registry(tools, evidenceBundles(), serverContext.clock());
    }

    public Completer completer(ToolRegistry tools) {
        return new BuiltInCompleter(prompts(tools), resources(), catalog, evidenceBundles(), state()::promotions);
    }

    private ServerStateJsonSource state() {
        ServiceStates states = Service.states(modules);
        ServerStateJsonSource.Records records =
                new ServerStateJsonSource.Records(serverContext.audit(), operations.approvals());
        return new ServerStateJsonSource(states, flags, modules.blocks(), records, awaitWorkers);
    }

    private EvidenceBundleReader evidenceBundles() {
        return new EvidenceBundleReader(serverContext.workspace().incidents());
    }
}

package io.weathervane.mcp;

import io.weathervane.completion.Completer;
import io.weathervane.prompt.PromptRegistry;
import io.weathervane.resource.ResourceSource;
import io.weathervane.task.Tasks;
import io.weathervane.tool.ToolRegistry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a server has to offer. Only what it has is advertised, and the methods of the rest are unknown to it. */
public final class McpServices {
    private final ServerInfo info;
    private final ToolRegistry tools;
    private final @Nullable ResourceSource resources;
    private final @Nullable PromptRegistry prompts;
    private final @Nullable Completer completer;
    private final @Nullable Tasks tasks;
    private final UpstreamServer other;

    private McpServices(
            ServerInfo info,
            ToolRegistry tools,
            @Nullable ResourceSource resources,
            @Nullable PromptRegistry prompts,
            @Nullable Completer completer,
            @Nullable Tasks tasks,
            UpstreamServer other) {
        this.info = info;
        this.tools = tools;
        this.resources = resources;
        this.prompts = prompts;
        this.completer = completer;
        this.tasks = tasks;
        this.other = other;
    }

    /** A server with tools and nothing else. */
    public static McpServices of(ServerInfo info, ToolRegistry tools) {
        return new McpServices(info, tools, null, null, null, null, UpstreamServer.NONE);
    }

    public McpServices with(ResourceSource theResources) {
        return new McpServices(info, tools, theResources, prompts, completer, tasks, other);
    }

    public McpServices with(PromptRegistry thePrompts) {
        return new McpServices(info, tools, resources, thePrompts, completer, tasks, other);
    }

    public McpServices with(Completer theCompleter) {
        return new McpServices(info, tools, resources, prompts, theCompleter, tasks, other);
    }

    /** Lets tools that say so run as tasks of clients that know the extension. */
    public McpServices with(Tasks theTasks) {
        return new McpServices(info, tools, resources, prompts, completer, theTasks, other);
    }

    /** Has another server behind this one asked and told of what is not ours. */
    public McpServices with(UpstreamServer theOther) {
        return new McpServices(info, tools, resources, prompts, completer, tasks, theOther);
    }

    UpstreamServer other() {
        return other;
    }

    ServerInfo info() {
        return info;
    }

    ToolRegistry tools() {
        return tools;
    }

    Optional<ResourceSource> resources() {
        return Optional.ofNullable(resources);
    }

    Optional<PromptRegistry> prompts() {
        return Optional.ofNullable(prompts);
    }

    Optional<Tasks> tasks() {
        return Optional.ofNullable(tasks);
    }

    Optional<Completer> completer() {
        return Optional.ofNullable(completer);
    }
}

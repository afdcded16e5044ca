package io.weathervane.mcp;

import io.weathervane.completion.Completer;
import io.weathervane.prompt.PromptRegistry;
import io.weathervane.resource.ResourceSource;
import io.weathervane.task.TaskRepository;
import io.weathervane.tool.ToolRegistry;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Features that a server offers. Only these are advertised, and methods of the others are unknown to it. */
public final class McpServices {
    private final Base base;
    private final @Nullable ResourceSource resources;
    private final @Nullable PromptRegistry prompts;
    private final @Nullable Completer completer;
    private final @Nullable TaskRepository tasks;
    private final UpstreamServices upstream;

    /** Features that every server has. */
    private record Base(ServerInfo info, ToolRegistry tools, Map<String, ServerMethod> methods) {}

    private McpServices(
            Base base,
            @Nullable ResourceSource resources,
            @Nullable PromptRegistry prompts,
            @Nullable Completer completer,
            @Nullable TaskRepository tasks,
            UpstreamServices upstream) {
        this.base = base;
        this.resources = resources;
        this.prompts = prompts;
        this.completer = completer;
        this.tasks = tasks;
        this.upstream = upstream;
    }

    /** A server with tools and nothing else. */
    public static McpServices of(ServerInfo info, ToolRegistry tools) {
        return new McpServices(new Base(info, tools, Map.of()), null, null, null, null, UpstreamServices.NONE);
    }

    public McpServices with(ResourceSource theResources) {
        return new McpServices(base, theResources, prompts, completer, tasks, upstream);
    }

    public McpServices with(PromptRegistry thePrompts) {
        return new McpServices(base, resources, thePrompts, completer, tasks, upstream);
    }

    public McpServices with(Completer theCompleter) {
        return new McpServices(base, resources, prompts, theCompleter, tasks, upstream);
    }

    /** Lets tools that say so run as tasks of clients that know the extension. */
    public McpServices with(TaskRepository theTasks) {
        return new McpServices(base, resources, prompts, completer, theTasks, upstream);
    }

    /** Serves these methods of its own, by their names. */
    public McpServices with(Map<String, ServerMethod> methods) {
        Base more = new Base(base.info(), base.tools(), Map.copyOf(methods));
        return new McpServices(more, resources, prompts, completer, tasks, upstream);
    }

    /** Has another server behind this one asked and told of what is not ours. */
    public McpServices with(UpstreamServices theUpstream) {
        return new McpServices(base, resources, prompts, completer, tasks, theUpstream);
    }

    public UpstreamServices upstream() {
        return upstream;
    }

    public ServerInfo info() {
        return base.info();
    }

    Map<String, ServerMethod> methods() {
        return base.methods();
    }

    ToolRegistry tools() {
        return base.tools();
    }

    public Optional<ResourceSource> resources() {
        return Optional.ofNullable(resources);
    }

    Optional<PromptRegistry> prompts() {
        return Optional.ofNullable(prompts);
    }

    Optional<TaskRepository> tasks() {
        return Optional.ofNullable(tasks);
    }

    Optional<Completer> completer() {
        return Optional.ofNullable(completer);
    }
}

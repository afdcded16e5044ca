package io.weathervane.app;

import io.weathervane.block.CallBlocks;
import io.weathervane.block.CalledTool;
import io.weathervane.config.Config;
import io.weathervane.core.ServerContext;
import io.weathervane.gateway.SubscriptionForwarder;
import io.weathervane.gateway.WorkerCompletions;
import io.weathervane.gateway.WorkerContentChangeNotifier;
import io.weathervane.gateway.WorkerExtensionMethods;
import io.weathervane.gateway.WorkerListMetaSource;
import io.weathervane.gateway.WorkerPrompts;
import io.weathervane.gateway.WorkerResources;
import io.weathervane.gateway.WorkerTasks;
import io.weathervane.gateway.WorkerTools;
import io.weathervane.gateway.composite.ServiceGateway;
import io.weathervane.gateway.composite.UpstreamService;
import io.weathervane.mcp.ServerChangeListener;
import io.weathervane.mcp.UpstreamServices;
import io.weathervane.prompt.UpstreamPromptSource;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.builtin.ResourceUris;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.util.Closer;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerContentService;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Tools and contents that the services behind this server offer to clients: an only one's as they are, several
 * services' through a {@link ServiceGateway}.
 */
final class Upstream {
    /** With several services one that is slow to list what it has is given the list of last time after so long: 5 s. */
    private static final Duration ONE_OF_SEVERAL_LIST_MAX = Duration.ofSeconds(5);

    /**
     * Longest that {@code initialize} waits for what several services say of themselves, from the server's start on: 2 s. One that
     * is not up by then is named as starting, and what it offers follows in the lists.
     */
    private static final Duration ONE_OF_SEVERAL_INTRODUCTION_MAX = Duration.ofSeconds(2);

    private final List<Service> services;
    private final List<WorkerTools> workerTools;
    private final List<UpstreamService> upstreams;
    private final Optional<ServiceGateway> gateway;

    private Upstream(List<Service> services, List<WorkerTools> workerTools, List<UpstreamService> upstreams) {
        this.services = services;
        this.workerTools = workerTools;
        this.upstreams = upstreams;
        this.gateway = upstreams.size() > 1 ? Optional.of(new ServiceGateway(upstreams)) : Optional.empty();
    }

    static Upstream of(Modules modules, Config config, ServiceStartups startups) {
        List<WorkerTools> tools = new ArrayList<>();
        List<UpstreamService> upstreams = new ArrayList<>();
        Optional<Duration> patience =
                modules.services().size() > 1 ? Optional.of(ONE_OF_SEVERAL_LIST_MAX) : Optional.empty();
        for (int index = 0; index < modules.services().size(); index++) {
            Service service = modules.services().get(index);
            String prefix = config.services().get(index).workers().toolPrefix();
            WorkerTools own = new WorkerTools(service.workers().manager(), prefix, modules.blocks(), service::refusal);
            tools.add(own);
            upstreams.add(upstream(service, prefix, own, startups.of(index), patience, modules.blocks()));
        }
        return new Upstream(modules.services(), List.copyOf(tools), List.copyOf(upstreams));
    }

    private static UpstreamService upstream(
            Service service,
            String prefix,
            WorkerTools tools,
            WorkerStartup startup,
            Optional<Duration> patience,
            CallBlocks blocks) {
        WorkerManager workers = service.workers().manager();
        return new UpstreamService(
                service.name(),
                prefix,
                startup.awaitingStart(tools),
                new WorkerPrompts(workers, startup::awaitForClients, patience),
                new WorkerResources(workers, startup::awaitForClients, patience),
                others(service, startup, blocks, patience.map(several -> ONE_OF_SEVERAL_INTRODUCTION_MAX)));
    }

    private static UpstreamServices others(
            Service service, WorkerStartup startup, CallBlocks blocks, Optional<Duration> introduction) {
        WorkerManager workers = service.workers().manager();
        return new UpstreamServices(
                new WorkerCompletions(workers),
                new SubscriptionForwarder(workers.service(), workers.content(), ResourceUris::isOurs),
                startup.awaitingStart(
                        () -> instructions(workers.content()),
                        () -> workers.content().serverInfo().capabilities(),
                        service.workers().client(),
                        introduction),
                new WorkerTasks(workers, startup::awaitForClients),
                new WorkerExtensionMethods(workers, blocks),
                new WorkerListMetaSource(workers));
    }

    /** What the active worker says of itself, now. */
    private static String instructions(WorkerContentService content) {
        return content.serverInfo()
                .instructions()
                .map(text -> "The worker behind it says of its own tools:\n" + text)
                .orElse("");
    }

    UpstreamToolSource tools() {
        return gateway.map(ServiceGateway::tools)
                .orElseGet(() -> upstreams.get(0).tools());
    }

    UpstreamPromptSource prompts() {
        return gateway.map(ServiceGateway::prompts)
                .orElseGet(() -> upstreams.get(0).prompts());
    }

    ResourceSource resources() {
        return gateway.map(ServiceGateway::resources)
                .orElseGet(() -> upstreams.get(0).resources());
    }

    UpstreamServices others() {
        return gateway.map(ServiceGateway::others)
                .orElseGet(() -> upstreams.get(0).others());
    }

    /** The tools of all services as they were listed last; does not wait. */
    List<ToolDefinition> knownTools() {
        return tools().known();
    }

    /** What blocks go by in calls of this tool, as far as it is known; does not wait. */
    CalledTool called(String name) {
        return knownTools().stream()
                .filter(tool -> tool.name().equals(name))
                .findFirst()
                .map(tool ->
                        new CalledTool(name, tool.service(), tool.annotations().readOnly()))
                .orElseGet(() -> new CalledTool(name, serviceOf(name), /* readOnly= */ false));
    }

    /** Of a tool that is in no list: by the longest prefix. */
    private String serviceOf(String name) {
        return upstreams.stream()
                .filter(service -> service.mayOwn(name))
                .max(Comparator.comparingInt(service -> service.prefix().length()))
                .map(service -> service.name().value())
                .orElse("");
    }

    /**
     * Tells clients from now on which lists and resources of the services have changed, and operators what clients do not see.
     *
     * @param isOurs whether a tool of ours has the name
     */
    void publishChanges(
            Closer closer, ServerContext serverContext, ServerChangeListener changes, Predicate<String> isOurs) {
        gateway.ifPresent(closer::register);
        HiddenNames hidden = closer.register(HiddenNames.follow(serverContext.events(), offers(), isOurs));
        services.forEach(service -> service.workers().manager().noteAlso(() -> hidden.of(service.name())));
        services.forEach(service -> closer.register(WorkerContentChangeNotifier.start(
                serverContext.events(),
                service.workers().manager().content(),
                uri -> shownUris(service.name(), uri),
                changes)));
    }

    private List<HiddenNames.Offer> offers() {
        List<HiddenNames.Offer> offers = new ArrayList<>();
        for (int index = 0; index < services.size(); index++) {
            WorkerTools tools = workerTools.get(index);
            UpstreamService upstream = upstreams.get(index);
            WorkerContentService content =
                    services.get(index).workers().manager().content();
            offers.add(new HiddenNames.Offer(
                    upstream.name(),
                    () -> tools.known().stream().map(ToolDefinition::name).toList(),
                    () -> content.list(WorkerListKind.PROMPTS).stream()
                            .map(prompt -> upstream.prefix() + WorkerListKind.PROMPTS.keyOf(prompt))
                            .toList()));
        }
        return List.copyOf(offers);
    }

    private List<String> shownUris(ServiceName service, String uri) {
        return gateway.map(several -> several.shownUris(service, uri)).orElseGet(() -> List.of(uri));
    }
}

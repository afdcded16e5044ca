package io.weathervane.app;

import io.weathervane.block.BlockScope;
import io.weathervane.block.CallBlocks;
import io.weathervane.block.CalledTool;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

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

    private final Services services;
    private final PerService<WorkerTools> workerTools;
    private final PerService<UpstreamService> upstreams;
    private final Optional<ServiceGateway> gateway;

    Upstream(Modules modules) {
        CallBlocks blocks = modules.blocks();
        this.services = modules.services();
        this.workerTools = services.each(service ->
                new WorkerTools(service.workers().manager(), service.workers().toolPrefix(), blocks, service::refusal));
        this.upstreams = services.each(service -> upstream(service, workerTools.of(service), blocks));
        this.gateway = services.areSeveral() ? Optional.of(new ServiceGateway(upstreams::all)) : Optional.empty();
    }

    private UpstreamService upstream(Service service, WorkerTools tools, CallBlocks blocks) {
        WorkerManager workers = service.workers().manager();
        Runnable start = service.startup()::awaitForClients;
        Optional<Duration> patience = services.areSeveral() ? Optional.of(ONE_OF_SEVERAL_LIST_MAX) : Optional.empty();
        return new UpstreamService(
                service.name(),
                service.workers().toolPrefix(),
                service.startup().awaitingStart(tools),
                new WorkerPrompts(workers, start, patience),
                new WorkerResources(workers, start, patience),
                others(service, blocks, patience.map(one -> ONE_OF_SEVERAL_INTRODUCTION_MAX)));
    }

    private static UpstreamServices others(Service service, CallBlocks blocks, Optional<Duration> introduction) {
        WorkerStartup startup = service.startup();
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

    /** What an only service offers. */
    private UpstreamService only() {
        return upstreams.of(services.first());
    }

    UpstreamToolSource tools() {
        return gateway.map(ServiceGateway::tools).orElseGet(() -> only().tools());
    }

    UpstreamPromptSource prompts() {
        return gateway.map(ServiceGateway::prompts).orElseGet(() -> only().prompts());
    }

    ResourceSource resources() {
        return gateway.map(ServiceGateway::resources).orElseGet(() -> only().resources());
    }

    UpstreamServices others() {
        return gateway.map(ServiceGateway::others).orElseGet(() -> only().others());
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

    /** Has the tasks cancelled that are calls of this kind; gives how many workers are told to cancel. */
    int cancelTasks(BlockScope scope) {
        return Stream.concat(services.all().stream(), services.ending().stream())
                .mapToInt(service -> service.workers()
                        .manager()
                        .tasks()
                        .cancelAll(tool -> scope.covers(called(service.workers().toolPrefix() + tool))))
                .sum();
    }

    /** Of a tool that is in no list: by the longest prefix. */
    private String serviceOf(String name) {
        return upstreams.all().stream()
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
        PerService<HiddenNames.Offer> names = services.each(this::namesOf);
        HiddenNames hidden = closer.register(HiddenNames.follow(serverContext.events(), names::all, isOurs));
        services.follow(service -> {
            gateway.ifPresent(several -> several.joined(upstreams.of(service)));
            WorkerManager workers = service.workers().manager();
            workers.noteAlso(() -> hidden.of(service.name()));
            service.lifetime()
                    .parts()
                    .register(WorkerContentChangeNotifier.start(
                            serverContext.events(), workers.content(), uri -> shownUris(service.name(), uri), changes));
        });
    }

    private HiddenNames.Offer namesOf(Service service) {
        WorkerTools tools = workerTools.of(service);
        WorkerContentService content = service.workers().manager().content();
        return new HiddenNames.Offer(
                service.name(),
                () -> tools.known().stream().map(ToolDefinition::name).toList(),
                () -> content.list(WorkerListKind.PROMPTS).stream()
                        .map(prompt -> service.workers().toolPrefix() + WorkerListKind.PROMPTS.keyOf(prompt))
                        .toList());
    }

    private List<String> shownUris(ServiceName service, String uri) {
        return gateway.map(several -> several.shownUris(service, uri)).orElseGet(() -> List.of(uri));
    }
}

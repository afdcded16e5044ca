package io.weathervane.gateway;

import io.weathervane.resource.ResourceContents;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.ResourceTemplate;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerManager;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The active worker's resources, under their own URIs.
 *
 * @param awaitWorkers called before the worker is looked at, which may still be starting
 * @param patience how long a list is waited for before that of last time has to do; without one as long as a call may take
 */
public record WorkerResources(WorkerManager workers, Runnable awaitWorkers, Optional<Duration> patience)
        implements ResourceSource {
    @Override
    public List<ResourceDefinition> list(Caller caller) {
        return list(caller, CallChannel.none());
    }

    @Override
    public List<ResourceTemplate> templates(Caller caller) {
        return templates(caller, CallChannel.none());
    }

    @Override
    public List<ResourceDefinition> list(Caller caller, CallChannel channel) {
        return listed(WorkerListKind.RESOURCES, caller, channel).stream()
                .map(json -> new ResourceDefinition(WorkerListKind.RESOURCES.keyOf(json), json))
                .toList();
    }

    @Override
    public List<ResourceTemplate> templates(Caller caller, CallChannel channel) {
        return listed(WorkerListKind.RESOURCE_TEMPLATES, caller, channel).stream()
                .map(json -> new ResourceTemplate(WorkerListKind.RESOURCE_TEMPLATES.keyOf(json), json))
                .toList();
    }

    private List<ObjectNode> listed(WorkerListKind list, Caller caller, CallChannel channel) {
        awaitWorkers.run();
        try {
            return caller.has(CallerRole.VIEWER)
                    ? workers.content().listNow(list, ChannelCallContext.of(channel), patience)
                    : List.of();
        } catch (WorkerCallException e) {
            throw WorkerErrorMapper.ofContent(e, workers.service());
        }
    }

    /** The first entry of what the worker answers; {@link #result} has all of them. */
    @Override
    public Optional<ResourceContents> read(String uri, Caller caller) {
        return result(uri, caller, CallChannel.none()).flatMap(ResourceContents::first);
    }

    @Override
    public Optional<ObjectNode> result(String uri, Caller caller, CallChannel channel) {
        if (!mayHave(uri, caller)) {
            return Optional.empty();
        }
        ObjectNode params = JsonNodeFactory.instance.objectNode().put("uri", uri);
        try {
            return Optional.of(new WorkerCallBridge(
                            workers, channel, by -> workers.content().request("resources/read", params, by))
                    .result());
        } catch (WorkerCallException e) {
            throw WorkerErrorMapper.ofContent(e, workers.service());
        }
    }

    /** Which resources it has only the worker knows, which is asked when a client wants one. */
    @Override
    public boolean mayHave(String uri, Caller caller) {
        awaitWorkers.run();
        return caller.has(CallerRole.VIEWER) && workers.content().has(WorkerListKind.RESOURCES);
    }
}

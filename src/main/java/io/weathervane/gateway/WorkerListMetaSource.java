package io.weathervane.gateway;

import io.weathervane.mcp.UpstreamListMetaSource;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerManager;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Metadata of the active worker's lists, for the lists in which its entries stand beside ours. */
public record WorkerListMetaSource(WorkerManager workers) implements UpstreamListMetaSource {
    @Override
    public ObjectNode of(String method) {
        return Stream.of(WorkerListKind.values())
                .filter(list -> list.method().equals(method))
                .findFirst()
                .map(list -> workers.content().listMeta(list))
                .orElseGet(JsonNodeFactory.instance::objectNode);
    }
}

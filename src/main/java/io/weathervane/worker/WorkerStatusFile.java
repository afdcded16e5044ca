package io.weathervane.worker;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.AtomicFiles;
import io.weathervane.util.LogRateLimiter;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code worker_manager.json}, for people with jq: the first service's workers, and what happened to them, as the runbook has
 * it; with several services each of them under {@code services}.
 */
public final class WorkerStatusFile {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");
    private static final long FILE_BYTES_MAX = 4L * 1024 * 1024;
    private static final String SERVICES = "services";

    private final Path path;
    private final LogRateLimiter complaints;
    private final Map<ServiceName, Supplier<ObjectNode>> sections = new LinkedHashMap<>();
    private final AtomicLong changes = new AtomicLong();

    /** The last change that is in the file. */
    private long written;

    private int ended;

    /** @param path where it is kept */
    public WorkerStatusFile(Path path, Ticker ticker) {
        this.path = path;
        this.complaints = new LogRateLimiter(ticker);
    }

    /** Where it is kept. */
    public Path path() {
        return path;
    }

    /** The first that is added is the one at the top level. */
    public synchronized void add(ServiceName service, Supplier<ObjectNode> section) {
        sections.put(service, section);
    }

    /** The events that an earlier run wrote of the service; none of a file that cannot be read. */
    public JsonNode earlierEvents(ServiceName service) {
        try {
            if (Files.isRegularFile(path) && Files.size(path) <= FILE_BYTES_MAX) {
                JsonNode earlier = JsonRpcCodec.JSON.readTree(Files.readAllBytes(path));
                JsonNode named = earlier.path(SERVICES).path(service.value());
                return (named.isObject() || !isFirst(service) ? named : earlier).path("events");
            }
        } catch (IOException | JacksonException e) {
            LOG.warn("{} cannot be read and begins anew: {}", path, e.getMessage());
        }
        return MissingNode.getInstance();
    }

    private synchronized boolean isFirst(ServiceName service) {
        return sections.keySet().stream().findFirst().filter(service::equals).isPresent();
    }

    /** Something that it shows has changed; returns the change's number. */
    public long changed() {
        return changes.incrementAndGet();
    }

    /** Writes it, unless it was written since this change: with many services each write takes all of them along. */
    public synchronized void write(long change) {
        if (written < change) {
            write();
        }
    }

    /** One of the services has ended: with the last it is written for the last time. */
    public synchronized void ended() {
        ended++;
        if (ended == sections.size()) {
            write();
        }
    }

    private void write() {
        long upTo = changes.get();
        try {
            AtomicFiles.replace(
                    path, JsonRpcCodec.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json()));
            written = upTo;
        } catch (IOException e) {
            if (complaints.take()) {
                LOG.error("{} cannot be written", path, e);
            }
        }
    }

    private ObjectNode json() {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode();
        ObjectNode services = JsonRpcCodec.JSON.createObjectNode();
        sections.forEach((service, section) -> services.set(service.value(), section.get()));
        services.valueStream().findFirst().ifPresent(first -> json.setAll((ObjectNode) first));
        if (services.size() > 1) {
            json.set(SERVICES, services);
        }
        return json;
    }
}

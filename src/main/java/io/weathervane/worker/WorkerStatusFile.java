package io.weathervane.worker;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.AtomicFiles;
import io.weathervane.util.LogRateLimiter;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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
    private final Set<ServiceName> ended = new HashSet<>();
    private final AtomicBoolean planned = new AtomicBoolean();
    private Optional<JsonNode> earlier = Optional.empty();

    /** @param path where it is kept */
    public WorkerStatusFile(Path path, Ticker ticker) {
        this.path = path;
        this.complaints = new LogRateLimiter(ticker);
    }

    /** Where it is kept. */
    public Path path() {
        return path;
    }

    /** The first that is added is the one at the top level, until another order is said. */
    public synchronized void add(ServiceName service, Supplier<ObjectNode> section) {
        sections.put(service, section);
    }

    /** Shows them in this order from now on, the first at the top level. */
    public synchronized void order(List<ServiceName> services) {
        services.forEach(service ->
                Optional.ofNullable(sections.remove(service)).ifPresent(section -> sections.put(service, section)));
    }

    /** Shows a service no longer that has ended, while the others go on. */
    public synchronized void remove(ServiceName service) {
        sections.remove(service);
        ended.remove(service);
        write();
    }

    /** The events that an earlier run wrote of the service, given once; none of a file that cannot be read. */
    public synchronized JsonNode earlierEvents(ServiceName service) {
        JsonNode named = earlier().path(SERVICES).path(service.value());
        JsonNode own = !named.isObject() && isFirst(service) ? earlier() : named;
        JsonNode events = own.path("events");
        if (own instanceof ObjectNode object) {
            object.remove("events"); // they may be many, and are kept by the service
        }
        return events;
    }

    /** The file as it was before this run wrote it. */
    private JsonNode earlier() {
        JsonNode known = earlier.orElseGet(this::read);
        earlier = Optional.of(known);
        return known;
    }

    private JsonNode read() {
        try {
            if (Files.isRegularFile(path) && Files.size(path) <= FILE_BYTES_MAX) {
                return JsonRpcCodec.JSON.readTree(Files.readAllBytes(path));
            }
        } catch (IOException | JacksonException e) {
            LOG.warn("{} cannot be read and begins anew: {}", path, e.getMessage());
        }
        return MissingNode.getInstance();
    }

    private boolean isFirst(ServiceName service) {
        return sections.keySet().stream().findFirst().filter(service::equals).isPresent();
    }

    /**
     * Something that it shows has changed. One write takes the changes of all services along: with many of them each writing for
     * itself would cost a write of all for each.
     *
     * @param later runs {@link #write} a moment later
     */
    public void changed(Consumer<Runnable> later) {
        if (planned.compareAndSet(false, true)) {
            later.accept(this::write);
        }
    }

    /** Writes it now. */
    public synchronized void write() {
        planned.set(false);
        var unused = earlier(); // a service that starts later has not taken its events yet
        try {
            AtomicFiles.replace(
                    path, JsonRpcCodec.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json()));
        } catch (IOException e) {
            if (complaints.take()) {
                LOG.error("{} cannot be written", path, e);
            }
        }
    }

    /** One of the services has ended: with the last it is written for the last time. */
    public synchronized void ended(ServiceName service) {
        ended.add(service);
        if (ended.containsAll(sections.keySet())) {
            write();
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

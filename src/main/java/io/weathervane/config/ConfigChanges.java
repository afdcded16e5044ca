package io.weathervane.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The keys that differ between two configurations, by their names only: values may be secret.
 *
 * @param live keys that a running server takes over
 * @param restart keys that count from the next start of the server on
 */
public record ConfigChanges(List<String> live, List<String> restart) {
    /** Most keys of each kind that are named: 100. */
    static final int NAMED_MAX = 100;

    /** Sections that a running server takes over whole; every other one needs a restart. */
    private static final Set<String> LIVE_SECTIONS =
            Set.of("monitor", "upgrade", "signals", "alerts", "flags", "access");

    /** The same of what is in {@code workers} or one of {@code services}. */
    private static final Set<String> LIVE_OF_SERVICE = Set.of(
            "releases",
            "initial",
            "callTimeout",
            "countToolErrors",
            "drainTimeout",
            "startTimeout",
            "stopTimeout",
            "standbyRetention",
            "oldToolListGrace",
            "monitor",
            "upgrade",
            "access",
            "contract");

    private static final String WORKERS = "workers";
    private static final String SERVICES = "services";
    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    /** A key, and what became of it. */
    private record Change(List<String> path, String what) {
        @Override
        public String toString() {
            return String.join(".", path) + what;
        }
    }

    public ConfigChanges {
        live = named(live);
        restart = named(restart);
    }

    public boolean areNone() {
        return live.isEmpty() && restart.isEmpty();
    }

    /** The keys that differ in the second one. */
    public static ConfigChanges between(Config before, Config after) {
        List<Change> changes = new ArrayList<>();
        compare(List.of(), before.tree().root(), after.tree().root(), changes);
        Map<String, ServiceConfig> earlier = byName(before);
        Map<String, ServiceConfig> later = byName(after);
        Set<String> kept = new TreeSet<>(earlier.keySet());
        kept.retainAll(later.keySet());
        boolean comeAndGo = before.hasSeveralServices() && after.hasSeveralServices();
        Map<Boolean, List<String>> keys = changes.stream()
                .collect(Collectors.partitioningBy(
                        change -> isLive(change.path(), kept, comeAndGo),
                        Collectors.mapping(Change::toString, Collectors.toList())));
        List<String> live = new ArrayList<>(keys.getOrDefault(true, List.of()));
        List<String> restart = new ArrayList<>(keys.getOrDefault(false, List.of()));
        ofClient(before, after, kept).forEach(live::add);
        clientOnly(after)
                .filter(name -> !earlier.containsKey(name))
                .forEach(name -> (comeAndGo ? live : restart).add(client(name) + " added"));
        clientOnly(before)
                .filter(name -> !later.containsKey(name))
                .forEach(name -> (comeAndGo ? live : restart).add(client(name) + " removed"));
        return new ConfigChanges(live, restart);
    }

    /** @param comeAndGo whether services do while the server runs */
    private static boolean isLive(List<String> path, Set<String> kept, boolean comeAndGo) {
        String section = path.get(0);
        if (section.equals(WORKERS)) {
            return path.size() > 1 && (kept.contains("default") ? LIVE_OF_SERVICE.contains(path.get(1)) : comeAndGo);
        }
        if (section.equals(SERVICES)) {
            return path.size() > 1
                    && (kept.contains(path.get(1))
                            ? path.size() > 2 && LIVE_OF_SERVICE.contains(path.get(2))
                            : comeAndGo);
        }
        return LIVE_SECTIONS.contains(section);
    }

    private static void compare(List<String> path, ObjectNode before, ObjectNode after, List<Change> changes) {
        Set<String> keys = new TreeSet<>(before.propertyNames());
        keys.addAll(after.propertyNames());
        for (String key : keys) {
            Optional<JsonNode> earlier = present(before.get(key));
            Optional<JsonNode> later = present(after.get(key));
            if (!earlier.equals(later)) {
                changed(Stream.concat(path.stream(), Stream.of(key)).toList(), earlier, later, changes);
            }
        }
    }

    private static void changed(
            List<String> path, Optional<JsonNode> before, Optional<JsonNode> after, List<Change> changes) {
        boolean mappings = Stream.of(before, after).flatMap(Optional::stream).allMatch(ObjectNode.class::isInstance);
        boolean both = before.isPresent() && after.isPresent();
        if (mappings && (both || isContainer(path))) {
            compare(path, mapping(before), mapping(after), changes);
        } else {
            changes.add(new Change(path, both ? "" : before.isPresent() ? " removed" : " added"));
        }
    }

    /** A mapping whose parts are named though it is new or gone as a whole. */
    private static boolean isContainer(List<String> path) {
        return path.size() == 1 || path.get(path.size() - 1).equals("releases");
    }

    private static ObjectNode mapping(Optional<JsonNode> node) {
        return node.map(ObjectNode.class::cast).orElse(NOTHING);
    }

    private static Optional<JsonNode> present(@Nullable JsonNode node) {
        return Optional.ofNullable(node).filter(value -> !value.isNull());
    }

    private static Map<String, ServiceConfig> byName(Config config) {
        return config.services().stream()
                .collect(Collectors.toMap(service -> service.name().value(), service -> service));
    }

    /** Services of a client's file, whose releases are not in the configuration. */
    private static Stream<String> ofClient(Config last, Config after, Set<String> kept) {
        Map<String, ServiceConfig> earlier = byName(last);
        return after.services().stream()
                .filter(service -> kept.contains(service.name().value())
                        && isOfClient(after, service.name().value()))
                .filter(service -> !Optional.ofNullable(
                                earlier.get(service.name().value()))
                        .map(before -> before.workers().releases())
                        .equals(Optional.of(service.workers().releases())))
                .map(service -> client(service.name().value()));
    }

    private static Stream<String> clientOnly(Config config) {
        return config.services().stream()
                .map(service -> service.name().value())
                .filter(name -> isOfClient(config, name));
    }

    private static boolean isOfClient(Config config, String service) {
        return config.tree().root().path(SERVICES).path(service).isMissingNode() && !service.equals("default");
    }

    private static String client(String service) {
        return "--mcp-config " + service;
    }

    private static List<String> named(List<String> keys) {
        if (keys.size() <= NAMED_MAX) {
            return List.copyOf(keys);
        }
        List<String> some = new ArrayList<>(keys.subList(0, NAMED_MAX));
        some.add((keys.size() - NAMED_MAX) + " more");
        return List.copyOf(some);
    }
}

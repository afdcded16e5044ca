package io.weathervane.config;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A configuration as it is written, to be compared key by key. It may have secrets, so it is shown nowhere. */
final class ConfigTree {
    private static final String WORKERS = "workers";
    private static final String SERVICES = "services";

    private final ObjectNode root;

    ConfigTree(ObjectNode root) {
        this.root = root.deepCopy();
    }

    /** Not to be changed. */
    ObjectNode root() {
        return root;
    }

    /**
     * This one with the services of the other; one that both have is as it is here.
     *
     * @param sameDefault whether the default service is in both or in none
     */
    ConfigTree withServicesOf(ConfigTree other, boolean sameDefault) {
        ObjectNode mixed = root.deepCopy();
        if (!sameDefault) {
            put(mixed, WORKERS, other.root.path(WORKERS));
        }
        put(mixed, SERVICES, other.root.path(SERVICES).deepCopy());
        if (mixed.get(SERVICES) instanceof ObjectNode services) {
            root.path(SERVICES).properties().stream()
                    .filter(mine -> services.has(mine.getKey()))
                    .forEach(mine -> services.set(mine.getKey(), mine.getValue()));
        }
        return new ConfigTree(mixed);
    }

    private static void put(ObjectNode into, String key, JsonNode value) {
        if (value.isMissingNode()) {
            into.remove(key);
        } else {
            into.set(key, value);
        }
    }

    boolean isEmpty() {
        return root.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConfigTree tree && root.equals(tree.root);
    }

    @Override
    public int hashCode() {
        return Objects.hash(root);
    }

    @Override
    public String toString() {
        return "ConfigTree";
    }
}

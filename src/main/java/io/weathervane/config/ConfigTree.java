package io.weathervane.config;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A configuration as it is written, to be compared key by key. It may have secrets, so it is shown nowhere. */
final class ConfigTree {
    private final ObjectNode root;

    ConfigTree(ObjectNode root) {
        this.root = root.deepCopy();
    }

    /** Not to be changed. */
    ObjectNode root() {
        return root;
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

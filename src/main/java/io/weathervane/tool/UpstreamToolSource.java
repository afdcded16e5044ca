package io.weathervane.tool;

import java.util.List;
import java.util.Optional;

/** Tools that can come and go: the worker's. Our own are fixed. */
public interface UpstreamToolSource {
    List<ToolDefinition> list();

    /** The tools as they were listed last; waits for nothing. */
    List<ToolDefinition> known();

    /** The tool of this name; may look for one that was not there before. */
    Optional<Tool> find(String name);

    /**
     * A tool of this name that is in no list, which its owner may have all the same; empty when no owner can be asked.
     * Called after {@link #find}.
     */
    default Optional<Tool> unlisted(String name) {
        return Optional.empty();
    }

    /**
     * Why a tool of this name may be missing that is there at other times, as a sentence without its end; empty when none
     * is.
     */
    default Optional<String> missing(String name) {
        return Optional.empty();
    }

    /** Whether {@link #list} may wait for a worker. */
    default boolean mayWait() {
        return false;
    }

    /** No tools at all: a server without a worker. */
    static UpstreamToolSource none() {
        return new UpstreamToolSource() {
            @Override
            public List<ToolDefinition> list() {
                return List.of();
            }

            @Override
            public List<ToolDefinition> known() {
                return List.of();
            }

            @Override
            public Optional<Tool> find(String name) {
                return Optional.empty();
            }
        };
    }
}

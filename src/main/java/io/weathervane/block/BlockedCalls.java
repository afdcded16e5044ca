package io.weathervane.block;

import java.util.List;

/**
 * The blocks at one moment, as they matter to a service.
 *
 * @param blocks all that are in effect
 * @param refused calls of the service that were refused since the server's start
 */
public record BlockedCalls(List<CallBlock> blocks, long refused) {
    public BlockedCalls {
        blocks = List.copyOf(blocks);
    }
}

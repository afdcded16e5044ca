package io.weathervane.mcp;

import java.util.HashMap;
import java.util.Map;

/** Adds up what the clients want: who is told of a resource for two clients is told of it once. */
final class SubscriptionRefCounts {
    private final UpstreamSubscriptions upstreamSubscriptions;
    private final Map<String, Integer> refCounts = new HashMap<>();

    SubscriptionRefCounts(UpstreamSubscriptions upstreamSubscriptions) {
        this.upstreamSubscriptions = upstreamSubscriptions;
    }

    /** @throws io.weathervane.jsonrpc.JsonRpcException when the resource cannot be watched; then it does not count */
    void watch(String uri, boolean waits) {
        boolean first;
        synchronized (refCounts) {
            first = refCounts.merge(uri, 1, Integer::sum) == 1;
        }
        if (first) {
            try {
                upstreamSubscriptions.watch(uri, waits);
            } catch (RuntimeException e) {
                release(uri);
                throw e;
            }
        }
    }

    void unwatch(String uri) {
        if (release(uri)) {
            upstreamSubscriptions.unwatch(uri);
        }
    }

    private boolean release(String uri) {
        synchronized (refCounts) {
            return refCounts.computeIfPresent(uri, (key, count) -> count == 1 ? null : count - 1) == null;
        }
    }
}

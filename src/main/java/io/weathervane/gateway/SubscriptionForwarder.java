package io.weathervane.gateway;

import io.weathervane.mcp.UpstreamSubscriptions;
import io.weathervane.tool.LogLevel;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerContentService;
import java.util.function.Predicate;

/**
 * Tells the active worker what clients want to hear of.
 *
 * @param ours which resources are none of the worker's
 */
public record SubscriptionForwarder(ServiceName service, WorkerContentService content, Predicate<String> ours)
        implements UpstreamSubscriptions {
    @Override
    public void watch(String uri, boolean waits) {
        if (!ours.test(uri)) {
            try {
                content.watch(uri, waits);
            } catch (WorkerCallException e) {
                content.unwatch(uri);
                throw WorkerErrorMapper.ofContent(e, service);
            }
        }
    }

    @Override
    public void unwatch(String uri) {
        if (!ours.test(uri)) {
            content.unwatch(uri);
        }
    }

    @Override
    public void logLevel(LogLevel mildest) {
        content.logLevel(mildest.wireName());
    }
}

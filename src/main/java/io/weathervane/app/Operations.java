package io.weathervane.app;

import io.weathervane.alert.AlertRetryOptions;
import io.weathervane.alert.AlertSource;
import io.weathervane.alert.WebhookAlerts;
import io.weathervane.alert.WebhookSinkConfig;
import io.weathervane.approval.ApprovalService;
import io.weathervane.core.ServerContext;
import io.weathervane.util.Closer;
import io.weathervane.util.Redactor;
import java.util.List;

/** Parts that reach people: alerts, and the approvals that are asked of them. */
record Operations(WebhookAlerts alerts, ApprovalService approvals) {
    public static Operations start(
            Closer closer, ServerContext serverContext, Flags flags, List<WebhookSinkConfig> sinks) {
        AlertSource source =
                new AlertSource(serverContext.database(), serverContext.audit(), flags.live()::unwrittenEngagement);
        WebhookAlerts alerts = closer.register(WebhookAlerts.start(
                source, sinks, AlertRetryOptions.defaults(), Redactor::clean, serverContext.clock()));
        ApprovalService approvals = new ApprovalService(
                serverContext.database(),
                serverContext.audit(),
                serverContext.events(),
                serverContext.clock(),
                serverContext.ticker());
        return new Operations(alerts, approvals);
    }
}

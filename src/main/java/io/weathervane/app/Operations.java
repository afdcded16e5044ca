package io.weathervane.app;

import io.weathervane.alert.AlertOptions;
import io.weathervane.alert.WebhookAlerts;
import io.weathervane.alert.WebhookSink;
import io.weathervane.approval.Approvals;
import io.weathervane.core.Core;
import io.weathervane.util.Closer;
import io.weathervane.util.Redactor;
import java.util.List;

/** What reaches people: alerts, and the approvals that are asked of them. */
record Operations(WebhookAlerts alerts, Approvals approvals) {
    public static Operations start(Closer closer, Core core, Flags flags, List<WebhookSink> sinks) {
        WebhookAlerts alerts = closer.register(WebhookAlerts.start(
                core.database(),
                core.audit(),
                sinks,
                AlertOptions.defaults(),
                Redactor::clean,
                core.clock(),
                flags.live()::unwrittenEngagement));
        Approvals approvals = new Approvals(core.database(), core.audit(), core.events(), core.clock(), core.ticker());
        return new Operations(alerts, approvals);
    }
}

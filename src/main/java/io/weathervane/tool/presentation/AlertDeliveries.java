package io.weathervane.tool.presentation;

import io.weathervane.alert.WebhookSinkStatus;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The deliveries to the receivers of alerts, as data and as lines.
 *
 * @param webhooks each receiver, in the order of the configuration
 * @param problems what is not well with them, a sentence each
 */
record AlertDeliveries(List<WebhookSinkStatus> webhooks, List<String> problems) {
    public AlertDeliveries {
        webhooks = List.copyOf(webhooks);
        problems = List.copyOf(problems);
    }

    ObjectNode json() {
        ObjectNode node = JsonFields.object();
        ArrayNode receivers = node.putArray("webhooks");
        for (WebhookSinkStatus webhook : webhooks) {
            ObjectNode one = receivers
                    .addObject()
                    .put("name", webhook.name())
                    .put("delivered", webhook.delivered())
                    .put("pending", webhook.pending())
                    .put("abandoned", webhook.abandoned());
            JsonFields.putOptional(one, "oldestPending", webhook.oldestPending().map(JsonFields::time));
            JsonFields.putOptional(one, "lastError", webhook.lastError());
        }
        return node;
    }

    Stream<String> lines() {
        return webhooks.isEmpty()
                ? Stream.of("alerts: no webhook is configured")
                : webhooks.stream().map(AlertDeliveries::line);
    }

    private static String line(WebhookSinkStatus webhook) {
        return "alerts to " + webhook.name() + ": " + webhook.delivered() + " delivered, " + webhook.pending()
                + " pending"
                + webhook.oldestPending()
                        .map(at -> " since " + JsonFields.time(at))
                        .orElse("")
                + ", " + webhook.abandoned() + " abandoned"
                + webhook.lastError().map(why -> "; last error: " + why).orElse("");
    }
}

package io.weathervane.config;

import java.util.List;
import java.util.Map;

/** Who is told besides the telemetry file. */
public record AlertSettings(List<WebhookSettings> webhooks) {
    public AlertSettings {
        webhooks = List.copyOf(webhooks);
    }

    public static AlertSettings defaults() {
        return new AlertSettings(List.of());
    }

    static AlertSettings from(Section section, Map<String, String> environment) {
        List<WebhookSettings> webhooks =
                section.list("webhooks", webhook -> WebhookSettings.from(webhook, environment));
        if (webhooks.stream().map(WebhookSettings::url).distinct().count() < webhooks.size()) {
            throw section.problem("webhooks", "names one url twice: each alert would be sent there twice");
        }
        return new AlertSettings(webhooks);
    }
}

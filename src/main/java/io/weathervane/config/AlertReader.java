package io.weathervane.config;

import io.weathervane.alert.WebhookSinkConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code alerts}: the receivers besides the telemetry file. */
final class AlertReader {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TIMEOUT_MIN = Duration.ofMillis(10);
    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(1);

    private final SecretVariables secretVariables;

    /** @param environment has the secrets that sign the requests */
    AlertReader(Map<String, String> environment) {
        this.secretVariables = new SecretVariables(environment);
    }

    List<WebhookSinkConfig> read(Section section) {
        List<WebhookSinkConfig> webhooks = section.list("webhooks", this::webhook);
        if (webhooks.stream().map(WebhookSinkConfig::url).distinct().count() < webhooks.size()) {
            throw section.problem("webhooks", "names one url twice: each alert would be sent there twice");
        }
        return webhooks;
    }

    /** The variables that the configuration names as secrets; to be asked after {@link #read}. */
    Set<String> secretVariables() {
        return secretVariables.names();
    }

    private WebhookSinkConfig webhook(Section section) {
        return new WebhookSinkConfig(
                HttpUrls.read(section, "url", "where the alerts are sent"),
                secretVariables.read(section),
                section.duration("timeout", TIMEOUT_MIN, TIMEOUT_MAX).orElse(TIMEOUT));
    }
}

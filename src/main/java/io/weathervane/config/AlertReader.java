package io.weathervane.config;

import io.weathervane.alert.WebhookSinkConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code alerts}: the receivers besides the telemetry file. */
final class AlertReader {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TIMEOUT_MIN = Duration.ofMillis(10);
    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(1);

    private final Map<String, String> environment;
    private final Set<String> secretVariables = new HashSet<>();

    /** @param environment has the secrets that sign the requests */
    AlertReader(Map<String, String> environment) {
        this.environment = environment;
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
        return Set.copyOf(secretVariables);
    }

    private WebhookSinkConfig webhook(Section section) {
        return new WebhookSinkConfig(
                HttpUrls.read(section, "url", "where the alerts are sent"),
                secret(section),
                section.duration("timeout", TIMEOUT_MIN, TIMEOUT_MAX).orElse(TIMEOUT));
    }

    private Optional<String> secret(Section section) {
        return section.words("secretEnv").map(name -> {
            String secret = environment.getOrDefault(name, "");
            if (secret.isBlank()) {
                throw section.problem("secretEnv", "names the environment variable " + name + ", which is not set");
            }
            secretVariables.add(name);
            return secret;
        });
    }
}

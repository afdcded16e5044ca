package io.weathervane.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A URL that gets each alert as a JSON POST.
 *
 * @param secretEnv the environment variable with the secret that signs the requests; unsigned when empty
 */
public record WebhookSettings(URI url, Optional<String> secretEnv, Duration timeout) {
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final Duration TIMEOUT_MIN = Duration.ofMillis(10);
    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(1);
    private static final Set<String> SCHEMES = Set.of("http", "https");

    static WebhookSettings from(Section section, Map<String, String> environment) {
        return new WebhookSettings(
                url(section),
                section.words("secretEnv").map(name -> {
                    if (environment.getOrDefault(name, "").isBlank()) {
                        throw section.problem(
                                "secretEnv", "names the environment variable " + name + ", which is not set");
                    }
                    return name;
                }),
                section.duration("timeout", TIMEOUT_MIN, TIMEOUT_MAX).orElse(TIMEOUT));
    }

    private static URI url(Section section) {
        String text = section.words("url").orElseThrow(() -> section.missing("url", "where the alerts are sent"));
        try {
            URI url = new URI(text);
            if (url.getScheme() != null
                    && SCHEMES.contains(url.getScheme().toLowerCase(Locale.ROOT))
                    && url.getHost() != null
                    && url.getUserInfo() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw section.problem("url", "is not a URL", e);
        }
        throw section.problem("url", "must be an http or https URL with a host and without a user name or password");
    }
}

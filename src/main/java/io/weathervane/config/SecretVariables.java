package io.weathervane.config;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Secrets that stand in environment variables, which the configuration only names. */
final class SecretVariables {
    private final Map<String, String> environment;
    private final Set<String> names = new HashSet<>();

    SecretVariables(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The value of the variable that the section's {@code secretEnv} names; empty when it names none. */
    Optional<String> read(Section section) {
        return section.words("secretEnv").map(name -> {
            String secret = environment.getOrDefault(name, "");
            if (secret.isBlank()) {
                throw section.problem("secretEnv", "names the environment variable " + name + ", which is not set");
            }
            names.add(name);
            return secret;
        });
    }

    /** The variables that were read so far. */
    Set<String> names() {
        return Set.copyOf(names);
    }
}

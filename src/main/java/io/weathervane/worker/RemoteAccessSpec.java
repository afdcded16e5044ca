package io.weathervane.worker;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Headers, authentication and TLS that let requests into a remote server, as the configuration has them: references to
 * secrets, no secret.
 *
 * @param headers by name, in the order of the configuration; each request has them
 */
public record RemoteAccessSpec(Map<String, HeaderTemplate> headers, Optional<RemoteAuth> auth, RemoteTlsFiles tls) {
    public RemoteAccessSpec {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** For a server that lets everybody in. */
    public static RemoteAccessSpec none() {
        return new RemoteAccessSpec(Map.of(), Optional.empty(), RemoteTlsFiles.none());
    }

    public boolean isEmpty() {
        return headers.isEmpty() && auth.isEmpty() && tls.isEmpty();
    }

    /** Where its secrets are. */
    public List<SecretReference> secrets() {
        List<SecretReference> secrets = new ArrayList<>();
        headers.values().forEach(value -> secrets.addAll(value.references()));
        auth.ifPresent(one -> secrets.add(one.secret()));
        return List.copyOf(secrets);
    }

    /** The variables of the server's environment that have its secrets, which no child process needs. */
    public Set<String> secretVariables() {
        Set<String> names = new LinkedHashSet<>();
        secrets().stream()
                .filter(secret -> secret.source() == SecretReference.Source.ENV)
                .forEach(secret -> names.add(secret.name()));
        return names;
    }
}

package io.weathervane.worker.remote.auth;

import io.weathervane.clientfile.ClientFileException;
import io.weathervane.clientfile.ClientFileSecrets;
import io.weathervane.worker.SecretReference;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The secrets of one release, read where the references say: a variable once, a file whenever it has changed. */
final class SecretStore {
    private final Function<String, Optional<String>> environment;
    private final KnownSecrets known = new KnownSecrets();
    private final Map<String, String> variables = new ConcurrentHashMap<>();
    private final Map<String, SecretFile> files = new ConcurrentHashMap<>();
    private final Map<String, String> clientValues = new ConcurrentHashMap<>();

    /** @param environment looks up a variable of the server */
    SecretStore(Function<String, Optional<String>> environment) {
        this.environment = environment;
    }

    String read(SecretReference reference) throws CredentialException {
        String secret = switch (reference.source()) {
            case FILE -> file(reference.name()).read();
            case ENV -> variable(reference);
            case CLIENT -> clientValue(reference);
        };
        known.add(secret);
        return secret;
    }

    /** What was read, and what else requests carried. */
    KnownSecrets known() {
        return known;
    }

    /** Reads the files anew, whether they seem to have changed or not. */
    void readFilesAgain() throws CredentialException {
        for (SecretFile file : files.values()) {
            file.readAgain();
        }
        clientValues.clear();
    }

    /** A client's file is read for the first request, and after a refusal. */
    private String clientValue(SecretReference reference) throws CredentialException {
        String known = clientValues.get(reference.name());
        if (known != null) {
            return known;
        }
        try {
            String value = new ClientFileSecrets(environment).read(reference.name());
            String secret = SecretText.checked(value, reference.inWords());
            clientValues.put(reference.name(), secret);
            return secret;
        } catch (ClientFileException e) {
            throw new CredentialException(e.reason(), e);
        }
    }

    private SecretFile file(String path) {
        return files.computeIfAbsent(path, name -> new SecretFile(Path.of(name)));
    }

    private String variable(SecretReference reference) throws CredentialException {
        String known = variables.get(reference.name());
        if (known != null) {
            return known;
        }
        String value = environment
                .apply(reference.name())
                .orElseThrow(() -> new CredentialException(reference.inWords() + " is not set"));
        String secret = SecretText.checked(value, reference.inWords());
        variables.put(reference.name(), secret);
        return secret;
    }
}

package io.weathervane.worker.process;

import io.weathervane.clientfile.ClientFileException;
import io.weathervane.clientfile.ClientFileSecrets;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.SecretReference;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerRelease;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Puts in what a release only refers to, for the one start of its process. What it makes is neither kept nor shown. */
final class ReferencedValues {
    private final ClientFileSecrets secrets;
    private final Set<SecretReference> references;

    private ReferencedValues(Set<SecretReference> references) {
        this.secrets = new ClientFileSecrets(name -> Optional.ofNullable(System.getenv(name)));
        this.references = references;
    }

    /** @throws WorkerActionRefusedException when a value is not there any more */
    static WorkerRelease fill(WorkerRelease release) {
        try {
            return release.launch()
                    .map(launch -> release.with(new ReferencedValues(launch.references()).fill(launch)))
                    .orElse(release);
        } catch (ClientFileException e) {
            throw new WorkerActionRefusedException(
                    "worker " + release.label() + " cannot be started: " + e.reason(), e);
        }
    }

    private LaunchSpec fill(LaunchSpec launch) {
        Map<String, String> environment = new HashMap<>();
        launch.environment().forEach((name, value) -> environment.put(name, value(value)));
        List<String> command = launch.command().stream().map(this::value).toList();
        return launch.withCommand(command).withEnvironment(environment);
    }

    private String value(String text) {
        return SecretReference.parse(text)
                .filter(references::contains)
                .map(reference -> secrets.read(reference.name()))
                .orElse(text);
    }
}

package io.weathervane.worker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Command, environment, folder and user that the process of a worker is started with.
 *
 * @param command the program and its arguments; no shell is involved
 * @param environment added to what it inherits
 * @param folder where it runs; the server's own folder when empty
 * @param user the OS user that it runs as; the server's own when empty
 * @param inheritance which of the server's own variables it gets
 * @param references what of its words and the values of its environment is not meant as it stands: the start reads the value
 *     that it refers to
 */
public record LaunchSpec(
        List<String> command,
        Map<String, String> environment,
        Optional<Path> folder,
        Optional<String> user,
        InheritedEnvironment inheritance,
        Set<SecretReference> references)
        implements ServerSpec {
    public LaunchSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        references = Set.copyOf(references);
        if (command.isEmpty() || command.get(0).isBlank()) {
            throw new IllegalArgumentException("command must name a program");
        }
    }

    /** One whose words and values are meant as they stand. */
    public LaunchSpec(
            List<String> command,
            Map<String, String> environment,
            Optional<Path> folder,
            Optional<String> user,
            InheritedEnvironment inheritance) {
        this(command, environment, folder, user, inheritance, Set.of());
    }

    /** A program as the server's own user, in its folder, with what every program needs. */
    public static LaunchSpec of(List<String> command) {
        return new LaunchSpec(command, Map.of(), Optional.empty(), Optional.empty(), InheritedEnvironment.none());
    }

    public LaunchSpec withCommand(List<String> other) {
        return new LaunchSpec(other, environment, folder, user, inheritance, references);
    }

    public LaunchSpec withEnvironment(Map<String, String> other) {
        return new LaunchSpec(command, other, folder, user, inheritance, references);
    }

    public LaunchSpec in(Optional<Path> other) {
        return new LaunchSpec(command, environment, other, user, inheritance, references);
    }

    LaunchSpec inheriting(InheritedEnvironment other) {
        return new LaunchSpec(command, environment, folder, user, other, references);
    }
}

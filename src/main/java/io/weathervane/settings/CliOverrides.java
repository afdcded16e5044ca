package io.weathervane.settings;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the command line says; it wins over the environment and the file.
 *
 * @param config a configuration file that was named, and so must exist
 * @param environment the preset's name, as typed
 * @param readOnly can be switched on here, not off
 * @param release in front of which the server is put
 */
public record CliOverrides(
        Optional<Path> config,
        Optional<String> host,
        Optional<Integer> port,
        Optional<String> environment,
        boolean readOnly,
        Optional<CommandRelease> release) {
    public static CliOverrides none() {
        return new CliOverrides(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false, Optional.empty());
    }
}

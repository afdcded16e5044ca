package io.weathervane.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A release that is given on the command line: {@code weathervane run -- COMMAND}.
 *
 * @param command the program and its arguments
 * @param folder where it runs, absolute
 */
public record CommandRelease(String label, List<String> command, Path folder) {
    public CommandRelease {
        command = List.copyOf(command);
    }
}

package io.weathervane.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A release that is given on the command line: {@code weathervane run -- COMMAND}.
 *
 * @param command the program and its arguments
 * @param folder where it runs, absolute
 */
public record CommandLineRelease(String label, List<String> command, Path folder) {
    public CommandLineRelease {
        command = List.copyOf(command);
    }
}

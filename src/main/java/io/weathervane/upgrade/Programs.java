package io.weathervane.upgrade;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds programs as the operating system would when it starts them. */
final class Programs {
    private static final Pattern BETWEEN = Pattern.compile(Pattern.quote(File.pathSeparator));

    private Programs() {}

    /**
     * The file that would be run, if there is one that may be.
     *
     * @param folder where it would run: what a name with a slash in it is meant from
     * @param searched the folders of PATH
     */
    static Optional<Path> find(String program, Path folder, String searched) {
        try {
            if (program.contains("/")) {
                return runnable(folder.resolve(program));
            }
            return BETWEEN.splitAsStream(searched)
                    .filter(one -> !one.isEmpty())
                    .flatMap(one -> runnable(Path.of(one).resolve(program)).stream())
                    .findFirst();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<Path> runnable(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file) ? Optional.of(file) : Optional.empty();
    }
}

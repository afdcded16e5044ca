package io.weathervane.util;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds programs as the operating system would when it starts them. */
public final class Programs {
    private static final Pattern BETWEEN = Pattern.compile(Pattern.quote(File.pathSeparator));

    private Programs() {}

    /**
     * The file that would be run, if there is one that may be.
     *
     * @param folder where it would run: what a name with a slash in it is meant from
     * @param searched the folders of PATH
     */
    public static Optional<Path> find(String program, Path folder, String searched) {
        return first(program, folder, searched, Files::isExecutable);
    }

    /** The file that would be run if it were allowed to, for who wonders why {@link #find} finds nothing. */
    public static Optional<Path> notExecutable(String program, Path folder, String searched) {
        return first(program, folder, searched, file -> !Files.isExecutable(file));
    }

    private static Optional<Path> first(String program, Path folder, String searched, Predicate<Path> wanted) {
        try {
            return places(program, folder, searched)
                    .filter(Files::isRegularFile)
                    .filter(wanted)
                    .findFirst();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Stream<Path> places(String program, Path folder, String searched) {
        return program.contains("/")
                ? Stream.of(folder.resolve(program))
                : BETWEEN.splitAsStream(searched)
                        .filter(one -> !one.isEmpty())
                        .map(one -> Path.of(one).resolve(program));
    }
}

package io.weathervane.util;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds programs as the operating system would when it starts them. */
public final class ExecutableFinder {
    private static final Pattern BETWEEN = Pattern.compile(Pattern.quote(File.pathSeparator));
    private static final Pattern SPACES = Pattern.compile("[ \t]+");

    /** As much of a script's first line is read by Linux. */
    private static final int FIRST_LINE_MAX = 255;

    private ExecutableFinder() {}

    /**
     * The file that would be run, if there is one that may be.
     *
     * @param folder where it would run: what a name with a slash in it, and a relative folder of PATH, is meant from
     * @param searched the folders of PATH
     */
    public static Optional<Path> find(String program, Path folder, String searched) {
        return first(program, folder, searched, Files::isExecutable);
    }

    /** The file that would be run if it were allowed to, for who wonders why {@link #find} finds nothing. */
    public static Optional<Path> notExecutable(String program, Path folder, String searched) {
        return first(program, folder, searched, file -> !Files.isExecutable(file));
    }

    /**
     * The interpreter that a script names in its first line and that cannot be run; empty when there is none such, and
     * when the file is no script. Of {@code env} it is what that would run.
     *
     * @param folder where the script would run
     * @param searched the folders of PATH as the script would see it
     */
    public static Optional<String> missingInterpreter(Path script, Path folder, String searched) {
        List<String> words = interpreter(script);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        String path = words.get(0);
        if (!isRunnable(folder, path)) {
            return Optional.of(path);
        }
        boolean env = path.endsWith("/env") && words.size() == 2;
        return env
                        && isPlainName(words.get(1))
                        && find(words.get(1), folder, searched).isEmpty()
                ? Optional.of(words.get(1))
                : Optional.empty();
    }

    private static boolean isRunnable(Path folder, String path) {
        try {
            Path file = folder.resolve(path);
            return Files.isRegularFile(file) && Files.isExecutable(file);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Options of env, and variables that it sets, are left to it. */
    private static boolean isPlainName(String word) {
        return !word.startsWith("-") && word.indexOf('=') < 0 && word.indexOf(' ') < 0;
    }

    /** The interpreter and its one argument; empty when the file is no script or cannot be read. */
    private static List<String> interpreter(Path script) {
        try (InputStream in = Files.newInputStream(script)) {
            String head = new String(in.readNBytes(FIRST_LINE_MAX), StandardCharsets.UTF_8);
            if (!head.startsWith("#!")) {
                return List.of();
            }
            int end = head.indexOf('\n');
            String line = SPACES.matcher(head.substring(2, end < 0 ? head.length() : end))
                    .replaceAll(" ");
            // A carriage return is part of the name, for the kernel too.
            return Stream.of(line.split(" ", 3)).filter(word -> !word.isEmpty()).toList();
        } catch (IOException e) {
            return List.of();
        }
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

    /** An empty entry of PATH is the folder itself; without any PATH nothing is found. */
    private static Stream<Path> places(String program, Path folder, String searched) {
        return program.contains("/")
                ? Stream.of(folder.resolve(program))
                : Stream.of(BETWEEN.split(searched, -1))
                        .filter(one -> !searched.isEmpty())
                        .map(one -> folder.resolve(one).resolve(program));
    }
}

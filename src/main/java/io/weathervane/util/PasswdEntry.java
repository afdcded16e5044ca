package io.weathervane.util;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A user of the operating system, as the system's own list of them has it.
 *
 * @param group the number of its main group
 */
public record PasswdEntry(String name, long id, long group, String home) {
    private static final Path FILE = Path.of("/etc/passwd");
    private static final int FIELDS = 7;
    private static final int LOOKUP_SECONDS = 5;

    /** Empty when there is no such user, or this system has no such list. */
    public static Optional<PasswdEntry> find(String name) {
        return of(fileLines(), name).or(() -> of(lookedUp(name), name));
    }

    /** Whether this process may start others as any user. */
    public static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    private static Optional<PasswdEntry> of(List<String> lines, String name) {
        return lines.stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length == FIELDS && fields[0].equals(name))
                .findFirst()
                .flatMap(PasswdEntry::parsed);
    }

    private static Optional<PasswdEntry> parsed(String[] fields) {
        try {
            return Optional.of(
                    new PasswdEntry(fields[0], Long.parseLong(fields[2]), Long.parseLong(fields[3]), fields[5]));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static List<String> fileLines() {
        try (Stream<String> lines = Files.lines(FILE, StandardCharsets.ISO_8859_1)) {
            return lines.toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** For users that are kept elsewhere, such as in a directory service. */
    private static List<String> lookedUp(String name) {
        try {
            Process getent = new ProcessBuilder("getent", "passwd", name)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(getent.getInputStream(), StandardCharsets.UTF_8))) {
                getent.getOutputStream().close();
                if (!getent.waitFor(LOOKUP_SECONDS, TimeUnit.SECONDS)) {
                    getent.destroyForcibly();
                    return List.of();
                }
                return lines.lines().toList();
            }
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}

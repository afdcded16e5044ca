package io.weathervane.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders for one measurement. */
final class Folders {
    private Folders() {}

    /** A new folder beside the results, so that every database of a run is on the same disk. */
    static Path in(Path results) throws IOException {
        Path work = Files.createDirectories(results.toAbsolutePath().resolve("work"));
        return Files.createTempDirectory(work, "w");
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.deleteIfExists(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}

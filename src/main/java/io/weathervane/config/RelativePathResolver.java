package io.weathervane.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Paths as they are written in the configuration: a relative one is meant from the folder of its file. */
final class RelativePathResolver {
    private RelativePathResolver() {}

    /** The file that a key names. */
    static Optional<Path> file(Section section, String key, Path base) {
        return section.words(key)
                .map(text -> resolve(base, text).orElseThrow(() -> section.problem(key, "is no path")));
    }

    static Optional<Path> resolve(Path base, String text) {
        try {
            return Optional.of(base.resolve(text).toAbsolutePath().normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}

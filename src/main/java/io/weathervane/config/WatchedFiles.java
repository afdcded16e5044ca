package io.weathervane.config;

import io.weathervane.util.FileStamp;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files that a configuration was read from, as they were just before: a link is followed, so that a file that is
 * replaced, or reached by another link, has changed as one that is written to.
 *
 * @param stamps of the files, in their order; empty for one that is not there
 */
public record WatchedFiles(List<Path> files, List<Optional<FileStamp>> stamps) {
    public WatchedFiles {
        files = List.copyOf(files);
        stamps = List.copyOf(stamps);
    }

    static WatchedFiles of(List<Path> files) {
        return new WatchedFiles(files, FileStamp.of(files));
    }

    /** The same files as they are now. */
    public WatchedFiles now() {
        return of(files);
    }
}

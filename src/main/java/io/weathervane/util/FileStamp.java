package io.weathervane.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** By what a change of files is noticed without reading them: when each was changed, its size, and whether it is another. */
public final class FileStamp {
    private static final String MISSING = "missing";

    private FileStamp() {}

    public static String of(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
        } catch (IOException e) {
            return MISSING;
        }
    }

    /** Of several, in their order. */
    public static List<String> of(List<Path> files) {
        return files.stream().map(FileStamp::of).toList();
    }
}

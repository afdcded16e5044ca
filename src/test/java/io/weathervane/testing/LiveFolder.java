package io.weathervane.testing;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Lists a folder that a running server writes to: a file that is removed while the list is made is left out, not an error. */
public final class LiveFolder {
    private LiveFolder() {}

    /** What the system says of one path, read in one call; a symbolic link is not followed. */
    public record Entry(int mode, int group, int owner, boolean isFolder, boolean isFile) {}

    /** The folder itself and all below it. */
    public static Map<Path, Entry> entries(Path folder) throws IOException {
        Map<Path, Entry> entries = new LinkedHashMap<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                entry(path).ifPresent(entry -> entries.put(path, entry));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                entry(path).ifPresent(entry -> entries.put(path, entry));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return entries;
    }

    /** The bytes of a file; empty where it has been removed. */
    public static byte[] bytes(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    private static Optional<Entry> entry(Path path) throws IOException {
        try {
            Map<String, Object> read = Files.readAttributes(
                    path, "unix:mode,gid,uid,isDirectory,isRegularFile", LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new Entry(
                    (int) read.get("mode") & 07777,
                    (int) read.get("gid"),
                    (int) read.get("uid"),
                    (boolean) read.get("isDirectory"),
                    (boolean) read.get("isRegularFile")));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}

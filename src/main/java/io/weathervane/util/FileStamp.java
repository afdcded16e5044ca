package io.weathervane.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Identity, size and time of the file at a path, learnt without opening it: a change is noticed by it, also a
 * replacement within the clock's grain.
 *
 * @param identity device and inode, where the system has them
 */
public record FileStamp(Object identity, long size, FileTime modified) {
    /**
     * The stamp of a file that has to be there.
     *
     * @throws IOException when it is not, or cannot be looked at
     */
    public static FileStamp read(Path file) throws IOException {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileStamp(Objects.requireNonNullElse(now.fileKey(), ""), now.size(), now.lastModifiedTime());
    }

    /** Empty when the file is not there or cannot be looked at. */
    public static Optional<FileStamp> of(Path file) {
        try {
            return Optional.of(read(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Of several, in their order. */
    public static List<Optional<FileStamp>> of(List<Path> files) {
        return files.stream().map(FileStamp::of).toList();
    }

    public boolean isSameFileAs(FileStamp other) {
        return identity.equals(other.identity);
    }

    /* By hand: what a record makes for itself is put together at its first use, which costs a start 10 ms. */

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FileStamp stamp
                && size == stamp.size
                && modified.equals(stamp.modified)
                && identity.equals(stamp.identity);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * identity.hashCode() + Long.hashCode(size)) + modified.hashCode();
    }
}

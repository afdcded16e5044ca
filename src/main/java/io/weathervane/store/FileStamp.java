package io.weathervane.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which file stands at a path, and when it last changed, learnt without opening it: a descriptor of the
 * database opened and closed outside SQLite would drop the locks SQLite holds in this process.
 *
 * @param identity device and inode
 */
record FileStamp(String identity, long size, FileTime modified) {
    static Optional<FileStamp> of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new FileStamp(
                    Objects.toString(attributes.fileKey()), attributes.size(), attributes.lastModifiedTime()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.FAILED, "cannot look at " + file + ": " + e.getMessage(), e);
        }
    }

    boolean isSameFileAs(FileStamp other) {
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

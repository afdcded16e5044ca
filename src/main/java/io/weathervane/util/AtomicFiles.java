package io.weathervane.util;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Replaces a file so that a reader sees the old content or the new, never a part. */
public final class AtomicFiles {
    private static final Set<OpenOption> OVERWRITE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
    private static final Set<OpenOption> MAKE = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private AtomicFiles() {}

    /** Writes beside the file, syncs, and renames over it. The folder is made when missing. */
    public static void replace(Path file, byte[] content) throws IOException {
        write(beside(file), file, content, OVERWRITE);
    }

    /** The same, and nobody but its owner can read the file (mode 0600), at no moment. */
    public static void replacePrivately(Path file, byte[] content) throws IOException {
        Path beside = beside(file);
        Files.deleteIfExists(beside);
        write(beside, file, content, MAKE, OWNER_ONLY);
    }

    private static Path beside(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("no folder to write " + file + " in");
        }
        Files.createDirectories(folder);
        return folder.resolve("." + file.getFileName() + ".new");
    }

    private static void write(
            Path beside, Path file, byte[] content, Set<OpenOption> how, FileAttribute<?>... attributes)
            throws IOException {
        try (FileChannel channel = FileChannel.open(beside, how, attributes)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

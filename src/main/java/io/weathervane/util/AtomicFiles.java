package io.weathervane.util;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Replaces a file so that a reader sees the old content or the new, never a part; the new one is private from the start. */
public final class AtomicFiles {
    private AtomicFiles() {}

    /** Writes beside the file, syncs, and renames over it. The folder is made when missing. */
    public static void replace(Path file, byte[] content) throws IOException {
        Path beside = beside(file);
        write(beside, content);
        move(beside, file);
    }

    /**
     * Replaces a file without a sync, for what is written anew every few seconds: after a power failure it may be empty until then.
     * Many such files would keep the disk busy.
     */
    public static void replaceUnsynced(Path file, byte[] content) throws IOException {
        Path beside = beside(file);
        try (FileChannel channel = PrivateFiles.open(beside, StandardOpenOption.WRITE)) {
            writeAll(channel, content);
        }
        move(beside, file);
    }

    /** As {@link #replace} for a file whose owner need not be its folder's: it keeps the one it has, also when root replaces it. */
    public static void replaceKeepingOwner(Path file, byte[] content) throws IOException {
        Path beside = beside(file);
        write(beside, content);
        Optional<UnixFileAttributes> before = UnixFileAttributes.of(file);
        Optional<UnixFileAttributes> now = UnixFileAttributes.of(beside, LinkOption.NOFOLLOW_LINKS);
        if (before.isPresent() && now.isPresent()) {
            PrivateFiles.giveTo(beside, now.get(), before.get(), /* groupToo= */ false);
        }
        move(beside, file);
    }

    private static Path beside(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("no folder to write " + file + " in");
        }
        PrivateFiles.createFolders(folder);
        Path beside = folder.resolve("." + file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        return beside;
    }

    private static void write(Path beside, byte[] content) throws IOException {
        try (FileChannel channel = PrivateFiles.open(beside, StandardOpenOption.WRITE)) {
            writeAll(channel, content);
            channel.force(true);
        }
    }

    private static void writeAll(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void move(Path beside, Path file) throws IOException {
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}

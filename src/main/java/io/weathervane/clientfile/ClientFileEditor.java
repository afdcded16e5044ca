package io.weathervane.clientfile;

import io.weathervane.util.FileErrorMessages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/** Writes clients' files: all or nothing, with the permissions that they have, behind a symbolic link if they are. */
public final class ClientFileEditor {
    private static final int BACKUPS_MAX = 100;
    private static final String SUFFIX = ".weathervane-backup";

    private ClientFileEditor() {}

    /**
     * Where the file itself is.
     *
     * @throws ClientFileException when it is not there or may not be changed
     */
    public static Path real(Path file) {
        try {
            Path real = file.toRealPath();
            if (!Files.isRegularFile(real)) {
                throw new ClientFileException(real + " is not a file");
            }
            return real;
        } catch (IOException e) {
            throw new ClientFileException("cannot read " + file + ": " + FileErrorMessages.reason(e), e);
        }
    }

    /**
     * Refuses a file that its owner made read-only.
     *
     * @throws ClientFileException when it is
     */
    public static void requireWritable(Path file) {
        try {
            boolean marked = Files.getFileStore(file).supportsFileAttributeView("posix")
                    && !Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_WRITE);
            if (marked || !Files.isWritable(file)) {
                throw new ClientFileException(file + " is read-only, and stays as it is: chmod u+w, then try again");
            }
        } catch (IOException e) {
            throw new ClientFileException("cannot read " + file + ": " + FileErrorMessages.reason(e), e);
        }
    }

    /** A name for a backup beside the file: one that is free, or has the same content already. */
    public static Path backupFor(Path file, String text) {
        for (int number = 1; number <= BACKUPS_MAX; number++) {
            Path backup = file.resolveSibling(file.getFileName() + SUFFIX + (number == 1 ? "" : "-" + number));
            if (!Files.exists(backup, LinkOption.NOFOLLOW_LINKS) || has(backup, text)) {
                return backup;
            }
        }
        throw new ClientFileException("there are " + BACKUPS_MAX + " backups beside " + file + ": remove old ones");
    }

    private static boolean has(Path file, String text) {
        try {
            return Files.isRegularFile(file)
                    && Arrays.equals(Files.readAllBytes(file), text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes the backup, unless it is there. A user who may not read the file may not read the backup either. */
    public static void back(ClientFile file, Path backup) {
        if (!has(backup, file.text())) {
            try {
                create(backup, file.text(), Files.getPosixFilePermissions(file.path()));
            } catch (IOException e) {
                throw new ClientFileException(
                        "cannot write the backup " + backup + ": " + FileErrorMessages.reason(e), e);
            }
        }
    }

    /** Puts the text in the place of the file, which is still as it was read. */
    public static void replace(ClientFile file, String text) {
        Path beside = file.path().resolveSibling("." + file.path().getFileName() + ".weathervane-new");
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file.path());
            Files.deleteIfExists(beside);
            create(beside, text, permissions);
            if (!has(file.path(), file.text())) {
                Files.delete(beside);
                throw new ClientFileException(file.path() + " was changed meanwhile, and stays as it is: try again");
            }
            Files.move(beside, file.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ClientFileException(
                    "cannot write " + file.path() + ", which stays as it is: " + FileErrorMessages.reason(e), e);
        }
    }

    private static void create(Path file, String text, Set<PosixFilePermission> permissions) throws IOException {
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(
                        Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.setPosixFilePermissions(file, permissions);
    }
}

package io.weathervane.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * Checks what users other than the owner may do with a file that decides about access. Without POSIX modes they may do
 * nothing.
 */
public final class FilePermissions {
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final Set<PosixFilePermission> OTHERS_READ =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private FilePermissions() {}

    /** Whether its group or everybody may change it. */
    public static boolean othersMayWrite(Path file) throws IOException {
        return permits(file, OTHERS_WRITE);
    }

    /** Whether its group or everybody may read it. */
    public static boolean othersMayRead(Path file) throws IOException {
        return permits(file, OTHERS_READ);
    }

    private static boolean permits(Path file, Set<PosixFilePermission> any) throws IOException {
        boolean posix = Files.getFileStore(file).supportsFileAttributeView("posix");
        return posix && Files.getPosixFilePermissions(file).stream().anyMatch(any::contains);
    }
}

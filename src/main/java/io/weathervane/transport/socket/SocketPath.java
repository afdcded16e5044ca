package io.weathervane.transport.socket;

import io.weathervane.util.PrivateFiles;
import io.weathervane.util.WorkspaceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * Path of a workspace's socket: {@code state/weathervane.sock}. A socket's path has room for about 100 bytes (104 on
 * macOS, 108 on Linux); for a longer one the socket lies in
 * {@code <java.io.tmpdir>/weathervane-<first 16 hex digits of the SHA-256 of the state folder's real path>/weathervane.sock},
 * in a folder of mode 0700, so that every process finds it from the state folder alone.
 */
final class SocketPath {
    static final int PATH_BYTES_MAX = 100;

    private static final String FILE = "weathervane.sock";

    /** Shorter than the other, so that it has room wherever that one has. */
    private static final String READ_ONLY_FILE = "view.sock";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_AND_GROUP = PosixFilePermissions.fromString("rwxrwx---");
    private static final int HASH_BYTES = 8;

    private SocketPath() {}

    /** The socket of the workspace with this state folder, which must exist. */
    public static Path of(Path stateFolder) {
        Path real = real(stateFolder);
        Path beside = real.resolve(FILE);
        return bytes(beside) <= PATH_BYTES_MAX ? beside : shortFolder(real).resolve(FILE);
    }

    /** The socket beside it, whose callers may see everything and change nothing. */
    static Path readOnly(Path stateFolder) {
        return of(stateFolder).resolveSibling(READ_ONLY_FILE);
    }

    /**
     * Makes the folder the socket lies in, when it is the short one.
     *
     * @throws WorkspaceException when the folder exists and others can get into it: it may then be another user's trap
     */
    static void prepareFolderOf(Path socket, Path stateFolder) throws IOException {
        Path folder = shortFolder(real(stateFolder));
        if (!folder.resolve(FILE).equals(socket)) {
            return;
        }
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            PrivateFiles.inherit(folder, stateFolder);
        }
        if (!isAsPrivateAs(stateFolder, folder)) {
            throw new WorkspaceException("the folder " + folder + " for this workspace's socket is open to others,"
                    + " or another user's: remove it, or use a workspace with a shorter path");
        }
    }

    /** Whether it is the state folder's owner's, for the same group or for no other user. */
    private static boolean isAsPrivateAs(Path stateFolder, Path folder) throws IOException {
        PosixFileAttributes found = Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes state = Files.readAttributes(stateFolder, PosixFileAttributes.class);
        boolean alone = found.permissions().equals(OWNER_ONLY);
        boolean shared = found.permissions().equals(state.permissions())
                && found.permissions().equals(OWNER_AND_GROUP)
                && found.group().equals(state.group());
        return found.isDirectory() && found.owner().equals(state.owner()) && (alone || shared);
    }

    private static Path shortFolder(Path realState) {
        return Path.of(System.getProperty("java.io.tmpdir"))
                .toAbsolutePath()
                .resolve("weathervane-" + hash(realState.toString()));
    }

    private static Path real(Path stateFolder) {
        try {
            return stateFolder.toRealPath();
        } catch (IOException e) {
            throw new WorkspaceException("the state folder " + stateFolder + " does not exist or cannot be read", e);
        }
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

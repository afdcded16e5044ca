package io.weathervane.util;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the files and folders of a workspace, which only its owner can read: mode 0600 and 0700 from their first
 * moment, whatever the umask is. A new one belongs to the owner of the folder it is made in, also when root makes it.
 * In a folder that is shared with a group (mode 0770) it is shared with that group too: 0660 and 2770.
 *
 * <p>The folder says all of this, so a command needs no configuration to keep to it.
 *
 * <p>Nothing is made, opened or narrowed where a link of another user leads to what is not that user's
 * ({@link ForeignSymlinkGuard}); such a path is refused with an {@link java.nio.file.AccessDeniedException} that says what to do.
 */
public final class PrivateFiles {
    static final int PRIVATE_FOLDER = 0700;
    static final int SHARED_FOLDER = 02770;
    private static final int SHARED_FILE = 0660;

    private static final FileAttribute<?> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> FOLDER_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?>[] NO_MODE = {};
    private static final LinkOption[] NO_LINKS = {LinkOption.NOFOLLOW_LINKS};
    private static final LinkOption[] ANY_LINKS = {};

    private PrivateFiles() {}

    /** Makes the folder and those above it, as far as they are missing. */
    public static Path createFolders(Path folder) throws IOException {
        ForeignSymlinkGuard.requireFolder(folder);
        return createMissing(folder);
    }

    private static Path createMissing(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path above = folder.toAbsolutePath().getParent();
            if (above != null) {
                createMissing(above);
            }
            try {
                createFolder(folder);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(folder)) {
                    throw e;
                }
            }
        }
        return folder;
    }

    /** Makes the folder that a file is to lie in. */
    public static void createFolderOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            createFolders(folder);
        }
    }

    /** Makes one folder, which must not exist yet. */
    public static Path createFolder(Path folder) throws IOException {
        Files.createDirectory(folder, mode(folder, FOLDER_MODE));
        return inherit(folder);
    }

    /** Makes an empty file that must not exist yet, for its maker whatever its folder is. */
    public static void createNew(Path file) throws IOException {
        FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode(file, FILE_MODE))
                .close();
    }

    /** Makes an empty file where there is none; never opens one that is there. */
    public static void createIfMissing(Path file) throws IOException {
        ForeignSymlinkGuard.requireFile(file);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            try {
                createNew(file);
                inherit(file);
            } catch (FileAlreadyExistsException e) {
                return; // another made it at the same moment
            }
        }
    }

    /** Opens a file, making it where there is none. */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        createIfMissing(file);
        return ForeignSymlinkGuard.requireFile(file)
                ? UntrustedFolderFileOpener.open(file, options)
                : FileChannel.open(file, options);
    }

    /** Refuses a file that a link, or a second name, of another user takes to what is not that user's. */
    public static Path requireOwn(Path file) throws IOException {
        ForeignSymlinkGuard.requireFile(file);
        return file;
    }

    /** Writes a file anew. */
    public static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /** Gives a file or folder that was just made, readable by its maker alone, the owner and group of its folder. */
    public static Path inherit(Path made) throws IOException {
        Path folder = made.toAbsolutePath().getParent();
        return folder == null ? made : inherit(made, folder);
    }

    /** The same for something that lies elsewhere than in the folder it belongs to. */
    public static Path inherit(Path made, Path from) throws IOException {
        Optional<UnixFileAttributes> folder = UnixFileAttributes.of(from);
        Optional<UnixFileAttributes> own = UnixFileAttributes.of(made, LinkOption.NOFOLLOW_LINKS);
        if (folder.isPresent() && own.isPresent()) {
            boolean shared = folder.get().isSharedWithGroup();
            if (shared) {
                setMode(made, Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS) ? SHARED_FOLDER : SHARED_FILE);
            }
            giveTo(made, own.get(), folder.get(), shared);
            if (shared && Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)) {
                setMode(made, SHARED_FOLDER); // a change of the group takes its bit away
            }
        }
        return made;
    }

    /**
     * Changes a mode, as root never through a link that another user puts there meanwhile. Only a file or folder can be
     * opened for that; a socket is changed by its name.
     */
    static void setMode(Path path, int mode) throws IOException {
        boolean canBeOpened = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        LinkOption[] options = OsUser.isRoot() && canBeOpened ? NO_LINKS : ANY_LINKS;
        Files.setAttribute(path, "unix:mode", mode, options);
    }

    /** Only root can give a file away, and only a member can give it to a group; for others it stays as it is. */
    static void giveTo(Path made, UnixFileAttributes own, UnixFileAttributes wanted, boolean groupToo) {
        boolean otherOwner = own.uid() != wanted.uid();
        try {
            if ((groupToo || otherOwner) && own.gid() != wanted.gid()) {
                Files.setAttribute(made, "unix:gid", wanted.gid(), LinkOption.NOFOLLOW_LINKS);
            }
            if (otherOwner) {
                Files.setAttribute(made, "unix:uid", wanted.uid(), LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException e) {
            // It is used as it is: by its maker, who can.
        }
    }

    /** The mode to make something with, where the system has modes. */
    private static FileAttribute<?>[] mode(Path path, FileAttribute<?> wanted) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix ? new FileAttribute<?>[] {wanted} : NO_MODE;
    }
}

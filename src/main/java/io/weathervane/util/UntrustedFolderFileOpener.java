package io.weathervane.util;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Opens a file for root in another user's folder, who may put a link in the place of either at any moment: the folder is
 * opened first, its owner is read from what was opened, and the file is opened in it without following a link.
 */
final class UntrustedFolderFileOpener {
    private UntrustedFolderFileOpener() {}

    static FileChannel open(Path file, OpenOption... options) throws IOException {
        Path folder = file.toAbsolutePath().normalize().resolveSibling("");
        UnixFileAttributes owner = ForeignSymlinkGuard.othersFolder(folder)
                .orElseThrow(() -> new AccessDeniedException(folder.toString(), null, "its owner has just changed"));
        Set<OpenOption> all = new HashSet<>(List.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        try (DirectoryStream<Path> opened = Files.newDirectoryStream(folder)) {
            if (opened instanceof SecureDirectoryStream<Path> secure) {
                requireOwner(secure, folder, owner.uid());
                return channel(secure.newByteChannel(file.getFileName(), all), file);
            }
        }
        return FileChannel.open(file, all);
    }

    private static void requireOwner(SecureDirectoryStream<Path> opened, Path folder, int uid) throws IOException {
        UserPrincipal found = opened.getFileAttributeView(PosixFileAttributeView.class)
                .readAttributes()
                .owner();
        UserPrincipal wanted = folder.getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName(Integer.toString(uid)); // a number is taken for a user's, where none is so named
        if (!found.equals(wanted)) {
            throw new AccessDeniedException(
                    folder.toString(), null, "it has become a folder of " + found.getName() + " while it was opened");
        }
    }

    private static FileChannel channel(SeekableByteChannel opened, Path file) throws IOException {
        if (opened instanceof FileChannel channel) {
            return channel;
        }
        opened.close();
        throw new IOException("this system opens no file channel for " + file);
    }
}

package io.weathervane.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Owner, group, mode and identity of a file as a Unix keeps them.
 *
 * @param mode the permissions with the special bits, without the file's type
 */
record UnixFileAttributes(int uid, int gid, int mode, int links, long device, long inode) {
    static final int STICKY = 01000;
    static final int GROUP = 0070;
    static final int OTHERS = 0007;
    private static final int WRITE_OF_OTHERS = 0022;
    private static final int PERMISSIONS = 07777;

    /** Empty when there is no such file, it cannot be looked at, or the system has no such attributes. */
    static Optional<UnixFileAttributes> of(Path path, LinkOption... options) {
        try {
            Map<String, Object> all = Files.readAttributes(path, "unix:uid,gid,mode,nlink,dev,ino", options);
            return Optional.of(new UnixFileAttributes(
                    number(all, "uid").intValue(),
                    number(all, "gid").intValue(),
                    number(all, "mode").intValue() & PERMISSIONS,
                    number(all, "nlink").intValue(),
                    number(all, "dev").longValue(),
                    number(all, "ino").longValue()));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether a folder is there for its group as well, and for no other user. */
    boolean isSharedWithGroup() {
        return (mode & GROUP) == GROUP && (mode & OTHERS) == 0;
    }

    /** Whether no user but root can write to it; an access list that lets another one shows in the group's bits. */
    boolean isWrittenByRootAlone() {
        return uid == 0 && (mode & WRITE_OF_OTHERS) == 0;
    }

    private static Number number(Map<String, Object> all, String name) {
        if (all.get(name) instanceof Number number) {
            return number;
        }
        throw new IllegalArgumentException("no attribute " + name);
    }
}

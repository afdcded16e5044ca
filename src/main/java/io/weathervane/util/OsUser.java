package io.weathervane.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The operating system's user that runs this process, named as the system names the peer of a local socket: by its
 * number where it has no name, as in many containers, where {@code user.name} is only a question mark.
 */
public final class OsUser {
    private OsUser() {}

    public static String name() {
        try {
            return ownerOf(made());
        } catch (IOException | UnsupportedOperationException e) {
            return System.getProperty("user.name", "unknown");
        }
    }

    static boolean isRoot() {
        return is(0);
    }

    /** Whether the system does not say who runs this process. */
    static boolean isUnknown() {
        return uid().isEmpty();
    }

    /** Whether this process runs as the user of this number. */
    static boolean is(int uid) {
        return uid().filter(own -> own == uid).isPresent();
    }

    /** The number of the user; empty where the system has none. */
    static Optional<Integer> uid() {
        return Uid.OWN;
    }

    /** Found out once: who makes a file is its owner. Where none can be made, Linux tells whose this process is. */
    private static final class Uid {
        static final Optional<Integer> OWN = find();

        private static Optional<Integer> find() {
            try {
                Path made = made();
                try {
                    return UnixFileAttributes.of(made).map(UnixFileAttributes::uid);
                } finally {
                    Files.deleteIfExists(made);
                }
            } catch (IOException | UnsupportedOperationException e) {
                return UnixFileAttributes.of(Path.of("/proc/self")).map(UnixFileAttributes::uid);
            }
        }
    }

    private static Path made() throws IOException {
        Path place = place();
        PrivateFiles.createNew(place);
        return place;
    }

    /** A name of its own without random numbers: to make those ready takes a start longer than all the rest of this. */
    private static Path place() {
        return Path.of(
                System.getProperty("java.io.tmpdir"),
                "weathervane-" + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".user");
    }

    /** Name of the user that a file made by this process belongs to. */
    private static String ownerOf(Path made) throws IOException {
        try {
            return Files.getOwner(made).getName();
        } finally {
            Files.deleteIfExists(made);
        }
    }
}

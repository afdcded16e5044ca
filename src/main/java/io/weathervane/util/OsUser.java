package io.weathervane.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The operating system's user that runs this process, named as the system names the peer of a local socket: by its
 * number where it has no name, as in many containers, where {@code user.name} is only a question mark.
 */
public final class OsUser {
    private OsUser() {}

    public static String name() {
        try {
            return ownerOf(Files.createFile(place()));
        } catch (IOException | UnsupportedOperationException e) {
            return System.getProperty("user.name", "unknown");
        }
    }

    /** A name of its own without random numbers: to make those ready takes a start longer than all the rest of this. */
    private static Path place() {
        return Path.of(
                System.getProperty("java.io.tmpdir"),
                "weathervane-" + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".user");
    }

    /** Who makes a file is its owner. */
    private static String ownerOf(Path made) throws IOException {
        try {
            return Files.getOwner(made).getName();
        } finally {
            Files.deleteIfExists(made);
        }
    }
}

package io.weathervane.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Another user of the operating system, under which programs are run; needs root and {@code setpriv}. */
public final class OtherUser {
    /** Without any right to what belongs to others, on every system. */
    public static final int UID = 65534;

    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private OtherUser() {}

    public static boolean isPossible() {
        return "root".equals(System.getProperty("user.name")) && Files.isExecutable(SETPRIV);
    }

    /** The command, run as that user in no group but its own. */
    public static List<String> command(List<String> command) {
        return commandIn(UID, command);
    }

    /** The command, run as that user in this group. */
    public static List<String> commandIn(int group, List<String> command) {
        List<String> all =
                new ArrayList<>(List.of(SETPRIV.toString(), "--reuid=" + UID, "--regid=" + UID, "--groups=" + group));
        all.addAll(command);
        return all;
    }

    /** Gives the user all of a folder. */
    public static void own(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.toList()) {
                Files.setAttribute(path, "unix:gid", UID);
                Files.setAttribute(path, "unix:uid", UID);
            }
        }
    }
}

package io.weathervane.worker.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Loads the native library by which processes are looked at. By itself it is unpacked into the user's cache folder under
 * the umask; where that lets others write, they could have the server run what they like. So it is unpacked into a folder
 * for this process alone, which goes as soon as it is loaded.
 */
final class JnaLibraryLoader {
    /** Where it is unpacked; who sets it, or where it lies already, knows why. */
    private static final String FOLDER = "jna.tmpdir";

    private static final String LIBRARY = "jna.boot.library.path";

    private JnaLibraryLoader() {}

    /** Once for a process, before anything else uses the library. */
    static void load() throws IOException, ClassNotFoundException {
        if (System.getProperty(FOLDER) != null || System.getProperty(LIBRARY) != null) {
            return;
        }
        Path folder = Files.createTempDirectory("weathervane-native-"); // for its owner alone, whatever the umask is
        System.setProperty(FOLDER, folder.toString());
        try {
            Class.forName("com.sun.jna.Native");
        } finally {
            remove(folder);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}

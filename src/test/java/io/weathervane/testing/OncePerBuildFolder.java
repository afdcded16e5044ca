package io.weathervane.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32;

/** A folder below target that the first of a build's test processes fills, and the others find as it left it. */
final class OncePerBuildFolder {
    private static final Path ALL = Path.of("target", "made-once").toAbsolutePath();

    private OncePerBuildFolder() {}

    /** Fills an empty folder. */
    interface Maker {
        void make(Path folder) throws IOException, InterruptedException;
    }

    /** @param madeOf what it depends on; another is made for anything else */
    static Path folder(String name, String madeOf, Maker maker) {
        CRC32 key = new CRC32();
        key.update(madeOf.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Path folder = ALL.resolve(name + "-" + String.format(Locale.ROOT, "%08x", key.getValue()));
        Path done = folder.resolve("done");
        try {
            Files.createDirectories(folder);
            try (FileChannel file = FileChannel.open(
                            ALL.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                if (lock.isValid() && !Files.exists(done)) {
                    maker.make(folder);
                    Files.createFile(done);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What tells a file from the one that a further build puts in its place. */
    static String print(Path file) throws IOException {
        return file + " " + Files.size(file) + " "
                + Files.getLastModifiedTime(file).toMillis() + "\n";
    }
}

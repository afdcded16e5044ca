package io.weathervane.incident;

import io.weathervane.util.PrivateFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The newest part of a file.
 *
 * @param cut whether there was more before it
 */
record FileTail(String text, boolean cut) {
    static FileTail of(Path file, int bytesMax) throws IOException {
        try (RandomAccessFile in =
                new RandomAccessFile(PrivateFiles.requireOwn(file).toFile(), "r")) {
            long length = in.length();
            long start = Math.max(0, length - bytesMax);
            byte[] bytes = new byte[(int) (length - start)];
            in.seek(start);
            in.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8);
            return start == 0 ? new FileTail(text, false) : new FileTail(text.substring(text.indexOf('\n') + 1), true);
        }
    }
}

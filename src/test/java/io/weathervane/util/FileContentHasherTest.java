package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileContentHasherTest {
    private static final int SIZE = 2 * 1024 * 1024;

    /** So late that no change counts as one of just now. */
    private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));

    @TempDir
    Path folder;

    /** A mapping that is dirty already changes the file and no time of it. */
    @Test
    void seesAChangeThroughAMappingThatWasThereBefore() throws IOException {
        Path file = folder.resolve("program");
        Files.write(file, new byte[SIZE]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
            mapped.put(0, (byte) 1);
            String before = FileContentHasher.of(file, LATER);
            mapped.put(0, (byte) 2);

            assertThat(FileContentHasher.of(file, LATER)).isNotEqualTo(before);
        }
    }

    @Test
    void seesAChangeInAFolderThatOthersMayWriteTo() throws IOException {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path file = shared.resolve("program");
        Files.write(file, new byte[SIZE]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
            mapped.put(0, (byte) 1);
            String before = FileContentHasher.of(file, LATER);
            mapped.put(0, (byte) 2);

            assertThat(FileContentHasher.of(file, LATER)).isNotEqualTo(before);
        }
    }
}

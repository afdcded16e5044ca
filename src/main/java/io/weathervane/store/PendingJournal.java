package io.weathervane.store;

import io.weathervane.util.PrivateFiles;
import io.weathervane.util.SafeText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file beside the database in which changes wait that cannot be written to it, so that a server that dies meanwhile
 * has not forgotten them at its next start.
 *
 * <p>A line for each batch: checksum, id, then kind and body of each record, with tabs between them. Empty lines are
 * room: they are there before they are needed, because a full disk has none to give when they are. A line that is
 * damaged, such as the last one of a server that died while it wrote, is passed over.
 */
final class PendingJournal {
    private static final Logger LOG = LoggerFactory.getLogger(PendingJournal.class);

    static final String NAME = "pending.journal";

    /** Kept free for a full disk: 64 KiB, some twenty decisions. */
    static final int ROOM_BYTES = 64 << 10;

    /** It grows to no more than this: 16 MiB. */
    static final int SIZE_MAX_BYTES = 16 << 20;

    private final Path file;
    private int end;

    /** A batch that was found in the file. */
    record Entry(String id, List<DeferredRecord> records) {}

    PendingJournal(Path database) {
        this.file = database.resolveSibling(NAME);
    }

    /** What an earlier server left, oldest first. */
    List<Entry> read() {
        List<Entry> entries = new ArrayList<>();
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            if (Files.size(PrivateFiles.requireOwn(file)) > SIZE_MAX_BYTES) {
                throw new IOException("it has more than its limit of " + (SIZE_MAX_BYTES >> 20) + " MiB");
            }
            byte[] bytes = Files.readAllBytes(file);
            end = used(bytes);
            for (String line : new String(bytes, 0, end, StandardCharsets.UTF_8).split("\n", -1)) {
                if (!line.isBlank()) {
                    read(line, entries);
                }
            }
        } catch (IOException e) {
            throw new StoreException(StoreException.Kind.FAILED, "cannot read " + file + ": " + e.getMessage(), e);
        }
        return List.copyOf(entries);
    }

    private static int used(byte[] bytes) {
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == '\n') {
            length--;
        }
        return length;
    }

    private void read(String line, List<Entry> entries) {
        String[] fields = line.split("\t", -1);
        boolean whole = fields.length >= 4
                && fields.length % 2 == 0
                && fields[0].equals(checksum(line.substring(line.indexOf('\t') + 1)));
        if (!whole) {
            LOG.warn("a line of {} is damaged and passed over", file);
            return;
        }
        List<DeferredRecord> records = new ArrayList<>();
        for (int i = 2; i < fields.length; i += 2) {
            records.add(new DeferredRecord(fields[i], fields[i + 1]));
        }
        entries.add(new Entry(fields[1], List.copyOf(records)));
    }

    /** Adds the batches; on disk when it returns. */
    void append(List<Entry> entries) throws IOException {
        StringBuilder lines = new StringBuilder();
        entries.forEach(entry -> lines.append(line(entry)));
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        if (end + bytes.length > SIZE_MAX_BYTES) {
            throw new IOException(file + " has reached its limit of " + (SIZE_MAX_BYTES >> 20) + " MiB");
        }
        try (FileChannel channel = open()) {
            write(channel, bytes, end);
            channel.force(true);
        }
        end += bytes.length;
    }

    /** Says that none of it is needed any more. */
    void clear() throws IOException {
        try (FileChannel channel = open()) {
            write(channel, room((int) Math.max(ROOM_BYTES, channel.size())), 0);
            if (channel.size() > ROOM_BYTES) {
                channel.truncate(ROOM_BYTES);
            }
            channel.force(true);
        }
        end = 0;
    }

    /** Takes the room that a full disk would not give, unless something waits in it already. */
    void keepRoom() throws IOException {
        if (end > 0 || sizeOrZero() >= ROOM_BYTES) {
            return;
        }
        try (FileChannel channel = open()) {
            write(channel, room(ROOM_BYTES), 0);
            channel.force(true);
        }
    }

    private long sizeOrZero() throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private FileChannel open() throws IOException {
        return PrivateFiles.open(file, StandardOpenOption.WRITE);
    }

    private static void write(FileChannel channel, byte[] bytes, long at) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long place = at;
        while (buffer.hasRemaining()) {
            place += channel.write(buffer, place);
        }
    }

    private static byte[] room(int size) {
        byte[] room = new byte[size];
        Arrays.fill(room, (byte) '\n');
        return room;
    }

    private static String line(Entry entry) {
        StringBuilder fields = new StringBuilder(entry.id());
        entry.records()
                .forEach(one ->
                        fields.append('\t').append(one.kind()).append('\t').append(SafeText.json(one.body())));
        // What a server that died left in front of it, or an append that failed behind it, may have no end of its own.
        return "\n" + checksum(fields.toString()) + "\t" + fields + "\n";
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}

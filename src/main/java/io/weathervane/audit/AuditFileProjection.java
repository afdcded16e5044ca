package io.weathervane.audit;

import io.weathervane.util.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file that follows the chain. Its position, the newest event written and where that event's line ends,
 * is remembered in the database after the line is on disk. What a crash left behind the position is compared
 * with the lines that were due: those already there are not written again, a torn last one is cut off and
 * written whole, and lines of an operator stay where they are. A torn line that is for none of the events that were
 * there at the start is evidence of one that was lost: it stays, too. Used by one thread.
 */
final class AuditFileProjection {
    private static final Logger LOG = LoggerFactory.getLogger("AuditFileProjection");

    /** Lines are written in one piece up to about this size: 1 MiB. */
    private static final int BATCH_LENGTH = 1 << 20;

    private final AuditLog log;
    private final AuditFileFormat format;
    private final Path file;
    private Position position;
    private long tornUpTo;
    private boolean reconciled;

    /**
     * Position of a file in the audit.
     *
     * @param seq the newest event whose line, if it has one, is in the file
     * @param offset the byte after the newest line that is ours
     */
    record Position(long seq, long offset) {
        static final Position START = new Position(0, 0);
    }

    /** @param tornUpTo the newest event whose line an earlier server may have left torn */
    AuditFileProjection(AuditLog log, AuditFileFormat format, Path folder, Position position, long tornUpTo) {
        this.log = log;
        this.format = format;
        this.file = folder.resolve(format.fileName());
        this.position = position;
        this.tornUpTo = tornUpTo;
    }

    AuditFileFormat format() {
        return format;
    }

    Position position() {
        return position;
    }

    /** Starts over from a position, as after a restart. */
    void resumeFrom(Position from) {
        position = from;
        reconciled = false;
    }

    /** Writes the lines that are due; when it returns they are on disk. */
    void catchUp() throws IOException {
        UnexportedAuditLines unexported = new UnexportedAuditLines(log, format, position.seq());
        if (reconciled && unexported.peek().isEmpty()) {
            position = new Position(unexported.read(), position.offset());
            return;
        }
        PrivateFiles.createFolderOf(file);
        try (FileChannel channel = PrivateFiles.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            reconcile(channel);
            append(channel);
        } catch (IOException e) {
            reconciled = false;
            throw e;
        }
    }

    private void reconcile(FileChannel channel) throws IOException {
        if (channel.size() < position.offset()) {
            LOG.warn(
                    "audit file is shorter than what was written to it, writing it anew file={} bytes={} written={}",
                    file,
                    channel.size(),
                    position.offset());
            resumeFrom(Position.START);
        }
        if (!reconciled) {
            compareWithWhatWasDue(channel);
            tornUpTo = Long.MAX_VALUE; // whatever is torn from now on is ours
            reconciled = true;
        }
    }

    private void compareWithWhatWasDue(FileChannel channel) throws IOException {
        UnexportedAuditLines due = new UnexportedAuditLines(log, format, position.seq());
        PositionedLineReader lines = new PositionedLineReader(channel, position.offset());
        for (Optional<PositionedLineReader.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            compare(channel, line.get(), due);
        }
    }

    private void compare(FileChannel channel, PositionedLineReader.Line line, UnexportedAuditLines due)
            throws IOException {
        Optional<UnexportedAuditLines.Pending> next = due.peek();
        if (line.terminated()) {
            if (next.isPresent() && line.is(next.get().line())) {
                position = new Position(next.get().seq(), line.end());
                due.take();
            }
        } else if (next.isPresent()
                && next.get().seq() <= tornUpTo
                && line.isBeginningOf(next.get().line())) {
            LOG.warn("cutting a torn last line off file={} bytes={}", file, line.end() - line.start());
            channel.truncate(line.start());
        }
    }

    private void append(FileChannel channel) throws IOException {
        UnexportedAuditLines unexported = new UnexportedAuditLines(log, format, position.seq());
        while (unexported.peek().isPresent()) {
            long seq = position.seq();
            StringBuilder batch = new StringBuilder();
            while (batch.length() < BATCH_LENGTH && unexported.peek().isPresent()) {
                UnexportedAuditLines.Pending next = unexported.peek().orElseThrow();
                batch.append(next.line()).append('\n');
                seq = next.seq();
                unexported.take();
            }
            position = new Position(seq, write(channel, batch.toString()));
        }
        position = new Position(Math.max(position.seq(), unexported.read()), position.offset());
    }

    /** Appends at the end, wherever an operator has moved it to; returns the offset after what was written. */
    private long write(FileChannel end, String lines) throws IOException {
        long before = end.size();
        String text = endsInsideALine(end, before) ? "\n" + lines : lines;
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        int length = bytes.remaining();
        try (FileChannel channel = PrivateFiles.open(file, StandardOpenOption.APPEND)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return endOf(end, before, length, text);
    }

    private static boolean endsInsideALine(FileChannel channel, long size) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n';
    }

    /** Where our lines end: not at the end of the file if another program appended at the same moment. */
    private static long endOf(FileChannel channel, long before, int length, String text) throws IOException {
        long after = channel.size();
        if (after == before + length) {
            return after;
        }
        byte[] all = new byte[Math.toIntExact(after - before)];
        int count = channel.read(ByteBuffer.wrap(all), before);
        String region = new String(all, 0, Math.max(0, count), StandardCharsets.ISO_8859_1);
        String ours = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        int at = region.indexOf(ours);
        return at < 0 ? before : before + at + length;
    }
}

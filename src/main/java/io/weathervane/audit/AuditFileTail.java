package io.weathervane.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The newest lines of a projected file as a start finds them. One that lacks its end, or cannot be read, is evidence as
 * well: a file that was copied while it was written, or damaged, ends with one.
 */
final class AuditFileTail {
    /** How much of a file's end is looked at first: 256 KiB; the rest only where nothing of ours is in it. */
    private static final int FIRST_BYTES = 256 * 1024;

    private final AuditFileFormat format;
    private final Path file;

    /**
     * A line of ours.
     *
     * @param parsed empty when the line is damaged before it names its event
     */
    record Found(PositionedLineReader.Line line, Optional<ParsedAuditLine> parsed) {}

    AuditFileTail(AuditFileFormat format, Path folder) {
        this.format = format;
        this.file = folder.resolve(format.fileName());
    }

    /** The newest line of ours that fits. */
    Optional<Found> newest(Predicate<Found> fits) throws IOException {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long start = Math.max(0, channel.size() - FIRST_BYTES);
            Optional<Found> near = newest(channel, start, fits);
            return near.isPresent() || start == 0 ? near : newest(channel, 0, fits);
        }
    }

    private Optional<Found> newest(FileChannel channel, long start, Predicate<Found> fits) throws IOException {
        PositionedLineReader lines = new PositionedLineReader(channel, start);
        Optional<Found> newest = Optional.empty();
        for (Optional<PositionedLineReader.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            boolean fromItsBeginning = start == 0 || line.get().start() > start;
            if (fromItsBeginning) {
                Optional<Found> found = read(line.get()).filter(fits);
                newest = found.isPresent() ? found : newest;
            }
        }
        return newest;
    }

    private Optional<Found> read(PositionedLineReader.Line line) {
        Optional<ParsedAuditLine> parsed = format.origin(line.text());
        return parsed.isPresent() || format.isDamaged(line.text())
                ? Optional.of(new Found(line, parsed))
                : Optional.empty();
    }

    /** Whether a crash left the torn last line while it wrote what the chain has: the line that comes next after the lines before it. */
    boolean endsWithWhatIsDue(AuditLog log, AuditFileProjection.Position from) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            UnexportedAuditLines due = new UnexportedAuditLines(log, format, from.seq());
            PositionedLineReader lines = new PositionedLineReader(channel, from.offset());
            for (Optional<PositionedLineReader.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                PositionedLineReader.Line one = line.get();
                Optional<UnexportedAuditLines.Pending> next = due.peek();
                if (!one.terminated()) {
                    return next.filter(pending -> one.isBeginningOf(pending.line()))
                            .isPresent();
                }
                if (next.filter(pending -> one.is(pending.line())).isPresent()) {
                    due.take();
                }
            }
            return false;
        }
    }
}

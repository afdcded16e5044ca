package io.weathervane.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares one file with the chain, line by line, and stops at the first that does not fit. */
final class AuditFileChainComparer {
    private static final int SHOWN_LINES_MAX = 100;
    private static final int SHOWN_LENGTH = 200;

    private final AuditFileFormat format;
    private final Path file;
    private final UnexportedAuditLines expected;
    private final long written;
    private final List<String> operatorLines = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private long operatorLineCount;
    private long number;

    /** @param written the newest event whose line the server knows to be in the file */
    AuditFileChainComparer(AuditLog log, AuditFileFormat format, Path folder, long written) {
        this.format = format;
        this.file = folder.resolve(format.fileName());
        this.expected = new UnexportedAuditLines(log, format, 0);
        this.written = written;
    }

    /** The first problem, as a sentence. */
    Optional<String> run() throws IOException {
        if (Files.notExists(file)) {
            return missingLine();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            PositionedLineReader lines = new PositionedLineReader(channel, 0);
            for (Optional<PositionedLineReader.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                number++;
                Optional<String> problem = problemWith(line.get());
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        noteHiddenLines();
        return missingLine();
    }

    List<String> operatorLines() {
        return operatorLines;
    }

    List<String> notes() {
        return notes;
    }

    private Optional<String> problemWith(PositionedLineReader.Line line) {
        Optional<UnexportedAuditLines.Pending> next = expected.peek();
        if (line.terminated() && next.isPresent() && line.is(next.get().line())) {
            expected.take();
            return Optional.empty();
        }
        if (next.isPresent()
                && next.get().seq() > written
                && line.isBeginningOf(next.get().line())) {
            notes.add(where() + "the last line is torn; the server repairs it when it starts");
            return Optional.empty();
        }
        if (format.claimsToBeOurs(line.text())) {
            return Optional.of(where() + "is not what the database has"
                    + next.map(due -> ", which is event " + due.seq() + " here").orElse(" (no further event)") + ": "
                    + shown(line.text()));
        }
        operatorLineCount++;
        if (operatorLines.size() < SHOWN_LINES_MAX) {
            operatorLines.add(where() + shown(line.text()));
        }
        return Optional.empty();
    }

    private Optional<String> missingLine() {
        Optional<UnexportedAuditLines.Pending> next = expected.peek();
        if (next.isEmpty()) {
            return Optional.empty();
        }
        if (next.get().seq() <= written) {
            return Optional.of(
                    format.fileName() + ": the line of event " + next.get().seq() + " is missing");
        }
        notes.add(format.fileName() + ": the line of event " + next.get().seq()
                + " is not written yet; the server writes it when it runs");
        return Optional.empty();
    }

    private void noteHiddenLines() {
        if (operatorLineCount > operatorLines.size()) {
            notes.add(format.fileName() + ": " + (operatorLineCount - operatorLines.size())
                    + " more lines appended by hand are not shown");
        }
    }

    private String where() {
        return format.fileName() + ":" + number + ": ";
    }

    private static String shown(String line) {
        return AuditValueFormatter.escaped(line.substring(0, Math.min(line.length(), SHOWN_LENGTH)));
    }
}

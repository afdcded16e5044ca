package io.weathervane.audit;

import io.weathervane.store.Database;
import io.weathervane.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Compares the database with what must not be ahead of it, before a server goes on with it: the projected files, whose
 * lines are written after their events are committed, and its own records of how far the chain was. A crash leaves the
 * files behind the database and never before it, so a line of ours whose event the chain lacks was lost by the database.
 *
 * <p>It looks at the newest line of each file only: whatever is lost is at the end, and a server that starts on such
 * files says so and goes on behind them.
 */
public final class StateLossCheck {
    /** How much of a file's end is read: 256 KiB. */
    private static final int TAIL_BYTES = 256 * 1024;

    private static final Set<String> DRASTIC = Set.of("rollback", "escalate");

    private final AuditLog log;
    private final Database database;
    private final Path folder;
    private final List<String> signs = new ArrayList<>();
    private final Map<AuditFormat, LineOrigin> lost = new EnumMap<>(AuditFormat.class);

    private StateLossCheck(AuditLog log, Database database, Path folder) {
        this.log = log;
        this.database = database;
        this.folder = folder;
    }

    /** What was lost; to be asked before the files are written again. */
    public static Optional<StateLoss> run(AuditLog log, Database database, Path analyticsFolder) {
        return new StateLossCheck(log, database, analyticsFolder).find();
    }

    /**
     * Refuses an empty database file beside files with content: SQLite would make a new database of it, as if nothing
     * had happened in this workspace. Alone it is new: the {@code sqlite3} program makes one when it only looks.
     */
    public static void refuseEmptied(Path databaseFile, Path analyticsFolder) {
        List<String> withContent = Arrays.stream(AuditFormat.values())
                .map(AuditFormat::fileName)
                .filter(name -> size(analyticsFolder.resolve(name)) > 0)
                .toList();
        if (Files.exists(databaseFile) && size(databaseFile) == 0 && !withContent.isEmpty()) {
            throw new StoreException(
                    StoreException.Kind.CORRUPT,
                    "the database " + databaseFile + " is empty (0 bytes), but " + String.join(" and ", withContent)
                            + " in " + analyticsFolder
                            + " have content: its state was lost. Restore the database from a"
                            + " backup; or remove the empty file (rm " + databaseFile
                            + "), and the next start begins a new one, with the kill switch engaged if those files"
                            + " end with it");
        }
    }

    private Optional<StateLoss> find() {
        long last = log.lastSeq();
        FilePositions positions = new FilePositions(database);
        long written = 0;
        for (AuditFormat format : AuditFormat.values()) {
            written = Math.max(written, positions.load(format).seq());
            compare(format);
        }
        if (written > last) {
            signs.add("lines up to event " + written + " were written, and the audit ends with event " + last);
        }
        HistoryCheck.newest(database).ifPresent(signs::add);
        return signs.isEmpty() ? Optional.empty() : Optional.of(new StateLoss(signs, wasEngaged()));
    }

    private void compare(AuditFormat format) {
        newestLine(format, origin -> true)
                .filter(origin -> !origin.isKnownTo(log))
                .ifPresent(origin -> {
                    signs.add(
                            format.fileName() + " ends with " + origin.word() + " of " + AuditText.seconds(origin.at())
                                    + (origin.seq() > 0 ? " (event " + origin.seq() + ")" : "")
                                    + ", which the database does not have");
                    lost.put(format, origin);
                });
    }

    /** Fails closed: any file whose last word is on, and that word is lost, counts. A line made by hand releases nothing. */
    private boolean wasEngaged() {
        Optional<LineOrigin> telemetry = newestLine(
                        AuditFormat.TELEMETRY, origin -> origin.word().startsWith("kill_switch_"))
                .filter(origin -> !origin.isKnownTo(log));
        Optional<LineOrigin> line = Optional.ofNullable(lost.get(AuditFormat.KILL_SWITCH));
        boolean on = line.filter(origin -> origin.word().equals(AuditFormat.ACTIVATED))
                        .isPresent()
                || telemetry
                        .filter(origin -> origin.word().equals("kill_switch_activated"))
                        .isPresent();
        return on
                || Optional.ofNullable(lost.get(AuditFormat.ROLLBACK_AUDIT))
                        .filter(origin -> DRASTIC.contains(origin.word()))
                        .filter(origin -> !isAfter(line, origin.at()) && !isAfter(telemetry, origin.at()))
                        .isPresent();
    }

    private static boolean isAfter(Optional<LineOrigin> line, Instant at) {
        return line.filter(origin -> origin.at().plus(origin.precision()).isAfter(at))
                .isPresent();
    }

    /** The newest line of ours that fits, of those near the end of the file. */
    private Optional<LineOrigin> newestLine(AuditFormat format, Predicate<LineOrigin> fits) {
        Path file = folder.resolve(format.fileName());
        if (size(file) <= 0) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long start = Math.max(0, channel.size() - TAIL_BYTES);
            FileLines lines = new FileLines(channel, start);
            List<String> tail = new ArrayList<>();
            for (Optional<FileLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                boolean whole =
                        line.get().terminated() && (start == 0 || line.get().start() > start);
                if (whole) {
                    tail.add(line.get().text());
                }
            }
            for (int i = tail.size() - 1; i >= 0; i--) {
                Optional<LineOrigin> origin = format.origin(tail.get(i)).filter(fits);
                if (origin.isPresent()) {
                    return origin;
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            signs.add(format.fileName() + " cannot be read (" + e + "), so it cannot be compared with the database");
            return Optional.empty();
        }
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}

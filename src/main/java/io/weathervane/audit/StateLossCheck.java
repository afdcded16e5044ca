package io.weathervane.audit;

import io.weathervane.store.Database;
import io.weathervane.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Compares the database with what must not be ahead of it, before a server goes on with it: the projected files, whose
 * lines are written after their events are committed, and its own records of how far the chain was. A crash leaves the
 * files behind the database and never before it, so a line of ours whose event the chain lacks was lost by the database.
 *
 * <p>It looks at the newest line of each file only: whatever is lost is at the end, and a server that starts on such
 * files says so and goes on behind them. A last line that is torn and is not what the chain has next was lost too.
 */
public final class StateLossCheck {
    private static final int SHOWN_LENGTH = 200;

    private final AuditLog log;
    private final Database database;
    private final AuditExportPositionStore positions;
    private final Path folder;
    private final List<String> signs = new ArrayList<>();
    private final Map<AuditFileFormat, ParsedAuditLine> lost = new EnumMap<>(AuditFileFormat.class);
    private boolean unreadable;

    private StateLossCheck(AuditLog log, Database database, Path folder) {
        this.log = log;
        this.database = database;
        this.positions = new AuditExportPositionStore(database);
        this.folder = folder;
    }

    /** Finds lost state; to be called before the files are written again. */
    public static Optional<StateLoss> run(AuditLog log, Database database, Path analyticsFolder) {
        return new StateLossCheck(log, database, analyticsFolder).find();
    }

    /**
     * Refuses an empty database file beside files with content: SQLite would make a new database of it, as if nothing
     * had happened in this workspace. Alone it is new: the {@code sqlite3} program makes one when it only looks.
     */
    public static void refuseEmptied(Path databaseFile, Path analyticsFolder) {
        List<String> withContent = filesWithContent(analyticsFolder);
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

    /** The names of the audit files that say something: a server has run here. */
    public static List<String> filesWithContent(Path analyticsFolder) {
        return Arrays.stream(AuditFileFormat.values())
                .map(AuditFileFormat::fileName)
                .filter(name -> size(analyticsFolder.resolve(name)) > 0)
                .toList();
    }

    private Optional<StateLoss> find() {
        long last = log.lastSeq();
        long written = 0;
        for (AuditFileFormat format : AuditFileFormat.values()) {
            written = Math.max(written, positions.load(format).seq());
            compare(format);
        }
        if (written > last) {
            signs.add("lines up to event " + written + " were written, and the audit ends with event " + last);
        }
        SettingsHistoryVerifier.newest(database).ifPresent(signs::add);
        return signs.isEmpty() ? Optional.empty() : Optional.of(new StateLoss(signs, unreadable || wasEngaged()));
    }

    private void compare(AuditFileFormat format) {
        newest(format, found -> true).filter(found -> !isKnown(format, found)).ifPresent(found -> {
            signs.add(format.fileName() + " ends with " + described(found) + ", which the database does not have");
            found.parsed()
                    .ifPresentOrElse(
                            parsed -> lost.put(format, parsed),
                            () -> unreadable |=
                                    format.damagedMayEngage(found.line().text()));
        });
    }

    private boolean isKnown(AuditFileFormat format, AuditFileTail.Found found) {
        return found.parsed()
                .map(parsed -> parsed.isKnownTo(log))
                .orElseGet(() -> !found.line().terminated() && isTornFromWhatIsDue(format));
    }

    /** From the position that is remembered, or from the beginning where the file was cut or rewritten. */
    private boolean isTornFromWhatIsDue(AuditFileFormat format) {
        AuditFileTail tail = new AuditFileTail(format, folder);
        try {
            return tail.endsWithWhatIsDue(log, positions.load(format))
                    || tail.endsWithWhatIsDue(log, AuditFileProjection.Position.START);
        } catch (IOException e) {
            return false;
        }
    }

    private static String described(AuditFileTail.Found found) {
        return found.parsed()
                .map(parsed -> parsed.word() + " of " + AuditValueFormatter.seconds(parsed.at())
                        + (parsed.seq() > 0 ? " (event " + parsed.seq() + ")" : ""))
                .orElseGet(() -> {
                    String text = found.line().text();
                    String shown = text.substring(0, Math.min(text.length(), SHOWN_LENGTH));
                    return "a torn or damaged line (\"" + AuditValueFormatter.escaped(shown) + "\")";
                });
    }

    /** Fails closed: any file whose last word is on, and that word is lost, counts. A line made by hand releases nothing. */
    private boolean wasEngaged() {
        Optional<ParsedAuditLine> telemetry = newest(AuditFileFormat.TELEMETRY, StateLossCheck::isOfKillSwitch)
                .flatMap(AuditFileTail.Found::parsed)
                .filter(parsed -> !parsed.isKnownTo(log));
        Optional<ParsedAuditLine> line = Optional.ofNullable(lost.get(AuditFileFormat.KILL_SWITCH));
        boolean on = line.filter(parsed -> parsed.word().equals(AuditFileFormat.ACTIVATED))
                        .isPresent()
                || telemetry
                        .filter(parsed -> parsed.word().equals("kill_switch_activated"))
                        .isPresent();
        return on
                || Optional.ofNullable(lost.get(AuditFileFormat.ROLLBACK_AUDIT))
                        .filter(parsed -> AuditFileFormat.DRASTIC.contains(parsed.word()))
                        .filter(parsed -> !isAfter(line, parsed.at()) && !isAfter(telemetry, parsed.at()))
                        .isPresent();
    }

    private static boolean isOfKillSwitch(AuditFileTail.Found found) {
        return found.parsed()
                .filter(parsed -> parsed.word().startsWith("kill_switch_"))
                .isPresent();
    }

    private static boolean isAfter(Optional<ParsedAuditLine> line, Instant at) {
        return line.filter(parsed -> parsed.at().plus(parsed.precision()).isAfter(at))
                .isPresent();
    }

    /** A file that cannot be read may end with anything, so it counts as one that ends with the kill switch on. */
    private Optional<AuditFileTail.Found> newest(AuditFileFormat format, Predicate<AuditFileTail.Found> fits) {
        try {
            return new AuditFileTail(format, folder).newest(fits);
        } catch (IOException e) {
            unreadable = true;
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

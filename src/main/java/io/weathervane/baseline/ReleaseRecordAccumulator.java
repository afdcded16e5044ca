package io.weathervane.baseline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The record of one release while a server runs: what is stored, what was counted since, and what of it is to be written. */
final class ReleaseRecordAccumulator {
    static final String NOT_READ_YET = "its record of earlier runs has not been read yet";

    private final String release;
    private final String label;
    private final Set<Long> unwritten = new HashSet<>();
    private HourlyReleaseCallCounts record = HourlyReleaseCallCounts.NONE;
    private long version;
    private boolean read;
    private Optional<String> lack = Optional.of(NOT_READ_YET);
    private Optional<String> readProblem = Optional.empty();
    private Optional<String> writeProblem = Optional.empty();

    ReleaseRecordAccumulator(String release, String label) {
        this.release = release;
        this.label = label;
    }

    String release() {
        return release;
    }

    String label() {
        return label;
    }

    /** Whether it has what earlier servers stored, or knows that there is none. */
    synchronized boolean isRead() {
        return read;
    }

    /** What earlier servers stored. What was counted until now follows it. */
    synchronized void found(HourlyReleaseCallCounts stored) {
        HourlyReleaseCallCounts counted = record;
        unwritten.clear();
        record = stored;
        for (HourlyCallCountsEntry entry : counted.periods()) {
            add(entry.calls(), entry.served(), entry.endedAt());
        }
        read = true;
        lack = Optional.empty();
        readProblem = Optional.empty();
    }

    /** What earlier servers stored cannot be used: it is dropped when the record is next written. */
    synchronized void foundCorrupt(String why) {
        found(HourlyReleaseCallCounts.NONE);
        unreadable("its stored record is corrupt (" + why + ") and was begun anew");
    }

    synchronized void cannotBeRead(String why) {
        unreadable("its record of earlier runs cannot be read: " + why);
    }

    private void unreadable(String why) {
        lack = Optional.of(why);
        readProblem = Optional.of("the release " + label + ": " + why);
    }

    synchronized void add(PeriodCallCounts calls, Duration served, Instant now) {
        if (calls.isEmpty()) {
            return;
        }
        record = record.plus(calls, served, now);
        unwritten.add(record.open());
        version++;
    }

    synchronized HourlyReleaseCallCounts record() {
        return record;
    }

    /** Why the record has less than could be expected. */
    synchronized Optional<String> lack() {
        return lack;
    }

    /** What an operator should know. */
    synchronized List<String> notes() {
        return Stream.concat(readProblem.stream(), writeProblem.stream()).toList();
    }

    synchronized boolean isToBeWrittenAgain() {
        return writeProblem.isPresent();
    }

    /**
     * Change to be written.
     *
     * @param version of the record that has it
     */
    record Unwritten(long version, ReleaseRecordStore.Change change) {}

    /** What is to be written; empty when nothing is, or while it is not known what is stored. */
    synchronized Optional<Unwritten> unwritten() {
        if (!read || unwritten.isEmpty()) {
            return Optional.empty();
        }
        List<ReleaseRecordRow> rows = new ArrayList<>();
        List<Long> kept = new ArrayList<>();
        for (HourlyCallCountsEntry entry : record.periods()) {
            if (unwritten.contains(entry.number())) {
                rows.addAll(rows(entry));
            } else {
                kept.add(entry.number());
            }
        }
        return Optional.of(new Unwritten(version, new ReleaseRecordStore.Change(release, label, rows, kept)));
    }

    private static List<ReleaseRecordRow> rows(HourlyCallCountsEntry entry) {
        List<ReleaseRecordRow> rows = new ArrayList<>();
        rows.add(new ReleaseRecordRow(
                entry.number(), ReleaseRecordRow.ALL, entry.calls().all(), RecordRowDetailCodec.of(entry)));
        entry.calls()
                .tools()
                .forEach((name, tool) -> rows.add(
                        new ReleaseRecordRow(entry.number(), name, tool.calls(), RecordRowDetailCodec.of(tool))));
        return rows;
    }

    /** It is in the database. What was added meanwhile is written with the next. */
    synchronized void written(Unwritten done) {
        writeProblem = Optional.empty();
        if (done.version() == version) {
            unwritten.clear();
        }
    }

    synchronized void cannotBeWritten(String why, Instant now) {
        if (writeProblem.isEmpty()) {
            writeProblem = Optional.of("the record of the release " + label + " is not written since " + now + ": "
                    + why + "; the server goes on without it, and a restart loses it");
        }
    }
}

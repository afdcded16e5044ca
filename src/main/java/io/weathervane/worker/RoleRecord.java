package io.weathervane.worker;

import io.weathervane.store.Database;
import io.weathervane.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes who has which role to the database, and keeps trying when what has happened already cannot be written. */
final class RoleRecord {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");
    private static final Duration RECORD_RETRY = Duration.ofSeconds(1);

    private final Database database;
    private final BlueGreen stage;
    private final Background background;
    private final WorkerNews news;
    private final Clock clock;

    RoleRecord(Database database, BlueGreen stage, Background background, WorkerNews news, Clock clock) {
        this.database = database;
        this.stage = stage;
        this.background = background;
        this.news = news;
        this.clock = clock;
    }

    /** Writes a switch that is about to happen; refused when that fails. */
    void writeAhead(Lineup next, Switch change, SwitchRecord alsoRecord) {
        try {
            write(next, change, alsoRecord);
        } catch (StoreException e) {
            throw new WorkerRefusedException(
                    "the promotion cannot be recorded, so nothing was switched: " + e.getMessage(), e);
        }
        news.forget("unrecorded");
    }

    private void write(Lineup lineup, Switch change, SwitchRecord alsoRecord) {
        database.write(sql -> {
            ReleaseStore.write(sql, lineup, change.at());
            alsoRecord.in(sql, change);
            return change;
        });
    }

    /** Writes the switch after the fact; why it could not be, if so. */
    Optional<String> writeLate(Switch change, SwitchRecord alsoRecord) {
        try {
            write(stage.now(), change, alsoRecord);
            news.forget("unrecorded");
            return Optional.empty();
        } catch (StoreException e) {
            LOG.error("the switch to {} is done but not recorded", change.to(), e);
            news.note(
                    "unrecorded",
                    "the switch to " + change.to() + " is done but not recorded yet: a restart would bring "
                            + change.from().orElse("nothing") + " back");
            background.runAfter(RECORD_RETRY, () -> retry(change, alsoRecord));
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void retry(Switch change, SwitchRecord alsoRecord) {
        if (stage.change(() -> writeLate(change, alsoRecord)).isEmpty()) {
            news.changed();
        }
    }

    /** Writes who has which role, and tries again later when that fails. */
    void write() {
        try {
            stage.change(() -> database.write(sql -> {
                ReleaseStore.write(sql, stage.now(), clock.instant());
                return true;
            }));
            news.forget("unrecorded");
            news.changed();
        } catch (StoreException e) {
            news.note("unrecorded", "which release is active is not recorded: " + e.getMessage());
            background.runAfter(RECORD_RETRY, this::write);
        }
    }
}

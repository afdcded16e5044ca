package io.weathervane.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.FakeClock;
import io.weathervane.testing.FakeTicker;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a task is kept is time that elapses, not what a clock says that may step. */
class TasksClockTest {
    private static final String ANN = "ann";

    @TempDir
    private Path folder;

    private final FakeClock clock = FakeClock.atNoon();
    private final FakeTicker ticker = new FakeTicker();
    private SqliteDatabase database;
    private TaskRepository tasks;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("tasks.db"), StoreOptions.defaults());
        tasks = TaskRepository.open(database, clock, ticker);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aClockThatIsSetForwardLosesNoResult() {
        Task ended = ended();
        clock.advance(Duration.ofDays(1));
        tasks.create(ANN, "other");

        assertThat(tasks.find(ANN, ended.id())).isPresent();
    }

    @Test
    void aClockThatIsSetBackKeepsNoneForLonger() {
        Task ended = ended();
        clock.advance(Duration.ofDays(-1));
        ticker.advance(TaskRepository.KEPT);
        tasks.create(ANN, "other");

        assertThat(tasks.find(ANN, ended.id())).isEmpty();
    }

    @Test
    void thoseOfAnEarlierProcessGoByTheClock() {
        Task ended = ended();
        database.close();
        open();
        tasks.create(ANN, "other");
        assertThat(tasks.find(ANN, ended.id())).isPresent();
        clock.advance(TaskRepository.KEPT.plusSeconds(1));
        tasks.create(ANN, "other");

        assertThat(tasks.find(ANN, ended.id())).isEmpty();
    }

    @Test
    void oneThatWorksIsKept() {
        Task working = tasks.create(ANN, "slow");
        ticker.advance(TaskRepository.KEPT.multipliedBy(2));
        clock.advance(TaskRepository.KEPT.multipliedBy(2));
        tasks.create(ANN, "other");

        assertThat(tasks.find(ANN, working.id())).isPresent();
    }

    private Task ended() {
        Task task = tasks.create(ANN, "tool");
        tasks.end(task.id(), TaskStatus.COMPLETED, "", "{}");
        return task;
    }
}

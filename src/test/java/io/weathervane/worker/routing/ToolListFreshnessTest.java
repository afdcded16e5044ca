package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ToolListFreshnessTest {
    private final AtomicLong nanos = new AtomicLong(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final ToolListFreshness freshness = new ToolListFreshness(nanos::get, Runnable::run);

    @Test
    void asksAgainOnlyWhenTheCopyIsOlder() {
        freshness.ask(ToolListFreshness.SILENT_MAX, Duration.ZERO, asked::incrementAndGet);
        assertThat(asked).hasValue(0);

        pass(ToolListFreshness.SILENT_MAX.plusMillis(1));
        freshness.ask(ToolListFreshness.SILENT_MAX, Duration.ZERO, asked::incrementAndGet);
        freshness.ask(ToolListFreshness.SILENT_MAX, Duration.ZERO, asked::incrementAndGet);

        assertThat(asked).hasValue(1);
    }

    @Test
    void aQuestionThatFailsIsNotRepeatedAtOnce() {
        pass(Duration.ofMinutes(1));
        try {
            freshness.ask(ToolListFreshness.TOLD_MAX, Duration.ZERO, () -> {
                throw new IllegalStateException("no answer");
            });
        } catch (IllegalStateException e) {
            asked.incrementAndGet();
        }

        freshness.ask(ToolListFreshness.TOLD_MAX, Duration.ZERO, asked::incrementAndGet);

        assertThat(asked).hasValue(1);
    }

    @Test
    void oneQuestionIsOpenAtATimeAndTheCopyHasToDoMeanwhile() {
        List<Runnable> open = new ArrayList<>();
        ToolListFreshness waiting = new ToolListFreshness(nanos::get, open::add);
        pass(ToolListFreshness.SILENT_MAX.plusMillis(1));

        for (int client = 0; client < 3; client++) {
            assertThat(waiting.ask(ToolListFreshness.SILENT_MAX, Duration.ZERO, asked::incrementAndGet))
                    .isFalse();
        }

        assertThat(open).hasSize(1);
        open.get(0).run();
        assertThat(waiting.ask(ToolListFreshness.SILENT_MAX, Duration.ZERO, asked::incrementAndGet))
                .isTrue();
        assertThat(asked).hasValue(1);
    }

    @Test
    void noClientWaitsForLongForAWorkerThatWasSlow() {
        List<Runnable> open = new ArrayList<>();
        ToolListFreshness waiting = new ToolListFreshness(nanos::get, open::add);
        pass(ToolListFreshness.SILENT_MAX.plusMillis(1));
        assertThat(waiting.ask(
                        ToolListFreshness.SILENT_MAX,
                        Duration.ZERO,
                        () -> pass(ToolListFreshness.PATIENCE.plusMillis(1))))
                .isFalse();
        open.get(0).run();
        pass(ToolListFreshness.SILENT_MAX.plusMillis(1));

        assertThat(waiting.ask(ToolListFreshness.SILENT_MAX, Duration.ofHours(1), asked::incrementAndGet))
                .isFalse();
    }

    @Test
    void aQuestionThatCannotBeAskedIsNotOpenForGood() {
        ToolListFreshness refused = new ToolListFreshness(nanos::get, question -> {
            throw new RejectedExecutionException("no thread");
        });
        pass(Duration.ofMinutes(1));
        assertThatThrownBy(() -> refused.ask(ToolListFreshness.SILENT_MAX, Duration.ofHours(1), asked::incrementAndGet))
                .isInstanceOf(RejectedExecutionException.class);

        assertThat(refused.ask(ToolListFreshness.SILENT_MAX, Duration.ofHours(1), asked::incrementAndGet))
                .as("not asked again at once")
                .isTrue();
    }

    @Test
    void unknownNamesDoNotFloodTheWorker() {
        int taken = 0;
        for (int i = 0; i < 1000; i++) {
            taken += freshness.mayLookFor("no-such-" + i) ? 1 : 0;
        }
        assertThat(taken).isEqualTo(ToolListFreshness.LOOKS_MAX);

        pass(ToolListFreshness.LOOK_EVERY);
        assertThat(freshness.mayLookFor("one more")).isTrue();
        assertThat(freshness.mayLookFor("and one")).isFalse();
    }

    @Test
    void oneRequestLooksForItsNameOnce() {
        assertThat(freshness.mayLookFor("late")).isTrue();
        assertThat(freshness.mayLookFor("late")).isFalse();

        pass(Duration.ofSeconds(1));
        assertThat(freshness.mayLookFor("late")).isTrue();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}

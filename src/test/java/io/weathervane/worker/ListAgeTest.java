package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ListAgeTest {
    private final AtomicLong nanos = new AtomicLong(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final ListAge age = new ListAge(nanos::get);

    @Test
    void asksAgainOnlyWhenTheCopyIsOlder() {
        age.ask(ListAge.SILENT_MAX, asked::incrementAndGet);
        assertThat(asked).hasValue(0);

        pass(ListAge.SILENT_MAX.plusMillis(1));
        age.ask(ListAge.SILENT_MAX, asked::incrementAndGet);
        age.ask(ListAge.SILENT_MAX, asked::incrementAndGet);

        assertThat(asked).hasValue(1);
    }

    @Test
    void aQuestionThatFailsIsNotRepeatedAtOnce() {
        pass(Duration.ofMinutes(1));
        try {
            age.ask(ListAge.TOLD_MAX, () -> {
                throw new IllegalStateException("no answer");
            });
        } catch (IllegalStateException e) {
            asked.incrementAndGet();
        }

        age.ask(ListAge.TOLD_MAX, asked::incrementAndGet);

        assertThat(asked).hasValue(1);
    }

    @Test
    void unknownNamesDoNotFloodTheWorker() {
        int taken = 0;
        for (int i = 0; i < 1000; i++) {
            taken += age.mayLookFor("no-such-" + i) ? 1 : 0;
        }
        assertThat(taken).isEqualTo(ListAge.LOOKS_MAX);

        pass(ListAge.LOOK_EVERY);
        assertThat(age.mayLookFor("one more")).isTrue();
        assertThat(age.mayLookFor("and one")).isFalse();
    }

    @Test
    void oneRequestLooksForItsNameOnce() {
        assertThat(age.mayLookFor("late")).isTrue();
        assertThat(age.mayLookFor("late")).isFalse();

        pass(Duration.ofSeconds(1));
        assertThat(age.mayLookFor("late")).isTrue();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}

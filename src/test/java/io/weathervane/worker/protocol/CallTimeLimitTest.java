package io.weathervane.worker.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a call's time is up, in nanoseconds of a clock of the test's. */
class CallTimeLimitTest {
    private final CallTimeLimit time = new CallTimeLimit(Duration.ofNanos(100), /* extendsMax= */ 3, /* now= */ 0);

    @Test
    void theTimeInWhichAClientIsAskedDoesNotCount() {
        time.stand(true, 60);

        assertThat(time.isUp(1_000)).isFalse();
        assertThat(time.dueAt()).isEmpty();

        time.stand(false, 1_000);

        assertThat(time.isUp(1_039)).isFalse();
        assertThat(time.isUp(1_040)).isTrue();
    }

    @Test
    void progressGivesTheWholeTimeAnewUpToABound() {
        time.extend(99);
        assertThat(time.dueAt()).hasValue(199);

        time.extend(190);
        time.extend(280);

        assertThat(time.isUp(299)).isFalse();
        assertThat(time.isUp(300)).isTrue();
    }
}

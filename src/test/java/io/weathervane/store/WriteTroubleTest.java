package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WriteTroubleTest {
    private final AtomicLong nanos = new AtomicLong();
    private final WriteTrouble trouble = new WriteTrouble(nanos::get);

    @Test
    void lastsFromTheFirstFailureOnWhateverFailsAfterIt() {
        trouble.failed("locked");
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        trouble.failed("full");

        assertThat(trouble.reason()).contains("full");
        assertThat(trouble.hasLasted(Duration.ofSeconds(2))).isTrue();
        assertThat(trouble.hasLasted(Duration.ofSeconds(3))).isFalse();
    }

    @Test
    void hasNotLastedOnceAWriteSucceeded() {
        trouble.failed("locked");
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        trouble.over();
        assertThat(trouble.hasLasted(Duration.ZERO)).isFalse();

        trouble.failed("locked");
        assertThat(trouble.hasLasted(Duration.ofSeconds(1))).isFalse();
    }

    @Test
    void tellsItsListenersWhenItBeginsAndNotAgainBeforeItIsOver() {
        AtomicInteger told = new AtomicInteger();
        trouble.onBegin(told::incrementAndGet);

        trouble.failed("locked");
        trouble.failed("full");
        assertThat(told).hasValue(1);

        trouble.over();
        trouble.failed("locked");
        assertThat(told).hasValue(2);
    }
}

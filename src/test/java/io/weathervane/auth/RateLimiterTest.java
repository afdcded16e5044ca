package io.weathervane.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private final AtomicLong nanos = new AtomicLong(-7);
    private final RateLimiter limiter = new RateLimiter(10, Duration.ofSeconds(1), 5, nanos::get);

    @Test
    void givesABurstThenSoManyASecond() {
        assertThat(taken("a", 20)).isEqualTo(5);
        nanos.addAndGet(Duration.ofMillis(300).toNanos());
        assertThat(taken("a", 20)).isEqualTo(3);
    }

    @Test
    void saysHowLongToWait() {
        taken("a", 20);
        assertThat(limiter.take("a")).isEqualTo(Duration.ofMillis(100));
        nanos.addAndGet(Duration.ofMillis(40).toNanos());
        assertThat(limiter.take("a")).isEqualTo(Duration.ofMillis(60));
    }

    @Test
    void eachNameHasItsOwn() {
        taken("a", 20);
        assertThat(taken("b", 20)).isEqualTo(5);
    }

    @Test
    void aPauseGivesNoMoreThanTheBurst() {
        taken("a", 20);
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(taken("a", 20)).isEqualTo(5);
    }

    @Test
    void manyNamesShareWhatIsLeftAndOldOnesMakeRoom() {
        for (int i = 0; i < 10_000; i++) {
            limiter.take("name" + i);
        }
        assertThat(taken("late", 3) + taken("later", 20)).isEqualTo(5);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(taken("new", 20)).isEqualTo(5);
        assertThat(taken("newer", 20)).isEqualTo(5);
    }

    @Test
    void slotsAreCountedForEachNameAndComeBack() {
        KeyedSemaphore semaphore = new KeyedSemaphore(2);
        assertThat(semaphore.take("a")).isTrue();
        assertThat(semaphore.take("a")).isTrue();
        assertThat(semaphore.take("a")).isFalse();
        assertThat(semaphore.take("b")).isTrue();
        semaphore.giveBack("a");
        assertThat(semaphore.take("a")).isTrue();
    }

    private int taken(String name, int wanted) {
        int taken = 0;
        for (int i = 0; i < wanted; i++) {
            taken += limiter.take(name).isZero() ? 1 : 0;
        }
        return taken;
    }
}

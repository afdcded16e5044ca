package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ChangeLockTest {
    private final ChangeLock lock = new ChangeLock("the flags");

    @Test
    void saysWhatIsUnderWayWhenItCannotBeHadInTime() {
        lock.lock(Duration.ZERO);

        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> lock.lock(Duration.ofMillis(20)));

        assertThatThrownBy(other::join)
                .hasRootCauseMessage("another change of the flags has been under way for 20 ms; nothing was written")
                .rootCause()
                .isInstanceOfSatisfying(
                        StoreException.class, busy -> assertThat(busy.kind()).isEqualTo(StoreException.Kind.BUSY));
    }

    @Test
    void anInterruptedThreadIsToldSoAndStaysInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> lock.lock(Duration.ofSeconds(1)))
                .isInstanceOf(StoreException.class)
                .hasMessage("interrupted; nothing was written");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(lock.isHeldByCurrentThread()).isFalse();
    }
}

package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who gets how much of the memory for messages. */
class MemoryBudgetTest {
    private static final Duration AT_ONCE = Duration.ZERO;

    private final MemoryBudget budget = new MemoryBudget(100, Ticker.system());
    private final MemoryBudget.Account one = budget.account();
    private final MemoryBudget.Account another = budget.account();

    @Test
    void nobodyHasMoreThanHalfAndAllTogetherNotMoreThanThereIs() throws Exception {
        assertThat(one.claim(50, AT_ONCE)).isTrue();
        assertThat(one.claim(1, AT_ONCE)).isFalse();
        assertThat(another.claim(40, AT_ONCE)).isTrue();
        assertThat(budget.account().claim(11, AT_ONCE)).isFalse();
        assertThat(budget.account().claim(10, AT_ONCE)).isTrue();
    }

    @Test
    void aMessageMayBeLargerThanTheShareOfOneButNotThanAll() throws Exception {
        assertThat(one.claim(101, Duration.ofMinutes(1))).isFalse();
        assertThat(one.claim(100, AT_ONCE)).isTrue();
        one.release(100);
        assertThat(another.claim(50, AT_ONCE)).isTrue();
    }

    @Test
    void aMessageThatGrowsMayBecomeLargerThanTheShareOfOneWhereItIsAlone() throws Exception {
        assertThat(one.claim(40, AT_ONCE)).isTrue();
        assertThat(one.claimMore(40, 50, AT_ONCE)).isTrue();
        assertThat(one.claimMore(90, 11, AT_ONCE)).isFalse();
        one.release(50);
        assertThat(one.claimMore(20, 20, AT_ONCE)).as("beside another of 20").isFalse();
    }

    @Test
    void smallMessagesComeInBesideLargeOnesThatTakeAllThereIs() throws Exception {
        long all = 10L * MemoryBudget.SMALL_BYTES;
        MemoryBudget withReserve = new MemoryBudget(all, MemoryBudget.SMALL_BYTES, Ticker.system());
        assertThat(withReserve.account().claim(all, AT_ONCE)).isTrue();

        assertThat(withReserve.account().claim(MemoryBudget.SMALL_BYTES + 1, AT_ONCE))
                .isFalse();
        assertThat(withReserve.account().claim(MemoryBudget.SMALL_BYTES, AT_ONCE))
                .isTrue();
        assertThat(withReserve.account().claim(1, AT_ONCE))
                .as("beyond the reserve")
                .isFalse();
    }

    @Test
    void whoWaitsGetsWhatIsGivenBack() throws Exception {
        assertThat(one.claim(100, AT_ONCE)).isTrue();
        Thread[] waiting = new Thread[1];
        CompletableFuture<Boolean> claimed = new CompletableFuture<>();
        waiting[0] = Threads.daemon("waiting", () -> {
            try {
                claimed.complete(another.claim(10, Duration.ofMinutes(1)));
            } catch (InterruptedException e) {
                claimed.completeExceptionally(e);
            }
        });
        waiting[0].start();
        Await.until("it waits", () -> waiting[0].getState() == Thread.State.TIMED_WAITING);
        assertThat(claimed).isNotDone();

        one.release(100);

        assertThat(claimed.get()).isTrue();
    }

    @Test
    void whatCouldNotBeHadLeavesNothingTaken() throws Exception {
        assertThat(one.claim(60, AT_ONCE)).isTrue();
        assertThat(another.claim(60, AT_ONCE)).isFalse();
        one.release(60);
        assertThat(another.claim(60, AT_ONCE)).isTrue();
    }
}

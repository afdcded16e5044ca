package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.mcp.CallLifecycle.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class CallLifecycleTest {
    private static final Cancellation BY_BLOCK = new Cancellation(Optional.empty(), /* byBlock= */ true);

    private final CallLifecycle lifecycle = new CallLifecycle();
    private final List<String> told = new ArrayList<>();

    @Test
    void aCallThatWasAnsweredIsNotCancelledAnyMore() {
        lifecycle.onCancel(() -> told.add("stop"));

        assertThat(lifecycle.endAnswered()).isTrue();
        assertThat(lifecycle.endCancelled(BY_BLOCK, () -> told.add("client"))).isFalse();

        assertThat(told).isEmpty();
        assertThat(lifecycle.cancellation()).isEmpty();
    }

    @Test
    void theFirstCancellationIsTheOneThatIsTold() {
        Cancellation first = new Cancellation(Optional.of("not needed"), /* byBlock= */ false);

        assertThat(lifecycle.endCancelled(first, () -> {})).isTrue();
        assertThat(lifecycle.endCancelled(BY_BLOCK, () -> told.add("client"))).isFalse();

        assertThat(lifecycle.cancellation()).contains(first);
        assertThat(told).isEmpty();
    }

    @Test
    void whatWaitsForTheEndRunsBeforeTheClientIsToldAndTheToolAfterIt() {
        lifecycle.onCancel(() -> told.add("tool"));
        lifecycle.whenEnded(() -> told.add("id is free"));

        assertThat(lifecycle.endCancelled(BY_BLOCK, () -> told.add("client"))).isTrue();

        assertThat(told).containsExactly("id is free", "client", "tool");
    }

    @Test
    void whatWaitsForTheAnswerRunsOnceItIsOnItsWayAndNotBefore() {
        lifecycle.afterAnswer(() -> told.add("notice"));
        assertThat(lifecycle.endAnswered()).isTrue();
        assertThat(told).isEmpty();

        lifecycle.answerSent();
        lifecycle.answerSent();
        lifecycle.afterAnswer(() -> told.add("later notice"));

        assertThat(told).containsExactly("notice", "later notice");
    }

    @Test
    void oneOfTwoThatEndItAtOnceWins() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            CallLifecycle raced = new CallLifecycle();
            AtomicInteger winners = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = List.of(
                    new Thread(() -> count(go, winners, raced::endAnswered)),
                    new Thread(() -> count(go, winners, () -> raced.endCancelled(BY_BLOCK, () -> {}))));
            threads.forEach(Thread::start);
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(winners).hasValue(1);
        }
    }

    private static void count(CountDownLatch go, AtomicInteger winners, BooleanSupplier ending) {
        try {
            go.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (ending.getAsBoolean()) {
            winners.incrementAndGet();
        }
    }
}

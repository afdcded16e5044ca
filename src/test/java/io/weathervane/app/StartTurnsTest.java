package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.util.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StartTurnsTest {
    private final AtomicInteger under = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1);

    @Test
    void thoseThatHangTakeThePlaceOfNoOtherForLong() {
        StartTurns turns = new StartTurns(2, Duration.ofMillis(20));
        List<Thread> hanging = start(turns, 0, 2, this::hang);
        List<Thread> others = start(turns, 2, 6, done::incrementAndGet);

        others.forEach(Threads::join);

        assertThat(done).hasValue(4);
        gate.countDown();
        hanging.forEach(Threads::join);
    }

    @Test
    void onlySoManyStartAtATime() {
        StartTurns turns = new StartTurns(2, Duration.ofMinutes(1));

        start(turns, 0, 12, this::count).forEach(Threads::join);

        assertThat(done).hasValue(12);
        assertThat(most).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void theEndOfTheServerLeavesNoneWaiting() {
        StartTurns turns = new StartTurns(1, Duration.ofMinutes(10));
        List<Thread> hanging = start(turns, 0, 1, this::hang);
        Await.until("it has the only place", () -> under.get() == 1);
        List<Thread> waiting = start(turns, 1, 4, done::incrementAndGet);

        turns.open(4);

        waiting.forEach(Threads::join);
        assertThat(done).hasValue(3);
        gate.countDown();
        hanging.forEach(Threads::join);
    }

    private static List<Thread> start(StartTurns turns, int from, int to, Runnable start) {
        List<Thread> threads = IntStream.range(from, to)
                .mapToObj(index -> Threads.daemon("start-" + index, () -> turns.run(index, start)))
                .toList();
        threads.forEach(Thread::start);
        return threads;
    }

    private void hang() {
        under.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void count() {
        int now = under.incrementAndGet();
        most.accumulateAndGet(now, Math::max);
        under.decrementAndGet();
        done.incrementAndGet();
    }
}

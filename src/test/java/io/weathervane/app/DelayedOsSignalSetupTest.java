package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DelayedOsSignalSetupTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final AtomicInteger set = new AtomicInteger();

    @Test
    void setsNothingOnceItHasEnded() {
        DelayedOsSignalSetup setup = new DelayedOsSignalSetup(LONG, set::incrementAndGet);
        setup.begin();

        setup.end(LONG);

        assertThat(set).hasValue(0);
    }

    @Test
    void itsEndWaitsForHandlersThatAreBeingSet() throws Exception {
        CountDownLatch setting = new CountDownLatch(1);
        Semaphore goOn = new Semaphore(0);
        DelayedOsSignalSetup setup = new DelayedOsSignalSetup(Duration.ZERO, () -> {
            setting.countDown();
            goOn.acquireUninterruptibly();
            set.incrementAndGet();
        });
        setup.begin();
        setting.await();
        AtomicInteger setAtItsEnd = new AtomicInteger(-1);
        Thread ending = new Thread(() -> {
            setup.end(LONG);
            setAtItsEnd.set(set.get());
        });
        ending.start();
        Await.until("the end waits", () -> ending.getState() == Thread.State.TIMED_WAITING);

        goOn.release();
        ending.join();

        assertThat(setAtItsEnd).hasValue(1);
    }

    @Test
    void itsEndDoesNotWaitForever() throws Exception {
        CountDownLatch setting = new CountDownLatch(1);
        Semaphore never = new Semaphore(0);
        DelayedOsSignalSetup setup = new DelayedOsSignalSetup(Duration.ZERO, () -> {
            setting.countDown();
            never.acquireUninterruptibly();
        });
        setup.begin();
        setting.await();

        setup.end(Duration.ofMillis(1));

        never.release();
    }
}

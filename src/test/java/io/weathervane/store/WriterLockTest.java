package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.util.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class WriterLockTest {
    private final WriterLock lock =
            new WriterLock(Path.of("a.db"), Ticker.system(), new NextExternalCommitPredictor(Ticker.system()));

    @Test
    void saysWhichDatabaseWhenAnotherWriteOfThisProcessDoesNotEnd() throws InterruptedException {
        whileAnotherThreadHasIt(() -> assertThatThrownBy(() -> lock.lock(Duration.ZERO))
                .isInstanceOfSatisfying(
                        StoreException.class, busy -> assertThat(busy.kind()).isEqualTo(StoreException.Kind.BUSY))
                .hasMessageContaining("another write of this process to a.db did not end within 1000 ms"));
    }

    @Test
    void isHadByAnInterruptedThreadWhichStaysInterrupted() {
        Thread.currentThread().interrupt();

        lock.lock(Duration.ofSeconds(1));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(lock.isHeldByCurrentThread()).isTrue();
    }

    @Test
    void isNotWaitedForByAQuestion() throws InterruptedException {
        whileAnotherThreadHasIt(() -> assertThat(lock.tryLock()).isFalse());
        assertThat(lock.tryLock()).isTrue();
    }

    @Test
    void inARowOfOtherProgramsCommitsIsTakenAfterTheNextOne() {
        NextExternalCommitPredictor commits = new NextExternalCommitPredictor(Ticker.system());
        WriterLock behindCommits = new WriterLock(Path.of("a.db"), Ticker.system(), commits);
        AtomicBoolean looked = new AtomicBoolean();
        commits.seenSince(commits.beforeLook());
        commits.seenSince(commits.beforeLook());

        behindCommits.lockInGap(Duration.ofSeconds(1), Duration.ofMillis(100), () -> {
            commits.seenSince(commits.beforeLook());
            looked.set(true);
        });

        assertThat(looked).isTrue();
        assertThat(behindCommits.isHeldByCurrentThread()).isTrue();
    }

    private void whileAnotherThreadHasIt(Runnable check) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            lock.lock(Duration.ofSeconds(1));
            held.countDown();
            try {
                done.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                lock.unlock();
            }
        });
        other.start();
        held.await();
        try {
            check.run();
        } finally {
            done.countDown();
            other.join();
        }
    }
}

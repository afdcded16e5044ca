package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What happens when something is closed by two threads. */
class CloserTest {
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final Closer closer = new Closer();

    @Test
    void aSecondCloseWaitsForTheFirst() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        closer.register(() -> {
            slow.await();
            done.add("closed");
        });
        Thread first = Threads.daemon("first", closer::close);
        first.start();
        Await.until("it closes", () -> first.getState() == Thread.State.WAITING);
        Thread second = Threads.daemon("second", () -> {
            closer.close();
            done.add("second");
        });
        second.start();
        Await.until("the second waits", () -> second.getState() == Thread.State.WAITING);
        assertThat(done).isEmpty();

        slow.countDown();
        second.join();

        assertThat(done).containsExactly("closed", "second");
    }

    @Test
    void whatClosesItAgainWhileItIsClosedDoesNotWaitForItself() {
        closer.register(() -> {
            closer.close();
            done.add("closed");
        });

        closer.close();

        assertThat(done).containsExactly("closed");
    }
}

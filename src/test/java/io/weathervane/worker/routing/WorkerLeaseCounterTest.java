package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WorkerLeaseCounterTest {
    private final WorkerLeaseCounter leases = new WorkerLeaseCounter();

    @Test
    void givesNoneOnceClosed() {
        leases.close();

        assertThat(leases.take()).isFalse();
        assertThat(leases.inUse()).isZero();
    }

    @Test
    void isNotIdleWhileOneIsOut() throws Exception {
        assertThat(leases.take()).isTrue();
        leases.close();

        assertThat(leases.awaitIdle(Duration.ofMillis(1))).isFalse();
        assertThat(leases.inUse()).isEqualTo(1);
    }

    @Test
    void wakesWhoWaitsForTheLastOne() {
        assertThat(leases.take()).isTrue();
        assertThat(leases.take()).isTrue();
        leases.close();
        CompletableFuture<Boolean> idle = CompletableFuture.supplyAsync(() -> {
            try {
                return leases.awaitIdle(Duration.ofSeconds(20));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        leases.giveBack();
        leases.giveBack();

        assertThat(idle.join()).isTrue();
    }
}

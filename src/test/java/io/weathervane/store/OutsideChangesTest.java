package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What can wait is written when other programs pause, so that their next line does not meet the write lock. */
class OutsideChangesTest {
    private final AtomicLong nanos = new AtomicLong(Duration.ofDays(1).toNanos());
    private final OutsideChanges changes = new OutsideChanges(nanos::get);

    @Test
    void aRowIsNoGoodTimeUntilItHasEnded() {
        changes.seen();
        after(40);
        changes.seen();

        assertThat(changes.isGoodTime(false)).isFalse();
        after(499);
        assertThat(changes.isGoodTime(false)).isFalse();
        after(1);
        assertThat(changes.isGoodTime(false)).isTrue();
    }

    @Test
    void whatIsOverdueIsWrittenRightAfterOneOfTheRowAndNotBeforeTheNext() {
        changes.seen();
        after(250);
        changes.seen();

        assertThat(changes.isGoodTime(true)).isTrue();
        after(100);
        assertThat(changes.isGoodTime(true)).isFalse();
        after(150);
        changes.seen();
        assertThat(changes.isGoodTime(true)).isTrue();
    }

    @Test
    void oneByItselfHoldsUpNothing() {
        assertThat(changes.isGoodTime(false)).isTrue();
        changes.seen();

        assertThat(changes.isGoodTime(false)).isTrue();
        assertThat(changes.pauseFor(Duration.ofMillis(50))).isFalse();
        after(500);
        changes.seen();

        assertThat(changes.isGoodTime(false)).as("as long after the first").isTrue();
        after(50);
        assertThat(changes.pauseFor(Duration.ofMillis(50))).isTrue();
    }

    private void after(long millis) {
        nanos.addAndGet(Duration.ofMillis(millis).toNanos());
    }
}

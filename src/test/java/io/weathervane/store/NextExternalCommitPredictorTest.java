package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What can wait is written when other programs pause, so that their next line does not meet the write lock. */
class NextExternalCommitPredictorTest {
    private final AtomicLong nanos = new AtomicLong(Duration.ofDays(1).toNanos());
    private final NextExternalCommitPredictor predictor = new NextExternalCommitPredictor(nanos::get);

    @Test
    void commitsThatFollowOneAnotherAreARowUntilAPause() {
        aRow();

        assertThat(predictor.inARow()).isTrue();
        after(499);
        assertThat(predictor.inARow()).isTrue();
        after(1);
        assertThat(predictor.inARow()).isFalse();
    }

    @Test
    void aWriteInARowComesRightAfterTheNextCommit() {
        aRow();
        after(30);
        AtomicLong looks = new AtomicLong();

        predictor.awaitNext(Duration.ofMillis(100), () -> {
            after(1);
            if (looks.incrementAndGet() == 10) {
                seen();
            }
        });

        assertThat(looks).hasValue(10);
    }

    @Test
    void theNextOneIsNearWhenHalfOfTheTimeOfTheLastOneHasPassed() {
        aRow();

        after(20);
        assertThat(predictor.isNextNear()).isFalse();
        after(1);
        assertThat(predictor.isNextNear()).isTrue();
        after(479);
        assertThat(predictor.isNextNear()).as("the row has ended").isFalse();
    }

    @Test
    void aWriteInARowWaitsUntilTheRowHasEndedOrForItsLimit() {
        aRow();
        AtomicLong looks = new AtomicLong();

        predictor.awaitNext(Duration.ofMillis(100), () -> looks(looks));
        assertThat(looks).as("limit").hasValue(100);
        predictor.awaitNext(Duration.ofSeconds(1), () -> looks(looks));
        assertThat(looks).as("end of the row").hasValue(500);
        predictor.awaitNext(Duration.ofSeconds(1), () -> looks(looks));
        assertThat(looks).as("no row").hasValue(500);
    }

    @Test
    void oneByItselfHoldsUpNothing() {
        assertThat(predictor.inARow()).isFalse();
        seen();

        assertThat(predictor.inARow()).isFalse();
        assertThat(predictor.pauseFor(Duration.ofMillis(50))).isFalse();
        after(500);
        seen();

        assertThat(predictor.inARow()).as("as long after the first").isFalse();
        after(50);
        assertThat(predictor.pauseFor(Duration.ofMillis(50))).isTrue();
    }

    @Test
    void oneThatIsNoticedLateIsNoGap() {
        aRow();
        after(5);
        predictor.nothingSince(nanos.get());
        AtomicLong looks = new AtomicLong();

        predictor.awaitNext(Duration.ofMillis(300), () -> {
            after(looks.get() == 0 ? 30 : 1);
            seenAtEvery(35, looks);
        });

        assertThat(looks).hasValue(36);
    }

    private void seenAtEvery(int number, AtomicLong looks) {
        boolean first = looks.getAndIncrement() == 0;
        if (first || looks.get() % (number + 1) == 0) {
            predictor.seenSince(nanos.get());
        } else {
            predictor.nothingSince(nanos.get());
        }
    }

    private void seen() {
        predictor.nothingSince(nanos.get());
        predictor.seenSince(nanos.get());
    }

    private void aRow() {
        seen();
        after(40);
        seen();
    }

    private void looks(AtomicLong looks) {
        after(1);
        looks.incrementAndGet();
    }

    private void after(long millis) {
        nanos.addAndGet(Duration.ofMillis(millis).toNanos());
    }
}

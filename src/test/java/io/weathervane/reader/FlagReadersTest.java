package io.weathervane.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.FakeTicker;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class FlagReadersTest {
    private final FakeTicker ticker = new FakeTicker();
    private final AtomicLong epoch = new AtomicLong(41);
    private final FlagReaders readers = new FlagReaders(epoch::get, ticker);

    @Test
    void aReaderThatHasNotAcknowledgedIsNamedAndNotDone() {
        join("a", "page-1");
        join("b", "page-2");
        acknowledge("a", 41);
        acknowledge("b", 41);
        ticker.advance(Duration.ofMinutes(1));
        publish(42);
        ticker.advance(Duration.ofMillis(3_200));
        acknowledge("a", 42);

        ReadersReport report = readers.report();

        assertThat(report.isComplete()).isFalse();
        assertThat(report.took()).isEmpty();
        assertThat(report.sentence()).isEqualTo("1 of 2 readers at epoch 42; page-2 not yet (3.2 s)");
    }

    @Test
    void whenAllHaveItIsSaidHowLongTheLastTook() {
        join("a", "page-1");
        join("b", "page-2");
        ticker.advance(Duration.ofMinutes(1));
        publish(42);
        ticker.advance(Duration.ofMillis(12));
        acknowledge("b", 42);
        ticker.advance(Duration.ofMillis(26));
        acknowledge("a", 42);
        ticker.advance(Duration.ofMinutes(5));
        acknowledge("a", 42);
        join("c", "opened later");
        acknowledge("c", 42);

        assertThat(readers.report().sentence()).isEqualTo("3 of 3 readers at epoch 42, the last after 38 ms");
    }

    @Test
    void withoutReadersNothingIsClaimed() {
        assertThat(readers.report().sentence()).isEqualTo("no reader of the flags is known");
        assertThat(readers.report().took()).isEmpty();
    }

    @Test
    void aReaderThatLiesAboutItsEpochIsNotBelieved() {
        join("a", "page-1");

        assertThat(readers.acknowledge("a", "alice", 42)).isFalse();
        assertThat(readers.report().missing()).isEqualTo(1);
    }

    @Test
    void noCallerAcknowledgesForTheReaderOfAnother() {
        join("a", "page-1");

        assertThat(readers.acknowledge("a", "mallory", 41)).isFalse();
        assertThat(readers.report().missing()).isEqualTo(1);
    }

    @Test
    void aReaderThatIsGoneBeforeItAcknowledgedStaysMissingForAWhile() {
        join("a", "page-1");
        publish(42);
        readers.leave("a");

        assertThat(readers.report().sentence())
                .isEqualTo("0 of 1 reader at epoch 42; page-1 not yet (0 ms, its connection has ended)");
        ticker.advance(FlagReaders.LOST_KEPT.plusMillis(1));
        assertThat(readers.report().readers()).isZero();
    }

    @Test
    void aReaderThatWasDoneGoesWithoutATrace() {
        join("a", "page-1");
        acknowledge("a", 41);
        readers.leave("a");

        assertThat(readers.report().readers()).isZero();
    }

    @Test
    void aReaderThatAcknowledgesAfterItsConnectionHasGoneIsDoneAndDoesNotComeBack() {
        join("a", "page-1");
        publish(42);
        readers.leave("a");
        acknowledge("a", 42);

        assertThat(readers.report().readers()).isZero();
        publish(43);
        assertThat(readers.report().isComplete()).isTrue();
    }

    @Test
    void aLateAcknowledgementOfAnOlderEpochLeavesALostReaderLost() {
        join("a", "page-1");
        publish(42);
        publish(43);
        readers.leave("a");
        acknowledge("a", 42);

        assertThat(readers.report().missing()).isEqualTo(1);
        ticker.advance(FlagReaders.LOST_KEPT.plusMillis(1));
        assertThat(readers.report().readers()).isZero();
    }

    @Test
    void aClientThatComesBackTakesThePlaceOfItsLostConnection() {
        join("a", "page-1");
        publish(42);
        readers.leave("a");
        readers.replaced("a", "mallory");
        assertThat(readers.report().missing()).isEqualTo(1);
        readers.replaced("a", "alice");

        assertThat(readers.report().readers()).isZero();
    }

    @Test
    void aReaderThatPostsIsForgottenAfterItsSilence() {
        assertThat(post("batch", 41)).isEqualTo(FlagReaders.Posted.TAKEN);
        ticker.advance(FlagReaders.POSTING_KEPT);
        assertThat(readers.report().readers()).isEqualTo(1);
        ticker.advance(Duration.ofMillis(1));
        assertThat(readers.report().readers()).isZero();
        assertThat(post("batch", 41)).isEqualTo(FlagReaders.Posted.TAKEN);
    }

    @Test
    void whoPostsAnEpochThatNeverWasIsNotCounted() {
        assertThat(post("batch", 42)).isEqualTo(FlagReaders.Posted.NO_SUCH_EPOCH);
        assertThat(readers.report().readers()).isZero();
    }

    @Test
    void oneCallerFillsNoRoomOfTheOthers() {
        for (int number = 0; number < FlagReaders.POSTING_PER_OWNER_MAX; number++) {
            assertThat(post("batch-" + number, 41)).isEqualTo(FlagReaders.Posted.TAKEN);
        }

        assertThat(post("one-more", 41)).isEqualTo(FlagReaders.Posted.TOO_MANY);
        assertThat(readers.post("batch", "bob", 41)).isEqualTo(FlagReaders.Posted.TAKEN);
        assertThat(post("batch-7", 41)).isEqualTo(FlagReaders.Posted.TAKEN);
    }

    @Test
    void anEpochThatTheReadersWereNotToldOfIsWaitedForAllTheSame() throws InterruptedException {
        FlagReaders real = new FlagReaders(epoch::get, Ticker.system());
        real.join("a", "page-1", "alice");
        real.acknowledge("a", "alice", 41);

        epoch.set(42);
        assertThat(real.await(Duration.ofMillis(20)).isComplete()).isFalse();
    }

    @Test
    void thereIsALimitOfReaders() {
        for (int number = 0; number < FlagReaders.READERS_MAX; number++) {
            assertThat(join("r" + number, "page-" + number)).isTrue();
        }

        assertThat(join("one-more", "one-more")).isFalse();
        assertThat(readers.report().waiting()).hasSize(ReadersReport.LISTED_MAX);
        assertThat(readers.report().sentence()).endsWith("and 9980 more");
    }

    @Test
    void whoWaitsIsWokenByTheLastAcknowledgement() throws InterruptedException {
        FlagReaders real = new FlagReaders(epoch::get, Ticker.system());
        real.join("a", "page-1", "alice");
        AtomicReference<ReadersReport> seen = new AtomicReference<>();
        Thread waiting = Threads.daemon("waits", () -> {
            try {
                seen.set(real.await(Duration.ofMinutes(1)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        waiting.start();
        Await.until("it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
        real.acknowledge("a", "alice", 41);
        waiting.join();

        assertThat(seen.get().isComplete()).isTrue();
    }

    @Test
    void whoWaitsForASilentReaderIsToldWhenTheTimeIsOver() throws InterruptedException {
        FlagReaders real = new FlagReaders(epoch::get, Ticker.system());
        real.join("a", "page-1", "alice");

        assertThat(real.await(Duration.ofMillis(20)).isComplete()).isFalse();
    }

    private boolean join(String id, String name) {
        return readers.join(id, name, "alice");
    }

    private void publish(long newer) {
        epoch.set(newer);
        readers.changed();
    }

    private FlagReaders.Posted post(String name, long epoch) {
        return readers.post(name, "alice", epoch);
    }

    private void acknowledge(String id, long epoch) {
        assertThat(readers.acknowledge(id, "alice", epoch)).isTrue();
    }
}

package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeferredQueueTest {
    private final DeferredQueue queue = new DeferredQueue();

    @Test
    void leavesTheOldestOutThatMayBeWhenThereAreTooMany() {
        DeferredRecordBatch decision = batch("decision", /* mayBeLeftOut= */ false);
        queue.add(decision);
        for (int i = 0; i < DeferredQueue.BATCHES_MAX + 2; i++) {
            queue.add(batch("check " + i, /* mayBeLeftOut= */ true));
        }

        assertThat(queue.all()).hasSize(DeferredQueue.BATCHES_MAX).startsWith(decision);
        assertThat(queue.leftOut()).isEqualTo(3);
        assertThat(queue.bodies("kind", batch -> true)).contains("check 3").doesNotContain("check 2");
    }

    @Test
    void leavesNothingOutThatMustBeWritten() {
        for (int i = 0; i < DeferredQueue.BATCHES_MAX + 2; i++) {
            queue.add(batch("decision " + i, /* mayBeLeftOut= */ false));
        }

        assertThat(queue.all()).hasSize(DeferredQueue.BATCHES_MAX + 2);
        assertThat(queue.leftOut()).isZero();
    }

    @Test
    void hasWhatAnEarlierServerLeftBeforeAllElse() {
        queue.add(batch("new", false));
        queue.addFirst(List.of(batch("left 1", false), batch("left 2", false)));

        assertThat(queue.bodies("kind", batch -> true)).containsExactly("left 1", "left 2", "new");
        assertThat(queue.bodies("other kind", batch -> true)).isEmpty();
    }

    @Test
    void movesABatchBehindOthersAndNotBehindItself() {
        DeferredRecordBatch refused = batch("refused", false);
        queue.add(refused);
        assertThat(queue.moveBehind(refused)).isFalse();

        queue.add(batch("next", false));
        assertThat(queue.moveBehind(refused)).isTrue();
        assertThat(queue.bodies("kind", batch -> true)).containsExactly("next", "refused");
    }

    @Test
    void countsAnewWhatIsLeftOutOnceNothingWaits() {
        for (int i = 0; i < DeferredQueue.BATCHES_MAX + 1; i++) {
            queue.add(batch("check", true));
        }
        assertThat(queue.leftOut()).isEqualTo(1);

        List<DeferredRecordBatch> all = queue.all();
        all.forEach(each -> assertThat(queue.remove(each)).isEqualTo(each == all.get(all.size() - 1)));

        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.leftOut()).isZero();
    }

    private static DeferredRecordBatch batch(String body, boolean mayBeLeftOut) {
        return DeferredRecordBatch.of(List.of(new DeferredRecord("kind", body)), mayBeLeftOut, 0);
    }
}

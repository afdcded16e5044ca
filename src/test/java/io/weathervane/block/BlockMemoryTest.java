package io.weathervane.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockMemoryTest {
    private final BlockMemory memory = new BlockMemory();

    @Test
    void allCallsAreBlockedUntilTheTableIsReadForTheFirstTime() {
        memory.neverRead(block(BlockScope.ALL));
        assertThat(memory.all()).containsExactly(block(BlockScope.ALL));
        assertThat(memory.known()).as("no row to be written back").isEmpty();

        memory.stored(List.of());
        assertThat(memory.all()).isEmpty();
    }

    @Test
    void aBlockHoldsWhileItIsNotWrittenWhateverTheTableSays() {
        assertThat(memory.add(block(BlockScope.WRITES))).isEmpty();

        memory.stored(List.of());
        assertThat(memory.all()).containsExactly(block(BlockScope.WRITES));

        memory.written(block(BlockScope.WRITES));
        assertThat(memory.all()).as("another program removed its row").isEmpty();
    }

    @Test
    void theFirstBlockOfTheSameCallsIsTheOneThatCounts() {
        CallBlock first = new CallBlock(BlockScope.ALL, "first", "ada", Instant.EPOCH);
        memory.stored(List.of(first));

        assertThat(memory.add(block(BlockScope.ALL))).contains(first);
        assertThat(memory.all()).containsExactly(first);
    }

    @Test
    void whatAnEarlierServerLeftHoldsUntilItIsWritten() {
        memory.left(List.of(block(BlockScope.WRITES)));
        memory.stored(List.of(block(BlockScope.service("pay"))));
        assertThat(memory.all()).containsExactly(block(BlockScope.service("pay")), block(BlockScope.WRITES));

        memory.leftIsWritten();
        assertThat(memory.all()).containsExactly(block(BlockScope.service("pay")));
    }

    private static CallBlock block(BlockScope scope) {
        return new CallBlock(scope, "why", "ada", Instant.EPOCH);
    }
}

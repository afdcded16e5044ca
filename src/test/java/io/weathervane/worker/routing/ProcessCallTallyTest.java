package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.worker.CallTotals;
import org.junit.jupiter.api.Test;

class ProcessCallTallyTest {
    @Test
    void countsOverASwitchWithCallsThatEndAfterIt() {
        CallCounters before = new CallCounters();
        ProcessCallTally own = new ProcessCallTally(before);
        before.succeeded("t", 1);
        before.failed("t", 1, /* toolError= */ false);

        CallCounters active = before.next();
        own.countInto(active);
        active.succeeded("t", 1);
        before.succeeded("t", 1);

        assertThat(own.now()).isEqualTo(new CallTotals(4, 1, 0));
    }

    @Test
    void leavesOutWhatTheProcessBeforeItCounted() {
        CallCounters shared = new CallCounters();
        shared.failed("t", 1, /* toolError= */ false);

        ProcessCallTally own = new ProcessCallTally(new CallCounters());
        own.countInto(shared);
        shared.succeeded("t", 1);

        assertThat(own.now()).isEqualTo(new CallTotals(1, 0, 0));
    }

    @Test
    void losesNoCallOverManySwitches() {
        CallCounters tally = new CallCounters();
        ProcessCallTally own = new ProcessCallTally(tally);
        for (int i = 0; i < 30; i++) {
            tally.succeeded("t", 1);
            tally = new CallCounters();
            own.countInto(tally);
        }

        assertThat(own.now().requests()).isEqualTo(30);
    }
}

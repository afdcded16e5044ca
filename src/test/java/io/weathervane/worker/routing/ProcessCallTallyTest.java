package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.worker.CallTotals;
import org.junit.jupiter.api.Test;

class ProcessCallTallyTest {
    @Test
    void countsOverASwitchWithCallsThatEndAfterIt() {
        CallCounters before = new CallCounters();
        ProcessCallTally processTally = new ProcessCallTally(before);
        before.succeeded("t", 1);
        before.failed("t", 1, /* toolError= */ false);

        CallCounters active = before.next();
        processTally.countInto(active);
        active.succeeded("t", 1);
        before.succeeded("t", 1);

        assertThat(processTally.now()).isEqualTo(new CallTotals(4, 1, 0));
    }

    @Test
    void leavesOutWhatTheProcessBeforeItCounted() {
        CallCounters shared = new CallCounters();
        shared.failed("t", 1, /* toolError= */ false);

        ProcessCallTally processTally = new ProcessCallTally(new CallCounters());
        processTally.countInto(shared);
        shared.succeeded("t", 1);

        assertThat(processTally.now()).isEqualTo(new CallTotals(1, 0, 0));
    }

    @Test
    void losesNoCallOverManySwitches() {
        CallCounters counters = new CallCounters();
        ProcessCallTally processTally = new ProcessCallTally(counters);
        for (int i = 0; i < 30; i++) {
            counters.succeeded("t", 1);
            counters = new CallCounters();
            processTally.countInto(counters);
        }

        assertThat(processTally.now().requests()).isEqualTo(30);
    }
}

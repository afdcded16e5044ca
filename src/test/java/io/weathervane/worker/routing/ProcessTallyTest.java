package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.worker.Tally;
import org.junit.jupiter.api.Test;

class ProcessTallyTest {
    @Test
    void countsOverASwitchWithCallsThatEndAfterIt() {
        CallCounters before = new CallCounters();
        ProcessTally own = new ProcessTally(before);
        before.succeeded("t", 1);
        before.failed("t", 1, /* toolError= */ false);

        CallCounters active = before.next();
        own.countInto(active);
        active.succeeded("t", 1);
        before.succeeded("t", 1);

        assertThat(own.now()).isEqualTo(new Tally(4, 1, 0));
    }

    @Test
    void leavesOutWhatTheProcessBeforeItCounted() {
        CallCounters shared = new CallCounters();
        shared.failed("t", 1, /* toolError= */ false);

        ProcessTally own = new ProcessTally(new CallCounters());
        own.countInto(shared);
        shared.succeeded("t", 1);

        assertThat(own.now()).isEqualTo(new Tally(1, 0, 0));
    }

    @Test
    void losesNoCallOverManySwitches() {
        CallCounters tally = new CallCounters();
        ProcessTally own = new ProcessTally(tally);
        for (int i = 0; i < 30; i++) {
            tally.succeeded("t", 1);
            tally = new CallCounters();
            own.countInto(tally);
        }

        assertThat(own.now().requests()).isEqualTo(30);
    }
}

package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnCallsTest {
    @Test
    void countsOverASwitchWithCallsThatEndAfterIt() {
        OperationsTally before = new OperationsTally();
        OwnCalls own = new OwnCalls(before);
        before.succeeded("t", 1);
        before.failed("t", 1, /* toolError= */ false);

        OperationsTally active = before.next();
        own.countInto(active);
        active.succeeded("t", 1);
        before.succeeded("t", 1);

        assertThat(own.now()).isEqualTo(new Tally(4, 1, 0));
    }

    @Test
    void leavesOutWhatTheProcessBeforeItCounted() {
        OperationsTally shared = new OperationsTally();
        shared.failed("t", 1, /* toolError= */ false);

        OwnCalls own = new OwnCalls(new OperationsTally());
        own.countInto(shared);
        shared.succeeded("t", 1);

        assertThat(own.now()).isEqualTo(new Tally(1, 0, 0));
    }

    @Test
    void losesNoCallOverManySwitches() {
        OperationsTally tally = new OperationsTally();
        OwnCalls own = new OwnCalls(tally);
        for (int i = 0; i < 30; i++) {
            tally.succeeded("t", 1);
            tally = new OperationsTally();
            own.countInto(tally);
        }

        assertThat(own.now().requests()).isEqualTo(30);
    }
}

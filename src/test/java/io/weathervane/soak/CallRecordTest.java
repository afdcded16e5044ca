package io.weathervane.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CallRecordTest {
    private final CallRecord callRecord = new CallRecord();

    @Test
    void acceptsACallDoneOnceAndAReadingOneRepeatedWhenItsWorkerDied() {
        answeredOnce("w1", false);
        answeredOnce("r1", true);

        assertThat(callRecord.faults(List.of("1 begun w1", "1 done w1", "2 done r1", "1 done r1", "1 eof ")))
                .isEmpty();
    }

    @Test
    void findsWhatIsLostRepeatedOrDoneTooLate() {
        callRecord.asked("lost", false);
        answeredOnce("twice", true);
        callRecord.answered("twice", true);
        answeredOnce("nobody", true);
        answeredOnce("repeated", false);
        answeredOnce("late", true);
        callRecord.asked("wrong", true);
        callRecord.answered("wrong", false);

        assertThat(callRecord.faults(List.of(
                        "1 done lost",
                        "1 done twice",
                        "1 done repeated",
                        "2 done repeated",
                        "1 done wrong",
                        "1 eof ",
                        "1 done late")))
                .containsExactlyInAnyOrder(
                        "lost: answered 0 times",
                        "twice: answered 2 times",
                        "nobody: done by nobody",
                        "repeated: done 2 times, by [1, 2]",
                        "late: done by 1, which had been told to go",
                        "wrong: answered wrongly");
    }

    @Test
    void aReadingCallIsNotRepeatedWithoutADeath() {
        answeredOnce("r", true);

        assertThat(callRecord.faults(List.of("1 done r", "2 done r", "1 eof ", "2 eof ")))
                .hasSize(1);
    }

    private void answeredOnce(String call, boolean readOnly) {
        callRecord.asked(call, readOnly);
        callRecord.answered(call, true);
    }
}

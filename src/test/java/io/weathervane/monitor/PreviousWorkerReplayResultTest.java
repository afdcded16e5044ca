package io.weathervane.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreviousWorkerReplayResultTest {
    /** Failed 12 of 1,200 calls: its record allows for 2 %. */
    private static final BaselineRecord GOOD = record(1200, 12);

    @ParameterizedTest(name = "{4}")
    @CsvSource({
        "20, 20, 20, 0, false, a regression: all failed calls pass on the previous worker",
        "20, 4, 20, 0, false, a fifth of the failed calls pass there",
        "20, 3, 20, 0, true, less than a fifth of them pass there",
        "20, 0, 20, 0, true, none of them passes there",
        "3, 0, 0, 0, true, three answers are enough",
        "2, 0, 20, 0, false, two are not",
        "0, 0, 20, 20, false, no failed call was made again",
        "20, 8, 20, 12, true, an outage of 60 % on both",
        "20, 14, 20, 6, true, an outage of 30 % on both",
        "20, 10, 20, 5, true, it fails more of the passed calls than the record explains",
        "20, 20, 20, 2, false, two failures of twenty are explained by the record",
        "20, 20, 20, 3, true, three are not",
        "4, 4, 1, 1, true, it fails the only passed call",
        "20, 18, 20, 1, false, a regression and one failure by chance",
    })
    void vetoesWhereThePreviousWorkerIsNoBetter(
            long failed, long passThere, long passed, long failThere, boolean vetoes, String what) {
        PreviousWorkerReplayResult replay =
                PreviousWorkerReplayResult.of("search", failed, passThere, passed, failThere);

        assertThat(replay.vetoes(GOOD, 0.5)).as(what).isEqualTo(vetoes);
    }

    @Test
    void allowsForWhatTheRecordSaysThePreviousWorkerFails() {
        PreviousWorkerReplayResult replay = PreviousWorkerReplayResult.of("search", 20, 15, 20, 7);

        assertThat(replay.vetoes(GOOD, 0.5)).isTrue();
        assertThat(replay.vetoes(record(1200, 300), 0.5)).isFalse();
    }

    /** Of ten calls one fails: what fails there only are nine times as many calls as the sample says. */
    @Test
    void weighsTheSamplesByHowManyCallsTheyStandFor() {
        PreviousWorkerReplayResult smallOutage = PreviousWorkerReplayResult.of("search", 20, 18, 20, 2);

        assertThat(smallOutage.vetoes(GOOD, 0.1)).isTrue();
        assertThat(smallOutage.vetoes(GOOD, 0.6)).isFalse();
        assertThat(PreviousWorkerReplayResult.of("search", 20, 18, 20, 0).vetoes(GOOD, 0.1))
                .isFalse();
    }

    @Test
    void aWorkerThatCouldNotBeAskedVetoesNothing() {
        assertThat(PreviousWorkerReplayResult.NONE.vetoes(GOOD, 0.5)).isFalse();
        assertThat(PreviousWorkerReplayResult.NONE.vetoes(BaselineRecord.none(), 0.5))
                .isFalse();
    }

    @Test
    void countsTheAnswersOfAllTools() {
        PreviousWorkerReplayResult replay = new PreviousWorkerReplayResult(Map.of(
                "search", PreviousWorkerReplayResult.of("search", 2, 0, 5, 0).all(),
                "read", PreviousWorkerReplayResult.of("read", 1, 0, 5, 0).all()));

        assertThat(replay.all().failed()).isEqualTo(new CallCounts(3, 3));
        assertThat(replay.all().passed()).isEqualTo(new CallCounts(10, 0));
        assertThat(replay.vetoes(GOOD, 0.5)).isTrue();
        assertThat(replay.of("search")).isEmpty();
    }

    @Test
    void saysWhatItIsThatThePreviousWorkerFails() {
        assertThat(PreviousWorkerReplayResult.of("search", 20, 2, 20, 0).all().text("canary"))
                .isEqualTo("fails the same calls: 18 of 20");
        assertThat(PreviousWorkerReplayResult.of("search", 20, 8, 20, 12).all().text("canary"))
                .isEqualTo("fails the same calls: 12 of 20, and 12 of 20 that passed on canary");
    }

    @Test
    void showsEachComparisonBesideItsLimit() {
        assertThat(PreviousWorkerReplayResult.of("search", 20, 2, 20, 1).all().conditions("stable", 0.02, 0.5))
                .extracting(RuleCondition::text)
                .containsExactly(
                        "failed calls that stable answered 20 >= 3",
                        "share of the failed calls that stable fails, too 90.0% > 80.0%",
                        "share of the passed calls that stable fails 5.0% is not > 5.0%",
                        "passed calls that stable fails 1 is not >= 3");
    }

    private static BaselineRecord record(long calls, long failed) {
        return new BaselineRecord(Optional.of("stable"), new CallCounts(calls, failed), Map.of(), 1, Optional.empty());
    }
}

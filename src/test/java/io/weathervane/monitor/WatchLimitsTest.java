package io.weathervane.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchLimitsTest {
    @ParameterizedTest(name = "{0} of {1} with spread {2}")
    @CsvSource({
        "0, 1000, 1, 10", // without failures nothing runs
        "10, 1000, 1, 10",
        "250, 1000, 1, 10", // independent ones rarely run so long
        "120, 1000, 12, 67", // in runs of eight on average
        "600, 1000, 20, 100", // and no more than this
        "5, 20, 20, 10" // too few calls for a record
    })
    void aRunIsHardWhenThePreviousWorkerHadNoneSoLong(long failed, long calls, double spread, long limit) {
        BaselineRecord record = new BaselineRecord(
                Optional.of("stable"), new CallCounts(calls, failed), Map.of(), spread, Optional.empty());

        assertThat(WatchLimits.of(MonitorPresets.DEFAULT, record).backToBack()).isEqualTo(limit);
    }
}

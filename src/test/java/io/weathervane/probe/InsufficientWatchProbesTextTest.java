package io.weathervane.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.CallCounts;
import io.weathervane.worker.ProbeCall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class InsufficientWatchProbesTextTest {
    private static final List<ProbeCall> LOOK =
            List.of(new ProbeCall("look", JsonMapper.shared().createObjectNode()));

    @Test
    void asksOnlyForWhatIsNotSet() {
        assertThat(missing(List.of(), Optional.empty(), 0)).endsWith("set upgrade.probes and upgrade.probeInterval");
        assertThat(missing(LOOK, Optional.empty(), 0)).contains("set upgrade.probeInterval (upgrade.probes is set)");
        assertThat(missing(List.of(), Optional.of(Duration.ofSeconds(1)), 0)).endsWith("set upgrade.probes");
    }

    @Test
    void saysThatTooFewWereCountedWhenAllIsSet() {
        assertThat(missing(LOOK, Optional.of(Duration.ofSeconds(1)), 12))
                .isEqualTo("; upgrade.probes and upgrade.probeInterval are set, and 12 of the 20 calls that are needed"
                        + " were counted: a shorter interval than 1.0 s, more probes or a longer watch make more");
    }

    @Test
    void saysWhyAProbeWasNotSent() {
        String why =
                "the probe of \"look\" is not sent and does not count: the previous release fails it, too: disk full";

        assertThat(InsufficientWatchProbesText.of(
                        new WatchProbeConfig(LOOK, Optional.of(Duration.ofSeconds(1)), Duration.ofSeconds(1)),
                        CallCounts.NONE,
                        CallCounts.NONE,
                        List.of(why)))
                .isEqualTo("; " + why);
    }

    @Test
    void lacksNothingWithCallsEnough() {
        assertThat(missing(LOOK, Optional.of(Duration.ofSeconds(1)), 20)).isEmpty();
        assertThat(missing(List.of(), Optional.empty(), 20)).isEmpty();
    }

    @Test
    void countsNoRoundThatAlsoAsksThePreviousRelease() {
        WatchProbeConfig config = new WatchProbeConfig(LOOK, Optional.of(Duration.ofSeconds(1)), Duration.ofSeconds(1));

        assertThat(config.calls(Duration.ofSeconds(15))).isEqualTo(12);
        assertThat(config.calls(Duration.ofSeconds(2))).isZero();
    }

    private static String missing(List<ProbeCall> probes, Optional<Duration> interval, long counted) {
        return InsufficientWatchProbesText.of(
                new WatchProbeConfig(probes, interval, Duration.ofSeconds(1)),
                CallCounts.NONE,
                new CallCounts(counted, 0),
                List.of());
    }
}

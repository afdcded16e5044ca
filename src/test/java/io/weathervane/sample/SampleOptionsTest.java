package io.weathervane.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleOptionsTest {
    @ParameterizedTest
    @CsvSource({
        "--fail-rat 0.4, did you mean --fail-rate?",
        "--fail-rate 1.5, --fail-rate is from 0 to 1",
        "--fail-rate often, --fail-rate is a number",
        "--latency 20, --latency is a duration",
        "--era ancient, '--era is one of [both, legacy, modern]'",
        "--label, --label needs a value",
        "--fail-tools echo, did you mean --fail-tool?",
        "--fail-after-calls -1, --fail-after-calls is a whole number"
    })
    void refusesABadSwitchByName(String line, String why) {
        assertThatThrownBy(() -> SampleOptions.parse(line.split(" "))).hasMessageContaining(why);
    }

    @Test
    void readsValuesAndPlainSwitches() {
        SampleOptions options =
                SampleOptions.parse(new String[] {"--fail-rate", "0.4", "--fail-after", "3s", "--ignore-sigterm"});

        assertThat(options.failRate()).isEqualTo(0.4);
        assertThat(options.duration("fail-after")).contains(Duration.ofSeconds(3));
        assertThat(options.has("ignore-sigterm")).isTrue();
        assertThat(options.has("hang")).isFalse();
    }
}

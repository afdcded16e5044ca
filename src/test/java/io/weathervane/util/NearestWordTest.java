package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestWordTest {
    private static final List<String> WORDS =
            List.of("serve", "run", "call", "rollback", "DISABLE_NEW", "--port", "--workspace", "kill_switch_engage");

    @ParameterizedTest
    @CsvSource({
        "sevre, serve",
        "esrve, serve",
        "servee, serve",
        "rnu, run",
        "clal, call",
        "--prot, --port",
        "--wrokspace, --workspace",
        "DISABEL_NEW, DISABLE_NEW",
        "disable_nwe, DISABLE_NEW",
        "kill_swithc_enagge, kill_switch_engage",
        "rlolbcak, rollback"
    })
    void neighboursInTheOtherOrderAreOneSlip(String typed, String meant) {
        assertThat(NearestWord.to(typed, WORDS)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"sttus", "xyz", "evsre", "unr-"})
    void aWordThatIsNearNothingIsNotGuessed(String typed) {
        assertThat(NearestWord.to(typed, WORDS)).isEmpty();
    }

    @Test
    void neitherAnEmptyNorAHugeWordIsCompared() {
        assertThat(NearestWord.to("", WORDS)).isEqualTo(Optional.empty());
        assertThat(NearestWord.to("serve".repeat(100_000), WORDS)).isEqualTo(Optional.empty());
    }
}

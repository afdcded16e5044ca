package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.ScriptedTools;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallProgressTest {
    /** Close to the end of the numbers: differences count, not the values. */
    private static final long NOW = Long.MAX_VALUE - 5;

    private final CallProgress progress = progress("{\"t\":7}");

    @Test
    void sendsNoProgressWithoutATokenOfTheRightKind() {
        for (String token : List.of("{}", "{\"t\":null}", "{\"t\":{}}", "{\"t\":1.5}", "{\"t\":true}")) {
            assertThat(progress(token).isWanted()).as(token).isFalse();
            assertThat(progress(token).next(1, 2, "", NOW)).as(token).isEmpty();
        }
    }

    @Test
    void sendsOnlyGrowingNumbers() {
        assertThat(sent(1, 3, "")).containsExactly("{\"progressToken\":7,\"progress\":1,\"total\":3}");
        assertThat(sent(1, 3, "")).isEmpty();
        assertThat(sent(0.5, 3, "")).isEmpty();
        assertThat(sent(Double.NaN, 3, "")).isEmpty();
        assertThat(sent(Double.POSITIVE_INFINITY, 3, "")).isEmpty();
        assertThat(sent(2.5, 0, "half")).containsExactly("{\"progressToken\":7,\"progress\":2.5,\"message\":\"half\"}");
    }

    @Test
    void thinsOutAFloodButNeverTheLastStep() {
        List<String> flood = new ArrayList<>();
        IntStream.rangeClosed(1, 1000).forEach(step -> flood.addAll(sent(step, 1000, "")));

        assertThat(flood).hasSize(101).last().asString().contains("\"progress\":1000");
        assertThat(progress.next(1001, 2000, "", after(99_000_000))).isEmpty();
        assertThat(progress.next(1001, 2000, "", after(200_000_000))).isPresent();
    }

    @Test
    void passesAnotherServersParamsOnWithTheTokenOfThisCall() {
        assertThat(progress.next(ScriptedTools.json("{\"progress\":\"half\"}"), NOW))
                .isEmpty();
        assertThat(progress.next(ScriptedTools.json("{\"progress\":1,\"progressToken\":\"theirs\",\"more\":2}"), NOW))
                .hasValueSatisfying(message -> assertThat(message.params().toString())
                        .isEqualTo("{\"progress\":1,\"progressToken\":7,\"more\":2}"));
    }

    private List<String> sent(double done, double total, String message) {
        return progress.next(done, total, message, NOW).map(one -> one.params().toString()).stream()
                .toList();
    }

    private static long after(long nanos) {
        return NOW + nanos;
    }

    private static CallProgress progress(String tokenIn) {
        return new CallProgress(ScriptedTools.json(tokenIn).path("t"));
    }
}

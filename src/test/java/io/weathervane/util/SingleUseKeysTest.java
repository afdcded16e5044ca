package io.weathervane.util;

import static io.weathervane.util.SingleUseKeys.Result.FRESH;
import static io.weathervane.util.SingleUseKeys.Result.FULL;
import static io.weathervane.util.SingleUseKeys.Result.SEEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.FakeTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SingleUseKeysTest {
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final FakeTicker ticker = new FakeTicker();
    private final SingleUseKeys keys = new SingleUseKeys(KEPT, 3, ticker);

    @Test
    void aKeyIsUsedOnceWithinTheTime() {
        assertThat(keys.use("a")).isEqualTo(FRESH);
        assertThat(keys.use("a")).isEqualTo(SEEN);
        ticker.advance(KEPT);
        assertThat(keys.use("a")).isEqualTo(SEEN);
        ticker.advance(Duration.ofNanos(1));
        assertThat(keys.use("a")).isEqualTo(FRESH);
    }

    @Test
    void aFullMemoryTakesNoNewKeyAndForgetsNoOldOne() {
        keys.use("a");
        keys.use("b");
        ticker.advance(Duration.ofMinutes(1));
        keys.use("c");

        assertThat(keys.use("d")).isEqualTo(FULL);
        assertThat(keys.use("a")).isEqualTo(SEEN);
    }

    @Test
    void thereIsRoomAgainAsTheOldestAreForgotten() {
        keys.use("a");
        ticker.advance(Duration.ofMinutes(3));
        keys.use("b");
        keys.use("c");
        ticker.advance(Duration.ofMinutes(3));

        assertThat(keys.use("d")).isEqualTo(FRESH);
        assertThat(keys.use("e")).isEqualTo(FULL);
        assertThat(keys.use("b")).isEqualTo(SEEN);
    }

    @Test
    void aUseThatIsTakenBackLeavesTheKeyFresh() {
        keys.use("a");
        keys.takeBack("a");

        assertThat(keys.use("a")).isEqualTo(FRESH);
    }
}

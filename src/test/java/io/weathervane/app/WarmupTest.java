package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** What is made ready while a server starts. */
class WarmupTest {
    @Test
    void saysNothingOfWhatCannotBeMadeReadyWhileTheServerEnds() {
        assertThatCode(Warmup.quietly(() -> {
                    throw new ExceptionInInitializerError(new IllegalStateException("Shutdown in progress"));
                })::run)
                .doesNotThrowAnyException();
        assertThatCode(Warmup.quietly(() -> {
                    throw new IllegalStateException("Shutdown in progress");
                })::run)
                .doesNotThrowAnyException();
    }
}

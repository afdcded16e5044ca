package io.weathervane;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

/** What is made ready while a server starts. */
class PreparationTest {
    @Test
    void saysNothingOfWhatCannotBeMadeReadyWhileTheServerEnds() {
        assertThatCode(Preparation.quietly(() -> {
                    throw new ExceptionInInitializerError(new IllegalStateException("Shutdown in progress"));
                })::run)
                .doesNotThrowAnyException();
        assertThatCode(Preparation.quietly(() -> {
                    throw new IllegalStateException("Shutdown in progress");
                })::run)
                .doesNotThrowAnyException();
    }
}

package io.weathervane.worker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CanaryCallerSelectorTest {
    private static final List<String> CALLERS =
            IntStream.range(0, 10_000).mapToObj(i -> "session " + i).toList();

    @Test
    void theShareIsAboutAsLargeAsAsked() {
        for (int percent : new int[] {1, 5, 25, 50, 99}) {
            assertThat(among(percent, "green").size()).isBetween(percent * 100 - 150, percent * 100 + 150);
        }
        assertThat(among(0, "green")).isEmpty();
        assertThat(among(100, "green")).hasSameSizeAs(CALLERS);
    }

    @Test
    void whoHasTheCanaryKeepsItWhenTheShareGrows() {
        List<String> few = among(5, "green");

        for (int percent : new int[] {6, 25, 50, 99, 100}) {
            assertThat(among(percent, "green")).containsAll(few);
        }
    }

    @Test
    void anotherReleaseIsTriedByOthersFirst() {
        assertThat(among(5, "green")).isNotEqualTo(among(5, "blue"));
    }

    /** Worked out by hand: {@code printf 'green\nann' | sha256sum} begins with these digits. */
    @Test
    void thePlaceOfACallerIsTheSameInEveryProcess() {
        long place = Long.parseLong(FIRST_DIGITS, 16) % 10_000;
        int percent = (int) (place / 100);

        assertThat(CanaryCallerSelector.includes(percent, "green", "ann")).isFalse();
        assertThat(CanaryCallerSelector.includes(percent + 1, "green", "ann")).isTrue();
    }

    private static final String FIRST_DIGITS = "1a8f4007";

    @Test
    void aCallerOfWhomNothingIsKnownIsAmongAllOnly() {
        assertThat(CanaryCallerSelector.includes(99, "green", "")).isFalse();
        assertThat(CanaryCallerSelector.includes(100, "green", "")).isTrue();
    }

    private static List<String> among(int percent, String label) {
        return CALLERS.stream()
                .filter(caller -> CanaryCallerSelector.includes(percent, label, caller))
                .toList();
    }
}

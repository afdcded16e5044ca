package io.weathervane.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessDescendantsTest {
    @Test
    void findsChildrenAndTheirChildrenAndNoOthers() {
        Map<Long, Long> parents = Map.of(10L, 1L, 11L, 10L, 12L, 11L, 13L, 1L, 14L, 13L);

        assertThat(ProcessDescendants.descendants(parents, 10)).containsExactlyInAnyOrder(11L, 12L);
    }

    @Test
    void theParentsOfTheProcessAreNone() {
        assertThat(ProcessDescendants.descendants(Map.of(10L, 9L, 9L, 1L), 10)).isEmpty();
    }

    @Test
    void aTableReadWhileItChangesMayHaveACircle() {
        assertThat(ProcessDescendants.descendants(Map.of(11L, 10L, 10L, 11L), 10))
                .containsExactly(11L);
    }

    @Test
    void aProcessThatForkedAwayIsTheSystems() {
        assertThat(ProcessDescendants.descendants(Map.of(11L, 10L, 12L, 1L), 10))
                .containsExactly(11L);
    }
}

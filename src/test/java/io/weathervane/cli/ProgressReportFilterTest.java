package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressReportFilterTest {
    private static final List<String> WATCH = List.of(
            "watching v-next: 1 checks, 83 s left; Healthy: error rate 0.0% is not > 5.0%",
            "watching v-next: 2 checks, 82 s left; Healthy: error rate 1.5% is not > 5.0%",
            "watching v-next: 3 checks, 81 s left; Degraded: error rate 66.7% > 5.0%",
            "watching v-next: 3 checks, 80 s left; Degraded: error rate 66.7% > 5.0%",
            "");

    @Test
    void aLogGetsALineWhenMoreThanAFigureHasChanged() {
        ProgressReportFilter log = new ProgressReportFilter(/* live= */ false);

        assertThat(shown(log)).containsExactly(WATCH.get(0), WATCH.get(2));
    }

    @Test
    void aPersonSeesEachFigureOnce() {
        ProgressReportFilter filter = new ProgressReportFilter(/* live= */ true);

        assertThat(shown(filter)).containsExactlyElementsOf(WATCH.subList(0, 4));
        assertThat(filter.takeIfNew(WATCH.get(3))).isFalse();
    }

    private static List<String> shown(ProgressReportFilter filter) {
        return WATCH.stream().filter(filter::takeIfNew).toList();
    }
}

package io.weathervane.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.rollback.TestMonitor;
import io.weathervane.testing.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MisspelledSettingDetectorTest {
    private static final Set<String> KNOWN = Set.of("DISABLE_NEW", "PROMPT_MODE", "ROLLBACK_ERROR_THRESHOLD");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "disable_new, DISABLE_NEW",
        "' DISABLE_NEW ', DISABLE_NEW",
        "DISABLE-NEW, DISABLE_NEW",
        "rollback_error_threshold, ROLLBACK_ERROR_THRESHOLD",
        "ROLLBACK_ERROR_TRESHOLD, ROLLBACK_ERROR_THRESHOLD",
    })
    void namesTheKeyThatWasMeant(String row, String key) {
        assertThat(MisspelledSettingDetector.notes(Set.of(row), KNOWN))
                .singleElement()
                .asString()
                .contains("\"" + row + "\" has no effect", "did you mean " + key + "?");
    }

    @Test
    void saysNothingOfATeamsOwnRows() {
        assertThat(MisspelledSettingDetector.notes(Set.of("DEPLOY_TICKET", "x", ""), KNOWN))
                .isEmpty();
    }

    @Test
    void namesTheFirstFewOfMany() {
        List<String> many =
                IntStream.range(0, 50).mapToObj(i -> "disable_ne" + i).toList();

        assertThat(MisspelledSettingDetector.notes(many, KNOWN)).hasSize(5);
    }

    @Test
    void aRowWrittenBySqlIsNotedInHealthAndStatusUntilItIsGone() {
        try (TestMonitor testMonitor = TestMonitor.in(folder).start()) {
            testMonitor.sql("INSERT OR REPLACE INTO settings (key, value) VALUES ('disable_new', '1')");
            Await.until(
                    "the note",
                    () -> testMonitor.monitor.notes().stream().anyMatch(note -> note.contains("disable_new")));
            assertThat(testMonitor.monitor.status().warnings())
                    .anyMatch(note -> note.contains("did you mean DISABLE_NEW?"));
            assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isFalse();

            testMonitor.sql("DELETE FROM settings WHERE key = 'disable_new'");
            Await.until("the note is gone", () -> testMonitor.monitor.notes().isEmpty());
        }
    }

    @Test
    void aThresholdThatIsNotAllowedIsNotedInHealthAndStatusWithWhatIs() {
        try (TestMonitor testMonitor = TestMonitor.in(folder).start()) {
            testMonitor.sql("INSERT OR REPLACE INTO settings (key, value) VALUES ('ROLLBACK_ERROR_THRESHOLD', '20%')");
            Await.until(
                    "the note",
                    () -> testMonitor.monitor.notes().stream()
                            .anyMatch(
                                    note -> note.contains("ROLLBACK_ERROR_THRESHOLD is ignored: allowed is a number")));
            assertThat(testMonitor.monitor.status().warnings()).anyMatch(note -> note.contains("was \"20%\""));
        }
    }
}

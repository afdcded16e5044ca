package io.weathervane.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code scripts/soak switches}. */
class SwitchSoakIT {
    @TempDir
    private Path folder;

    @Test
    void everyCallIsAccountedForWhateverIsSwitched() throws Exception {
        SwitchSoak.Outcome outcome = SwitchSoak.run(folder, Duration.ofSeconds(2), /* switchesAtLeast= */ 4);

        assertThat(outcome.faults()).isEmpty();
        assertThat(outcome.calls()).isGreaterThan(100);
    }
}

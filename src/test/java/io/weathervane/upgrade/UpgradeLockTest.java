package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.worker.ServiceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lock against real processes: one that lives, one that is gone, one that has another's number. */
final class UpgradeLockTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path state;

    private UpgradeLock lock;

    @BeforeEach
    void makeLock() {
        lock = new UpgradeLock(state, ServiceName.DEFAULT);
    }

    @Test
    void anUpgradeOfAnotherLivingProcessIsNamedAndKeepsTheLock() throws Exception {
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            write(other.pid(), other.info().startInstant().orElseThrow().toString());

            assertThatThrownBy(() -> lock.take("mine", NOW))
                    .isInstanceOf(UpgradeRefusedException.class)
                    .hasMessageContaining("theirs")
                    .hasMessageContaining(Long.toString(other.pid()));
            assertThat(lock.holder().orElseThrow().upgrade()).isEqualTo("theirs");
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void theLockOfAProcessThatIsGoneIsWrittenOver() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        write(gone.pid(), NOW.toString());

        lock.take("mine", NOW);

        assertThat(lock.holder().orElseThrow().upgrade()).isEqualTo("mine");
    }

    @Test
    void aProcessThatHasTheNumberOfTheOneThatWasThereHoldsNothing() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try {
            write(stranger.pid(), "2001-01-01T00:00:00Z");

            lock.take("mine", NOW);

            assertThat(lock.holder().orElseThrow().upgrade()).isEqualTo("mine");
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"pid\": \"x\", \"processStartedAt\": \"yesterday\"}"})
    void aLockThatCannotBeReadIsStale(String content) throws IOException {
        Files.writeString(state.resolve("upgrade.lock"), content);

        lock.take("mine", NOW);

        assertThat(lock.holder().orElseThrow().isHere()).isTrue();
    }

    @Test
    void onlyItsOwnUpgradeGivesItUp() throws IOException {
        lock.take("mine", NOW);

        lock.release("theirs");
        assertThat(lock.holder()).isPresent();

        lock.release("mine");
        assertThat(state).isEmptyDirectory();
    }

    private void write(long pid, String startedAt) throws IOException {
        Files.writeString(
                state.resolve("upgrade.lock"),
                "{\"upgrade\":\"theirs\",\"pid\":" + pid + ",\"processStartedAt\":\"" + startedAt + "\",\"since\":\""
                        + NOW + "\"}");
    }
}

package io.weathervane.rollback;

import static io.weathervane.rollback.TestMonitor.STABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditKind;
import io.weathervane.testing.Await;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code monitor.replayBeforeRollback: false}, with real processes. */
class ReplayTurnedOffTest {
    private static final int RECORD = 120;

    @TempDir
    Path folder;

    @Test
    void callsAreNotMadeAgainAndAnOutageRollsBack() throws IOException {
        ScriptedWorker script = ScriptedWorker.write(folder);
        try (TestMonitor on = TestMonitor.in(folder)
                .withoutReplay()
                .release(script.release(STABLE, "false"))
                .release(script.release("canary", "true"))
                .start()) {
            for (int i = 0; i < RECORD; i++) {
                look(on);
            }
            Files.delete(folder.resolve("calls-stable"));
            on.promote("canary");
            Files.createFile(folder.resolve("down"));
            Await.until("the rollback", Duration.ofSeconds(60), () -> {
                look(on);
                return on.hasAudited(AuditKind.ROLLBACK_EXECUTED);
            });

            assertThat(on.audited(AuditKind.DECISION).toString()).doesNotContain("fails the same calls");
        }
    }

    private static void look(TestMonitor on) {
        try {
            on.workers.call(
                    "look", JsonMapper.shared().createObjectNode().put("city", "Bern"), WorkerCallContext.none());
        } catch (WorkerCallException e) {
            assertThat(e.kind()).isEqualTo(WorkerCallException.Kind.RPC_ERROR);
        }
    }
}

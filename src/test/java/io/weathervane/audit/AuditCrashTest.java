package io.weathervane.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.FakeClock;
import io.weathervane.util.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCrashTest {
    private static final List<Integer> KILLED_AFTER_EVENTS = List.of(40, 1, 111);

    @TempDir
    Path folder;

    @Test
    void aKilledWriterLosesNoAcknowledgedEventAndRepeatsNoLine() throws Exception {
        for (int events : KILLED_AFTER_EVENTS) {
            long acknowledged = runAndKillAfter(events);

            verifyAfterRestart(acknowledged);
        }
    }

    private void verifyAfterRestart(long acknowledged) throws IOException {
        try (SqliteDatabase database =
                SqliteDatabase.open(folder.resolve("orchestrator.db"), StoreOptions.defaults())) {
            AuditLog log = new AuditLog(database, FakeClock.atNoon());
            assertThat(log.lastSeq()).isGreaterThanOrEqualTo(acknowledged);
            try (AuditFileSynchronizer files = AuditFileSynchronizer.start(log, database, folder, Ticker.system())) {
                assertThat(files.flush(Duration.ofSeconds(20))).isTrue();
            }
            AuditVerificationResult verification = AuditVerifier.verify(log, database, folder);
            assertThat(verification.firstProblem()).isEmpty();
            assertThat(verification.operatorLines()).isEmpty();
            assertThat(verification.notes()).isEmpty();
            assertThat(lineCount("kill_switch_audit.log") + lineCount("rollback_audit.jsonl"))
                    .isEqualTo(log.lastSeq());
        }
    }

    private long runAndKillAfter(int events) throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AuditWriterProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long last = 0;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < events; i++) {
                last = Long.parseLong(out.readLine());
            }
            writer.destroyForcibly().waitFor();
        } finally {
            writer.destroyForcibly();
        }
        return last;
    }

    private long lineCount(String file) throws IOException {
        try (var lines = Files.lines(folder.resolve(file))) {
            return lines.count();
        }
    }
}

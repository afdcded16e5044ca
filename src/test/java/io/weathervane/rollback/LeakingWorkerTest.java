package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A promoted worker that leaks: seen by what the operating system says of its real process. */
class LeakingWorkerTest {
    @TempDir
    Path folder;

    @Test
    void memoryBeyondTheLimitEscalates() {
        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .releaseAfter("export JAVA_TOOL_OPTIONS=-Xmx1500m", "canary", "--leak-mb-per-second", "900")
                .start()) {
            escalates(testMonitor, "memory");
        }
    }

    @Test
    void openFilesNearTheLimitEscalate() {
        try (TestMonitor testMonitor = TestMonitor.in(folder)
                .releaseAfter("ulimit -n 300", "canary", "--leak-files-per-second", "100")
                .start()) {
            escalates(testMonitor, "files");
        }
    }

    private static void escalates(TestMonitor testMonitor, String reason) {
        testMonitor.promote("canary");

        Await.until(
                "the escalation", Duration.ofSeconds(40), () -> testMonitor.published(EventType.ESCALATION_TRIGGERED));

        assertThat(testMonitor
                        .audited(AuditKind.DECISION)
                        .get(0)
                        .payload()
                        .path("reason")
                        .asString()
                        .toLowerCase(Locale.ROOT))
                .contains(reason);
        assertThat(testMonitor.flags.snapshot().killSwitchEngaged()).isTrue();
        Await.until(
                "the previous worker is restored", () -> testMonitor.active().equals(TestMonitor.STABLE));
    }
}

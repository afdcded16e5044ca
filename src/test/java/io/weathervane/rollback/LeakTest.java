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
class LeakTest {
    @TempDir
    Path folder;

    @Test
    void memoryBeyondTheLimitEscalates() {
        try (Plant plant = Plant.in(folder)
                .releaseAfter("export JAVA_TOOL_OPTIONS=-Xmx1500m", "canary", "--leak-mb-per-second", "900")
                .start()) {
            escalates(plant, "memory");
        }
    }

    @Test
    void openFilesNearTheLimitEscalate() {
        try (Plant plant = Plant.in(folder)
                .releaseAfter("ulimit -n 300", "canary", "--leak-files-per-second", "100")
                .start()) {
            escalates(plant, "files");
        }
    }

    private static void escalates(Plant plant, String reason) {
        plant.promote("canary");

        Await.until("the escalation", Duration.ofSeconds(40), () -> plant.said(EventType.ESCALATION_TRIGGERED));

        assertThat(plant.audited(AuditKind.DECISION)
                        .get(0)
                        .payload()
                        .path("reason")
                        .asString()
                        .toLowerCase(Locale.ROOT))
                .contains(reason);
        assertThat(plant.flags.snapshot().killSwitchEngaged()).isTrue();
        Await.until("the previous worker is restored", () -> plant.active().equals(Plant.STABLE));
    }
}

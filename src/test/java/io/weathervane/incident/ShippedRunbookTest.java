package io.weathervane.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ShippedRunbookTest {
    private final ShippedRunbook runbook = ShippedRunbook.load();

    @Test
    void theJarHasTheRunbookThatPeopleFollow() throws IOException {
        assertThat(runbook.markdown()).isEqualTo(Files.readString(Path.of("docs", "runbook.md")));
    }

    @Test
    void aSectionEndsWhereTheNextHeadingBegins() {
        assertThat(runbook.section("Kill-Switch Reset Checklist"))
                .startsWith("- [ ] Fix is deployed and verified on main")
                .endsWith("- [ ] Team notified of reset");
    }

    @Test
    void aCommentInACommandIsNoHeading() {
        assertThat(runbook.section("Step 1: Immediate Response (First 5 Minutes)"))
                .contains("# 1. Check current state", "# 4. Verify all workers are responsive");
    }

    @Test
    void aHeadingThatIsNotThereIsAMistake() {
        assertThatThrownBy(() -> runbook.section("Fix is deployed")).hasMessageContaining("no heading");
    }
}

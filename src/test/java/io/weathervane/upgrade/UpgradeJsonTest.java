package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class UpgradeJsonTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    private static final UpgradeRequest REQUEST = new UpgradeRequest(
            Optional.of("u-1"),
            "next",
            PromotionMode.WAIT,
            Optional.of("npm ci"),
            Optional.empty(),
            List.of(5, 50),
            UpgradeRequest.STEP_TIME,
            /* allowDirty= */ true,
            /* keepStaging= */ false);

    private final Upgrade waiting = Upgrade.begin("u-1", REQUEST, "alice", Optional.of("stable"), "next", NOW)
            .at(UpgradeStep.APPROVAL, 0, NOW)
            .withUnwrittenRecords(List.of("shadow.json: no space"));

    @Test
    void whatIsWrittenIsRead() {
        assertThat(UpgradeJson.read(UpgradeJson.of(waiting))).isEqualTo(waiting);
    }

    @Test
    void anUpgradeStoredWithTheOlderWordsIsRead() {
        ObjectNode stored = UpgradeJson.of(waiting).put("step", "word");
        stored.set("missing", stored.remove("unwrittenRecords"));

        assertThat(UpgradeJson.read(stored)).isEqualTo(waiting);
    }
}

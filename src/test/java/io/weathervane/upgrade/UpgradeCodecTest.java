package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.WatchOutcome;
import io.weathervane.shadow.AcceptedToolChange;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class UpgradeCodecTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    private static final UpgradeRequest REQUEST = new UpgradeRequest(
            Optional.of("u-1"),
            "next",
            PromotionMode.WAIT,
            new UpgradeRequest.Staging(
                    Optional.of("npm ci"), Optional.empty(), /* allowDirty= */ true, /* keepFolder= */ false),
            new UpgradeRequest.Ramp(List.of(5, 50), UpgradeRequest.STEP_TIME),
            UpgradeRequest.Comparison.STRICT);

    private final Upgrade waiting = Upgrade.begin("u-1", REQUEST, "alice", Optional.of("stable"), "next", NOW)
            .at(UpgradeStepKind.APPROVAL, 0, NOW)
            .withUnwrittenRecords(List.of("shadow.json: no space"));

    @Test
    void whatIsWrittenIsRead() {
        assertThat(UpgradeCodec.read(UpgradeCodec.of(waiting))).isEqualTo(waiting);
    }

    @Test
    void whatItLetsPassIsWrittenAndRead() {
        Upgrade letting = Upgrade.begin(
                        "u-1",
                        new UpgradeRequest(
                                REQUEST.id(),
                                REQUEST.canary(),
                                PromotionMode.PROMOTE,
                                REQUEST.staging(),
                                REQUEST.ramp(),
                                new UpgradeRequest.Comparison(
                                        List.of(
                                                new AcceptedToolChange("a:b, c", AcceptedToolChange.Kind.REMOVED),
                                                new AcceptedToolChange("d", AcceptedToolChange.Kind.FIXED)),
                                        /* allowUnverified= */ true)),
                        "alice",
                        Optional.of("stable"),
                        "next",
                        NOW)
                .unverified()
                .ended(UpgradeState.ABORTED, new Upgrade.End("no", NOW, List.of("Do this.", "Or that.")));

        assertThat(UpgradeCodec.read(UpgradeCodec.of(letting))).isEqualTo(letting);
    }

    @Test
    void anUpgradeStoredWithTheOlderWordsIsRead() {
        ObjectNode stored = UpgradeCodec.of(waiting).put("step", "word");
        stored.set("missing", stored.remove("unwrittenRecords"));

        assertThat(UpgradeCodec.read(stored)).isEqualTo(waiting);
    }

    /** Databases of earlier versions hold these bytes, and reports are read by scripts. */
    @Test
    void anUpgradeThatWasPromotedIsWrittenByteForByteAsBefore() {
        Upgrade rolledBack = Upgrade.begin("u-1", REQUEST, "alice", Optional.of("stable"), "next", NOW)
                .recorded(/* passed= */ true, "all is well", NOW.plusSeconds(1))
                .at(UpgradeStepKind.WEIGHT, 1, NOW.plusSeconds(1))
                .recorded(/* passed= */ true, "50 % held", NOW.plusSeconds(2))
                .approvedBy("bob")
                .promotedAs("p-7")
                .at(UpgradeStepKind.WATCH, 2, NOW.plusSeconds(3))
                .watched(Optional.of(WatchOutcome.ROLLED_BACK))
                .ended(UpgradeState.STOPPED, "too many failures", NOW.plusSeconds(4))
                .withUnwrittenRecords(List.of("shadow.json: no space"));

        assertThat(UpgradeCodec.of(rolledBack)).hasToString("""
            {"id":"u-1","status":"stopped","step":"watch","actor":"alice","from":"stable","to":"next",\
            "startedAt":"2026-11-29T12:00:00Z","weightIndex":2,"stepStartedAt":"2026-11-29T12:00:03Z",\
            "reason":"too many failures","approver":"bob","promotionId":"p-7","endedAt":"2026-11-29T12:00:04Z",\
            "outcome":"rolled-back","request":{"id":"u-1","canary":"next","afterShadow":"PROMOTE","build":"npm ci",\
            "test":null,"stepMs":120000,"allowDirty":true,"keepStaging":false,"weights":[5,50]},\
            "steps":[{"step":"preflight","passed":true,"detail":"all is well","startedAt":"2026-11-29T12:00:00Z",\
            "endedAt":"2026-11-29T12:00:01Z"},{"step":"weight","weight":50,"passed":true,"detail":"50 % held",\
            "startedAt":"2026-11-29T12:00:01Z","endedAt":"2026-11-29T12:00:02Z"}],\
            "unwrittenRecords":["shadow.json: no space"]}\
            """);
        assertThat(UpgradeCodec.read(UpgradeCodec.of(rolledBack))).isEqualTo(rolledBack);
    }

    @Test
    void anUpgradeThatHasJustBegunIsWrittenByteForByteAsBefore() {
        assertThat(UpgradeCodec.of(Upgrade.begin("u-1", REQUEST, "alice", Optional.empty(), "next", NOW)))
                .hasToString("""
                    {"id":"u-1","status":"running","step":"preflight","actor":"alice","from":null,"to":"next",\
                    "startedAt":"2026-11-29T12:00:00Z","weightIndex":0,"stepStartedAt":"2026-11-29T12:00:00Z",\
                    "reason":null,"approver":null,"promotionId":null,"endedAt":null,\
                    "request":{"id":"u-1","canary":"next","afterShadow":"WAIT","build":"npm ci","test":null,\
                    "stepMs":120000,"allowDirty":true,"keepStaging":false,"weights":[5,50]},"steps":[],"unwrittenRecords":[]}\
                    """);
    }
}

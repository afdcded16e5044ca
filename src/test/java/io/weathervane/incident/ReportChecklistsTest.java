package io.weathervane.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.failure.FailureReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportChecklistsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String POLICY = "{\"monitor\": {\"policy\": {\"checkInterval\": {\"value\": \"5s\"},"
            + " \"gracePeriod\": {\"value\": \"15m\"}}}}";
    private static final String ENGAGED = "{\"seq\": 7, \"kind\": \"kill-switch-activated\", \"payload\": {}}";
    private static final String RESET =
            "{\"seq\": 9, \"kind\": \"kill-switch-reset\", \"payload\": {\"approver\": \"dana\"}}";

    @Test
    void nothingIsTickedThatTheEvidenceDoesNotShow() {
        ReportChecklists none = checklists("{}", "DISABLE_NEW|0\n", "");

        assertThat(none.afterPromotion()).allMatch(line -> line.startsWith("- [ ] "));
        assertThat(none.reset()).allMatch(line -> line.startsWith("- [ ] "));
        assertThat(none.response(Path.of("/e")))
                .filteredOn(line -> line.startsWith("- [x] "))
                .containsExactly(
                        "- [x] Incident detected (automatic or manual)",
                        "- [x] Evidence collected (/e)",
                        "- [x] Incident report written");
    }

    @Test
    void whereNoPolicyIsKnownTheRunbooksFiguresStand() {
        assertThat(checklists("{}", "", "").afterPromotion())
                .contains(
                        "- [ ] Health checks running every 30 seconds",
                        "- [ ] At 10 minutes: monitoring stops automatically");
    }

    @Test
    void theFiguresAreThoseOfThePolicyInForce() {
        ReportChecklists watched = checklists(
                POLICY,
                "",
                "",
                "{\"seq\": 3, \"kind\": \"monitoring-started\", \"payload\": {}}",
                "{\"seq\": 5, \"kind\": \"monitoring-stopped\", \"payload\": {\"outcome\": \"healthy\", \"checks\":"
                        + " 4}}");

        assertThat(watched.afterPromotion())
                .contains(
                        "- [x] Monitoring started automatically (check logs) (audit 3)",
                        "- [x] Health checks running every 5s",
                        "- [x] At 15m: monitoring stops automatically (audit 5)");
    }

    @Test
    void aStopByHandBeforeTheFirstCheckTicksNeitherChecksNorAnEndByItself() {
        ReportChecklists byHand = checklists(
                POLICY,
                "",
                "",
                "{\"seq\": 3, \"kind\": \"monitoring-started\", \"payload\": {}}",
                "{\"seq\": 4, \"kind\": \"monitoring-stopped\", \"payload\":"
                        + " {\"why\": \"rollback by hand\", \"outcome\": \"rolled-back\", \"checks\": 0}}",
                "{\"seq\": 5, \"kind\": \"decision\", \"decision\": \"rollback\", \"payload\":"
                        + " {\"manual\": true, \"evidence\": {\"recentChecks\": []}}}");

        assertThat(byHand.afterPromotion())
                .contains(
                        "- [x] Monitoring started automatically (check logs) (audit 3)",
                        "- [ ] Health checks running every 5s",
                        "- [ ] At 15m: monitoring stops automatically");
    }

    @Test
    void theEndOfAnEarlierWatchIsNotThatOfThisOne() {
        assertThat(checklists(
                                POLICY,
                                "",
                                "",
                                "{\"seq\": 3, \"kind\": \"monitoring-stopped\", \"payload\": {\"outcome\":"
                                        + " \"healthy\"}}",
                                "{\"seq\": 4, \"kind\": \"monitoring-started\", \"payload\": {}}")
                        .afterPromotion())
                .contains("- [ ] At 15m: monitoring stops automatically");
    }

    @Test
    void checksThatLedToADecisionAreTickedWhileTheWatchGoesOn() {
        assertThat(checklists(
                                POLICY,
                                "",
                                "",
                                "{\"seq\": 4, \"kind\": \"decision\", \"payload\":"
                                        + " {\"evidence\": {\"recentChecks\": [{\"errors\": 3}]}}}")
                        .afterPromotion())
                .contains("- [x] Health checks running every 5s");
    }

    @Test
    void aResetIsTickedWithWhoApprovedIt() {
        ReportChecklists reset = checklists(POLICY, "DISABLE_NEW|0\n", "Flag update: DISABLE_NEW=0", ENGAGED, RESET);

        assertThat(reset.reset())
                .contains(
                        "- [x] Senior engineer or Director Dana approved reset: dana did",
                        "- [x] Reset command executed successfully (audit 9)",
                        "- [x] Flag status verified in SQLite",
                        "- [x] Orchestrator logs confirm DISABLE_NEW=0",
                        "- [ ] Post-incident review is documented");
        assertThat(reset.response(Path.of("/e"))).contains("- [x] Kill-switch reset (DISABLE_NEW=0) (audit 9)");
    }

    @Test
    void aResetBeforeTheKillSwitchWasEngagedAgainIsNone() {
        String again = ENGAGED.replace("7", "11");
        ReportChecklists engaged = checklists(POLICY, "DISABLE_NEW|1\n", "DISABLE_NEW=0", ENGAGED, RESET, again);

        assertThat(engaged.reset()).allMatch(line -> line.startsWith("- [ ] "));
        assertThat(engaged.response(Path.of("/e")))
                .contains("- [ ] Kill-switch reset (DISABLE_NEW=0)", "- [x] Kill-switch activated (DISABLE_NEW=1)");
    }

    @Test
    void aNameThatForgesALineStaysOnItsLine() {
        String forged = RESET.replace("dana", "dana\\n- [x] Post-incident review is documented");

        assertThat(checklists(POLICY, "", "", ENGAGED, forged).reset())
                .noneMatch(line -> line.contains("\n"))
                .contains("- [ ] Post-incident review is documented");
    }

    private static ReportChecklists checklists(String metrics, String flags, String log, String... events) {
        List<JsonNode> parsed = Stream.of(events).map(JSON::readTree).toList();
        return new ReportChecklists(new IncidentFacts(
                JSON.createObjectNode(),
                Optional.empty(),
                parsed,
                new IncidentFacts.State(JSON.readTree(metrics), flags, log, FailureReport.EMPTY),
                FailureReport.EMPTY));
    }
}

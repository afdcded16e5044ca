package io.weathervane.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** On-call is told of a watch that leaves it to people what to make of the release. */
class WatchEndAlertsTest {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    private final AlertFactory alerts = new AlertFactory("server", text -> text);

    @ParameterizedTest
    @ValueSource(strings = {"degraded", "inconclusive"})
    void anUnresolvedEndIsAnAlert(String outcome) {
        assertThat(alert(AuditKind.MONITORING_STOPPED, outcome))
                .hasValueSatisfying(alert -> assertThat(alert.body())
                        .contains(
                                "\"title\":\"Watch ended " + outcome + "\"",
                                "\"severity\":\"warning\"",
                                "the reason",
                                "The release stays active",
                                "worker_rollback"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"healthy", "rollback", "rolled-back", "escalated", "stopped"})
    void anyOtherEndIsNoneOrHasOneOfItsOwn(String outcome) {
        assertThat(alert(AuditKind.MONITORING_STOPPED, outcome)).isEmpty();
    }

    @Test
    void aRollbackThatDidNotHelpIsCritical() {
        assertThat(alert(AuditKind.ROLLBACK_INEFFECTIVE, ""))
                .hasValueSatisfying(alert -> assertThat(alert.body())
                        .contains("\"title\":\"Rollback did not help\"", "\"severity\":\"critical\"", "the reason"));
    }

    @Test
    void anAlertOfOneOfSeveralServicesNamesIt() {
        NewAuditEvent event = NewAuditEvent.forPromotion(
                AuditKind.ROLLBACK_EXECUTED,
                Actor.SYSTEM,
                "p-1",
                JsonMapper.shared().createObjectNode().put("reason", "v2 fails").put("service", "search"));

        assertThat(alerts.of(event, NOON, Optional.of(7L)))
                .hasValueSatisfying(alert ->
                        assertThat(alert.body()).contains("Automatic rollback executed of service search: v2 fails"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ROLLBACK_INEFFECTIVE | the rollback did not help: stable fails | Rollback did not help: stable fails
        ROLLBACK_INEFFECTIVE | the escalation did not help: v2 fails | Escalation did not help: v2 fails
        ESCALATION_TRIGGERED | Escalation: 2 failures | Escalation triggered: 2 failures
        ROLLBACK_EXECUTED | Escalation: is part of a reason | Automatic rollback executed: Escalation: is part of a reason
        """)
    void theTextSaysNothingTwice(AuditKind kind, String reason, String text) {
        NewAuditEvent event = NewAuditEvent.forPromotion(
                kind,
                Actor.SYSTEM,
                "p-1",
                JsonMapper.shared().createObjectNode().put("reason", reason));

        assertThat(alerts.of(event, NOON, Optional.of(7L)))
                .hasValueSatisfying(alert -> assertThat(alert.body()).contains('"' + text + " (promotion p-1)"));
    }

    /** On-call would have been paged for the rollback. */
    @Test
    void aRollbackThatWasVetoedIsCriticalToo() {
        NewAuditEvent vetoed = NewAuditEvent.forPromotion(
                AuditKind.RELEASE_DEGRADED,
                Actor.SYSTEM,
                "p-1",
                JsonMapper.shared()
                        .createObjectNode()
                        .put("reason", "the reason")
                        .put("rollbackVetoed", true));

        assertThat(alerts.of(vetoed, NOON, Optional.of(7L)))
                .hasValueSatisfying(alert -> assertThat(alert.body())
                        .contains("\"title\":\"Release degraded\"", "\"severity\":\"critical\"", "the reason"));
        assertThat(alert(AuditKind.RELEASE_DEGRADED, ""))
                .hasValueSatisfying(alert -> assertThat(alert.body()).contains("\"severity\":\"warning\""));
    }

    private Optional<Alert> alert(AuditKind kind, String outcome) {
        return alerts.of(
                NewAuditEvent.forPromotion(
                        kind,
                        Actor.SYSTEM,
                        "p-1",
                        JsonMapper.shared()
                                .createObjectNode()
                                .put("outcome", outcome)
                                .put("reason", "the reason")),
                NOON,
                Optional.of(7L));
    }
}
